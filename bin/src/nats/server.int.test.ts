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
import { jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect, type NatsConnection, PermissionViolationError } from "@nats-io/transport-node";
import { openConfiguration } from "./configuration.ts";
import { deployedConfiguration, deployments, passwordVariable } from "./deployment.ts";
import { accountsOf, type NatsUser, natsUsers } from "./permission.ts";
import { endStrayNats, layNats, type NatsServer, runNats, startNats } from "./server.ts";

const community = "main" as CommunityId;
const root = "dragoman.v1.main";
const gatewayIds = {
  originchats: "originchats_one" as GatewayId,
  sockchat: "sockchat_one" as GatewayId,
};

/** Resolves when a client's connection has been lost and is back. */
async function reconnected(client: NatsConnection): Promise<void> {
  for await (const status of client.status()) if (status.type === "reconnect") return;
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
    const kv = await new Kvm(client).create("TRIAL");
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
    for (const user of natsUsers) {
      const client = await connect({
        servers: server.layout.url,
        user: server.layout.credentials[user].user,
        pass: server.layout.credentials[user].password,
        inboxPrefix: `_INBOX_${user}`,
      });
      void watch(user, client);
      clients.set(user, client);
    }
    const manager = await jetstreamManager(client("core"));
    await manager.streams.add({ name: "JOURNAL_main", subjects: ["dragoman.v1.main.journal"] });
    await new Kvm(client("core")).create("SECRETS_main");
  });
  after(async () => {
    for (const each of clients.values()) await each.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function watch(user: NatsUser, of: NatsConnection): Promise<void> {
    for await (const status of of.status()) {
      if (status.type !== "error" || !(status.error instanceof PermissionViolationError)) continue;
      violations.push(`${user} ${status.error.operation} ${status.error.subject}`);
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

  it("lets a gateway command under its own id and ask, and nothing else", async () => {
    const may = [
      `${root}.command.7.originchats.originchats_one.message.post`,
      `${root}.query.originchats.originchats_one.message.page`,
      `${root}.authenticate.originchats.originchats_one`,
      `${root}.heartbeat.originchats.originchats_one`,
      `${root}.file.originchats.originchats_one.read.x`,
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
      "$O.FILES_main.C.x",
      "$JS.API.DIRECT.GET.OBJ_FILES_main",
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

  it("lets an operator command and hand over a password's hash, and reach no store", async () => {
    const may = [
      `${root}.command.7.operator.operator.x.y`,
      `${root}.query.operator.operator.roster.snapshot`,
      `${root}.credential.operator.operator`,
      `${root}.heartbeat.operator.operator`,
    ];
    const mayNot = [
      "$KV.SECRETS_main.credential.one",
      "$KV.SECRETS_main.key.token",
      "$JS.API.INFO",
      "$JS.API.STREAM.INFO.KV_SECRETS_main",
      "$JS.API.STREAM.MSG.GET.KV_SECRETS_main",
      "$JS.API.DIRECT.GET.KV_SECRETS_main.$KV.SECRETS_main.credential.one",
      "$JS.API.CONSUMER.CREATE.KV_SECRETS_main",
      `${root}.command.7.sockchat.sockchat_one.message.post`,
      `${root}.event`,
      `${root}.authenticate.operator.operator`,
    ];
    assert.deepEqual(await refused("operator", "publish", mayNot), mayNot);
    assert.deepEqual(await refused("operator", "publish", may), []);
  });
});

describe("the accounts", () => {
  it("hold no one but core with a store", () => {
    const [core, ...guests] = accountsOf({ community });
    assert.equal(core?.user, "core");
    for (const { user, imports, services, publish } of guests) {
      assert.deepEqual(services, [], user);
      const asks = imports.flatMap((each) => (each.kind === "service" ? [each.subject] : []));
      assert.deepEqual(publish, asks, user);
      const store = asks.filter((subject) => subject.startsWith("$"));
      // The shared settings, to be read; they are written by other subjects.
      const shared = "$JS.API.DIRECT.GET.KV_SETTINGS_main";
      const journal = user === "operator" ? [] : ["$JS.API.DIRECT.GET.JOURNAL_main"];
      assert.deepEqual(store, [...journal, shared], user);
    }
  });

  it("bind each user to what its account imports, and to its id where that is known", () => {
    const [, originchats] = accountsOf({ community, gatewayIds });
    assert.ok(originchats?.publish.includes(`${root}.heartbeat.originchats.originchats_one`));
    assert.ok(originchats?.publish.includes(`${root}.command.*.originchats.originchats_one.>`));
    assert.ok(
      originchats?.imports.some((each) => each.subject.endsWith(".heartbeat.originchats.*")),
    );
  });

  it("are those of the files for servers of one's own", async () => {
    for (const { path, text } of deployments) {
      const file = join(import.meta.dirname, "..", "..", "..", path);
      assert.equal(await readFile(file, "utf8"), text, path);
    }
  });

  it("are made for several communities, with names and passwords of their own", async () => {
    const place = { host: "127.0.0.1", port: 4222, storeDir: "/var/lib/nats" };
    const text = deployedConfiguration(["main", "beta-2"], place);
    for (const part of [
      '"CORE_beta-2"',
      '"core-beta-2"',
      "$NATS_BETA_2_CORE_PASSWORD",
      '"CORE_main"',
    ]) {
      assert.ok(text.includes(part), part);
    }
    const folder = await mkdtemp(join(tmpdir(), "dragoman-communities-"));
    const config = join(folder, "server.conf");
    await writeFile(config, text);
    const env = Object.fromEntries(
      ["main", "beta-2"].flatMap((id) =>
        natsUsers.map((user) => [passwordVariable(user, id as CommunityId), "n"]),
      ),
    );
    const check = spawn(await natsBinary(), ["-t", "-c", config], { env, stdio: "ignore" });
    assert.deepEqual(await once(check, "exit"), [0, null]);
    await rm(folder, { recursive: true, force: true });
    assert.throws(() => deployedConfiguration(["a.b"], place), OperatorError);
    assert.throws(() => deployedConfiguration(["a-b", "a_b"], place), OperatorError);
  });
});

describe("a store of before there were accounts", () => {
  it("becomes core's", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "dragoman-before-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const binary = await natsBinary();
    const lay: typeof layNats = async (tenant) => {
      const layout = await layNats(tenant);
      const settings = { ...layout, host: "127.0.0.1", logFile: layout.logPath };
      await writeFile(layout.configPath, openConfiguration(settings));
      return layout;
    };
    const before = await startNats({ folder, binary, community, lay });
    const old = await connect({ servers: before.layout.url });
    await (await new Kvm(old).create("TRIAL")).put("a", "b");
    await old.close();
    await before.stop();
    const now = await startNats({ folder, binary, community });
    t.after(() => now.stop());
    const { user, password } = now.layout.credentials.core;
    const inboxPrefix = "_INBOX_core";
    const core = await connect({ servers: now.layout.url, user, pass: password, inboxPrefix });
    const kv = await new Kvm(core).create("TRIAL");
    assert.equal((await kv.get("a"))?.string(), "b");
    await core.close();
  });
});
