import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { CommunityId, GatewayId } from "@dragoman/bus-schema";
import { OperatorError } from "@dragoman/service-kit";
import { natsBinary } from "@dragoman/testing/nats";
import { connect, Events, type NatsConnection } from "nats";
import { natsConfiguration } from "./configuration.ts";
import type { NatsUser } from "./permission.ts";
import { endStrayNats, layNats, type NatsServer, runNats, startNats } from "./server.ts";

const community = "main" as CommunityId;
const gatewayIds = {
  originchats: "originchats_one" as GatewayId,
  sockchat: "sockchat_one" as GatewayId,
};

/** Resolves when a client's connection has been lost and is back. */
async function reconnected(client: NatsConnection): Promise<void> {
  for await (const status of client.status()) if (status.type === Events.Reconnect) return;
}

describe("a nats-server of our own", () => {
  let folder = "";
  let binary = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dragoman-server-"));
    binary = await natsBinary();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const start = (name: string): Promise<NatsServer> =>
    startNats({ folder: join(folder, name), binary, community, gatewayIds });

  it("keeps its secrets from others and notices dead links soon", async () => {
    const layout = await layNats({ folder: join(folder, "lay"), community });
    const text = await readFile(layout.configPath, "utf8");
    assert.equal((await stat(layout.configPath)).mode & 0o777, 0o600);
    assert.match(text, /^listen: "127\.0\.0\.1:\d+"$/m);
    assert.notEqual(layout.port, 4222);
    for (const line of ['ping_interval: "1s"', "ping_max: 2", 'write_deadline: "2s"']) {
      assert.ok(text.includes(line), line);
    }
    const passwords = Object.values(layout.credentials).map((each) => each.password);
    assert.equal(new Set(passwords).size, 4);
  });

  it("comes back on its port with its store after an unexpected end", async (t) => {
    const first = await start("again");
    t.after(() => first.stop());
    const { url, credentials } = first.layout;
    const client = await connect({
      servers: url,
      user: credentials.core.user,
      pass: credentials.core.password,
      inboxPrefix: "_INBOX_core",
      maxReconnectAttempts: -1,
      reconnectTimeWait: 20,
    });
    t.after(() => client.close());
    const isBack = reconnected(client);
    const kv = await client.jetstream().views.kv("TRIAL");
    await kv.put("a", "b");
    process.kill(first.pid, "SIGKILL");
    assert.equal(await first.exited, "SIGKILL");
    const second = await runNats(first.layout, binary);
    t.after(() => second.stop());
    await isBack;
    assert.equal((await kv.get("a"))?.string(), "b");
  });

  it("ends what an earlier process left behind before it opens the store", async () => {
    const stray = await start("stray");
    const next = await start("stray");
    assert.match(await stray.exited, /SIGTERM|exit code/);
    await next.stop();
  });

  it("leaves a process alone that has the number of an old server", async () => {
    const other = spawn("sleep", ["60"]);
    await once(other, "spawn");
    const layout = await layNats({ folder: join(folder, "reused"), community });
    await writeFile(layout.pidPath, `${other.pid}\n`);
    assert.equal(await endStrayNats(layout.folder), false);
    assert.equal(other.exitCode, null);
    other.kill("SIGKILL");
    await once(other, "exit");
  });

  it("says why it does not come up", async () => {
    const layout = await layNats({ folder: join(folder, "broken"), community });
    await writeFile(layout.configPath, "jetstream: {");
    await assert.rejects(runNats(layout, binary), (error) => {
      assert.ok(error instanceof OperatorError);
      assert.match(error.message, /^nats-server did not start \(exit code 1\)/);
      return true;
    });
  });
});

describe("the permissions", () => {
  let folder = "";
  let server: NatsServer;
  const clients = new Map<NatsUser, NatsConnection>();
  const violations: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dragoman-permission-"));
    const binary = await natsBinary();
    server = await startNats({ folder, binary, community, gatewayIds });
    for (const { user, password } of Object.values(server.layout.credentials)) {
      const client = await connect({
        servers: server.layout.url,
        user,
        pass: password,
        inboxPrefix: `_INBOX_${user}`,
      });
      void watch(user, client);
      clients.set(user, client);
    }
    const manager = await client("core").jetstreamManager();
    await manager.streams.add({ name: "JOURNAL_main", subjects: ["dragoman.v1.main.journal"] });
    await client("core").jetstream().views.kv("SECRETS_main");
  });
  after(async () => {
    for (const each of clients.values()) await each.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function watch(user: NatsUser, of: NatsConnection): Promise<void> {
    for await (const status of of.status()) {
      const context = status.permissionContext;
      if (context !== undefined) violations.push(`${user} ${context.operation} ${context.subject}`);
    }
  }

  function client(user: NatsUser): NatsConnection {
    const found = clients.get(user);
    assert.ok(found);
    return found;
  }

  /** Which of the subjects the server refuses to this user. The server answers in order: a flush is the proof. */
  async function refused(
    user: NatsUser,
    operation: "publish" | "subscription",
    subjects: readonly string[],
  ): Promise<readonly string[]> {
    for (const subject of subjects) {
      if (operation === "publish") client(user).publish(subject);
      else client(user).subscribe(subject, { callback: () => undefined });
    }
    await client(user).flush();
    await new Promise((done) => setImmediate(done));
    return subjects.filter((subject) => violations.includes(`${user} ${operation} ${subject}`));
  }

  const root = "dragoman.v1.main";

  it("lets a gateway command under its own id and ask, and nothing else", async () => {
    const may = [
      `${root}.command.7.originchats.originchats_one.message.post`,
      `${root}.query.originchats.originchats_one.message.page`,
      `${root}.authenticate.originchats.originchats_one`,
      `${root}.heartbeat.originchats.originchats_one`,
      "$JS.API.DIRECT.GET.JOURNAL_main",
    ];
    const mayNot = [
      `${root}.command.7.sockchat.sockchat_one.message.post`,
      `${root}.command.7.sockchat.originchats_one.message.post`,
      `${root}.command.7.operator.operator.user.add`,
      `${root}.query.sockchat.sockchat_one.user.addresses`,
      `${root}.authenticate.sockchat.sockchat_one`,
      `${root}.heartbeat.sockchat.sockchat_one`,
      `${root}.journal`,
      `${root}.event`,
      `${root}.signal.typing`,
      `${root}.attempt`,
      "$JS.API.CONSUMER.CREATE.JOURNAL_main",
      "$JS.API.CONSUMER.DURABLE.CREATE.JOURNAL_main.x",
      "$JS.API.STREAM.MSG.GET.JOURNAL_main",
      "$JS.API.DIRECT.GET.KV_SECRETS_main",
      "$JS.API.STREAM.DELETE.JOURNAL_main",
      "$KV.SECRETS_main.key.ticket",
      "_INBOX_gateway-sockchat.x",
    ];
    assert.deepEqual(await refused("gateway-originchats", "publish", may), []);
    assert.deepEqual(await refused("gateway-originchats", "publish", mayNot), mayNot);
  });

  it("lets a gateway hear events, signals and its own answers alone", async () => {
    const mayNot = [`${root}.command.>`, `${root}.journal`, "_INBOX_core.>", "$KV.>", ">"];
    const may = [`${root}.event`, `${root}.signal.>`, "_INBOX_gateway-sockchat.x"];
    assert.deepEqual(await refused("gateway-sockchat", "subscription", may), []);
    assert.deepEqual(await refused("gateway-sockchat", "subscription", mayNot), mayNot);
  });

  it("lets an operator command and store passwords, but not read a secret", async () => {
    const kv = await client("operator").jetstream().views.kv("SECRETS_main");
    await kv.put("credential.one", "hash");
    const mayNot = [
      "$KV.SECRETS_main.key.token",
      "$JS.API.STREAM.MSG.GET.KV_SECRETS_main",
      "$JS.API.DIRECT.GET.KV_SECRETS_main.$KV.SECRETS_main.credential.one",
      "$JS.API.CONSUMER.CREATE.KV_SECRETS_main",
      `${root}.command.7.sockchat.sockchat_one.message.post`,
      `${root}.event`,
      `${root}.authenticate.operator.operator`,
    ];
    assert.deepEqual(await refused("operator", "publish", mayNot), mayNot);
    assert.deepEqual(
      await refused("operator", "publish", [`${root}.command.7.operator.operator.x.y`]),
      [],
    );
  });

  it("are those of the file for a server of one's own", async () => {
    const path = join(import.meta.dirname, "..", "..", "..", "deploy", "nats", "dragoman.conf");
    const text = (await readFile(path, "utf8")).replace(/^#.*\n/gm, "").trimStart();
    const expected = natsConfiguration({
      community,
      serverName: "dragoman",
      host: "0.0.0.0",
      port: 4222,
      storeDir: "/var/lib/nats",
      passwords: {
        core: { variable: "NATS_CORE_PASSWORD" },
        "gateway-originchats": { variable: "NATS_ORIGINCHATS_PASSWORD" },
        "gateway-sockchat": { variable: "NATS_SOCKCHAT_PASSWORD" },
        operator: { variable: "NATS_OPERATOR_PASSWORD" },
      },
    });
    assert.equal(text, expected);
  });
});
