/** OriginChats 1, 2.3 to 2.6: Rotur and local log-ins under each `auth_mode`; transcripts 02, 03a and 03b. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import type { InviteId } from "@dragoman/bus-schema";
import { OriginchatsClient, type OriginchatsPacket } from "../../support/originchats-client.ts";
import { type RoturStand, startRotur } from "../../support/rotur.ts";
import { portOf, type Stack, startStack } from "../../support/stack.ts";

let rotur: RoturStand;
before(async () => {
  rotur = await startRotur();
});
after(() => rotur.stop());

type ProviderName = "local" | "token" | "rotur";

/** A stack with these providers for the tests of a `describe`. */
function stackWith(providers: ProviderName[], more: { allowRegistration?: boolean } = {}) {
  let stack: Stack | undefined;
  const open: OriginchatsClient[] = [];
  before(async () => {
    stack = await startStack({
      originchats: 1,
      config: {
        accounts: { providers, ...more },
        limits: { loginAttempts: 1_000 },
        rotur: { url: rotur.url, timeoutMs: 2_000 },
      },
    });
  });
  afterEach(() => {
    for (const client of open.splice(0)) client.socket.terminate();
    rotur.fault(undefined);
  });
  after(() => stack?.stop());
  return {
    get stack(): Stack {
      if (stack === undefined) throw new Error("the stack is not up yet");
      return stack;
    },
    async connect(): Promise<Guest> {
      const client = await OriginchatsClient.connect(portOf(this.stack.originchats));
      open.push(client);
      const first = client.log.entries.find(({ cmd }) => cmd === "handshake");
      const handshake = first?.["val"] as Record<string, unknown>;
      return {
        client,
        mode: handshake["auth_mode"],
        key: String(handshake["validator_key"]),
        async error(packet) {
          client.socket.send(JSON.stringify(packet));
          return (await client.next("auth_error"))["val"];
        },
        async byRotur(id, name) {
          const validator = rotur.validator(String(handshake["validator_key"]), id, name);
          client.send({ cmd: "auth", validator });
          return client.next("ready");
        },
      };
    },
  };
}

interface Guest {
  readonly client: OriginchatsClient;
  readonly mode: unknown;
  readonly key: string;
  /** The text of the refusal that a packet gets. */
  error(packet: Record<string, unknown>): Promise<unknown>;
  byRotur(id: string, name: string): Promise<OriginchatsPacket>;
}

const userOf = (ready: OriginchatsPacket) => ready["user"] as Record<string, unknown>;

describe("auth_mode rotur", () => {
  const home = stackWith(["rotur", "token"]);

  test("login and register are not known", async () => {
    const guest = await home.connect();
    assert.equal(guest.mode, "rotur");
    for (const cmd of ["login", "register", "ping", "message_new"]) {
      const packet = { cmd, username: "ada", password: "dragoman" };
      assert.equal(await guest.error(packet), "Authentication required", cmd);
    }
    assert.equal(await guest.error({}), "Authentication required");
  });

  test("auth makes the reference's exact call, with this connection's key", async () => {
    const guest = await home.connect();
    const validator = rotur.validator(guest.key, "USR:1", "ada rotur");
    rotur.asked.skip();
    guest.client.send({ cmd: "auth", validator });
    assert.equal((await guest.client.next("auth_success"))["val"], "Authentication successful");
    const ready = await guest.client.next("ready");
    assert.deepEqual(userOf(ready), {
      username: "ada_rotur",
      roles: ["user"],
      status: { status: "online", text: "" },
      cracked: false,
    });
    const asked = await rotur.asked.next("validate", () => true);
    assert.equal(asked.method, "GET");
    assert.deepEqual(
      [...asked.url.searchParams],
      [
        ["key", guest.key],
        ["v", validator],
      ],
    );
    assert.equal(asked.body, "");
    const cmds = guest.client.log.entries.map(({ cmd }) => cmd);
    const at = cmds.indexOf("auth_success");
    assert.deepEqual(cmds.slice(at, at + 4), [
      "auth_success",
      "ready",
      "user_join",
      "user_connect",
    ]);
  });

  test("whoever comes by Rotur has the picture of that account", async () => {
    const guest = await home.connect();
    await guest.byRotur("USR:pic", "pictured");
    const url = "https://e.example/p.png";
    const answer = await guest.client.ask({ cmd: "pfp_set", url });
    const val = "Profile pictures are managed by Rotur for this account";
    assert.deepEqual([answer.cmd, answer["src"], answer["val"]], ["error", "pfp_set", val]);
  });

  test("a validator that is wrong, another's or missing is Invalid authentication", async () => {
    const guest = await home.connect();
    const other = await home.connect();
    const theirs = rotur.validator(other.key, "USR:2", "other");
    for (const packet of [
      { cmd: "auth", validator: "bad" },
      { cmd: "auth", validator: theirs },
      { cmd: "auth", validator: ["x"] },
      { cmd: "auth", validator: "" },
    ]) {
      assert.equal(await guest.error(packet), "Invalid authentication");
    }
    rotur.asked.skip();
    assert.equal(await guest.error({ cmd: "auth" }), "Invalid authentication");
    const asked = await rotur.asked.next("validate", () => true);
    assert.deepEqual([...asked.url.searchParams.keys()], ["key"]);
    await guest.byRotur("USR:3", "after all");
  });

  test("a Rotur that fails, hangs or talks nonsense is Invalid authentication, soon", async () => {
    const guest = await home.connect();
    const validator = rotur.validator(guest.key, "USR:4", "patient");
    for (const fault of [
      { status: 500, body: "{}" },
      { status: 200, body: "no JSON" },
      { status: 200, body: '{"valid":false}' },
      { status: 200, body: '{"valid":true}' },
      { status: 200, body: '{"valid":true,"id":"","username":"x"}' },
      { status: 200, body: '{"valid":true,"id":"1","username":" "}' },
      { status: 201, body: '{"valid":true,"id":"1","username":"x"}' },
      "cut",
      "hang",
    ] as const) {
      rotur.fault(fault);
      const val = await guest.error({ cmd: "auth", validator });
      assert.equal(val, "Invalid authentication", JSON.stringify(fault));
    }
    rotur.fault(undefined);
    guest.client.send({ cmd: "auth", validator });
    await guest.client.next("ready");
  });

  test("the same id under a new name is the same account, and everybody is told", async () => {
    const first = await home.connect();
    await first.byRotur("USR:5", "erin");
    const watcher = await home.connect();
    await watcher.byRotur("USR:6", "wes");
    watcher.client.log.skip();
    const second = await home.connect();
    assert.equal(userOf(await second.byRotur("USR:5", "erin_renamed"))["username"], "erin_renamed");
    const updated = await watcher.client.next("user_updated");
    assert.equal(updated["username"], "erin_renamed");
    assert.deepEqual(await watcher.client.next("user_update"), {
      cmd: "user_update",
      user: "erin",
      username: "erin_renamed",
      nickname: null,
    });
    await watcher.client.next("user_disconnect", (packet) => packet["username"] === "erin");
    await watcher.client.next("user_leave", (packet) => packet["username"] === "erin");
    const joined = await watcher.client.next("user_join");
    assert.equal(userOf(joined)["username"], "erin_renamed");
    await watcher.client.next("user_connect");
    assert.equal(userOf(await first.client.next("ready"))["username"], "erin_renamed");
  });

  test("a name that is another's gets a suffix", async () => {
    const guest = await home.connect();
    assert.equal(userOf(await guest.byRotur("USR:7", "olga"))["username"], "olga-2");
  });

  test("who is banned is told so at the log-in, and the socket stays", async () => {
    const guest = await home.connect();
    await guest.byRotur("USR:8", "rowdy");
    await home.stack.operator.mustAccept({
      type: "moderation.ban",
      target: "rowdy",
      addresses: false,
    });
    await guest.client.closed();
    const again = await home.connect();
    const validator = rotur.validator(again.key, "USR:8", "rowdy");
    assert.equal(
      await again.error({ cmd: "auth", validator }),
      "Access denied: You are banned from this server",
    );
    assert.ok(again.client.isOpen);
    await again.byRotur("USR:9", "somebody else");
  });

  test("whoever left the server comes back as a new member, of the same messages", async () => {
    const { operator } = home.stack;
    const watcher = await home.connect();
    await watcher.byRotur("USR:11", "watcher");
    const guest = await home.connect();
    await guest.byRotur("USR:10", "leaver");
    guest.client.say("general", "before I leave");
    await watcher.client.sees("before I leave");
    await operator.mustAccept({
      type: "user.assign",
      target: "leaver",
      how: "add",
      roles: ["moderator"],
    });
    await guest.client.ask({ cmd: "user_leave" });
    await guest.client.closed();
    await watcher.client.next("user_leave", ({ username }) => username === "leaver");
    const again = await home.connect();
    await again.byRotur("USR:10", "returner");
    const joined = await watcher.client.next("user_join");
    const { username, roles } = joined["user"] as Record<string, unknown>;
    assert.deepEqual([username, roles], ["returner", ["user"]]);
    const page = await again.client.ask({ cmd: "messages_get", channel: "general", limit: 1 });
    const [message] = page["messages"] as readonly Record<string, unknown>[];
    assert.deepEqual([message?.["user"], message?.["content"]], ["returner", "before I leave"]);
  });
});

describe("auth_mode cracked", () => {
  const home = stackWith(["local", "token", "rotur"]);

  test("both families are served", async () => {
    const guest = await home.connect();
    assert.equal(guest.mode, "cracked");
    await guest.byRotur("USR:1", "zed");
    const other = await home.connect();
    assert.equal(
      await other.error({ cmd: "login", username: "zed", password: "pw" }),
      "This account uses Rotur authentication",
    );
    assert.equal(
      await other.error({ cmd: "register", username: "zed", password: "pwpw" }),
      "Username already taken",
    );
    assert.equal(
      await other.error({ cmd: "login", username: "ada", password: "wrong" }),
      "Invalid password",
    );
    other.client.send({ cmd: "login", username: " Ada ", password: "dragoman" });
    assert.equal(userOf(await other.client.next("ready"))["cracked"], true);
  });

  test("login and register have a text for everything that is wrong", async () => {
    const guest = await home.connect();
    const both = "Username and password required";
    const letters = "Username can only contain letters, numbers, hyphens, and underscores";
    for (const [cmd, username, password, text] of [
      ["login", undefined, undefined, both],
      ["login", "ada", undefined, both],
      ["login", "   ", "pw", both],
      ["login", 5, "x", both],
      ["login", "ada", 5, both],
      ["login", "nobody", "pw", "User not found"],
      ["register", undefined, undefined, both],
      ["register", "x", "pwpw", "Username must be 2-32 characters"],
      ["register", "y".repeat(33), "pwpw", "Username must be 2-32 characters"],
      ["register", "nn", "abc", "Password must be 4-72 characters"],
      ["register", "nn", "p".repeat(73), "Password must be 4-72 characters"],
      ["register", "has space", "pwpw", letters],
      ["register", "___", "pwpw", letters],
      ["register", "ADA ", "pwpw", "Username already taken"],
    ] as const) {
      assert.equal(await guest.error({ cmd, username, password, listener: "l" }), text);
    }
    assert.ok(guest.client.log.entries.every((packet) => packet["listener"] === undefined));
  });

  test("an invite's code without a name in front makes no account that is called so", async () => {
    const code = "k3mnp-7qrst-uv8wx";
    const inviteId = "alone" as InviteId;
    const more = { uses: 1, lifetimeMs: 60_000, roles: [], note: "" };
    await home.stack.operator.mustAccept({ type: "invite.create", inviteId, code, ...more });
    const guest = await home.connect();
    for (const username of [code, "K3MNP7QRSTUV8WX"]) {
      assert.equal(
        await guest.error({ cmd: "register", username, password: "pwpw" }),
        "Username and password required",
      );
    }
    guest.client.send({ cmd: "register", username: `guest ${code}`, password: "pwpw" });
    const ready = await guest.client.next("ready");
    assert.equal((ready["user"] as { username: string }).username, "guest");
  });

  test("after the log-in auth, login and register are unknown commands", async () => {
    const guest = await home.connect();
    await guest.byRotur("USR:2", "inside");
    for (const cmd of ["auth", "login", "register"]) {
      guest.client.send({ cmd, username: "ada", password: "dragoman" });
      const error = await guest.client.next("error");
      assert.deepEqual([error["src"], error["val"]], [cmd, `Unknown command: ${cmd}`]);
    }
  });
});

describe("auth_mode cracked-only", () => {
  const home = stackWith(["local", "token"], { allowRegistration: false });

  test("auth says that Rotur is off, register that it is", async () => {
    const guest = await home.connect();
    assert.equal(guest.mode, "cracked-only");
    rotur.asked.skip();
    const mark = rotur.asked.length;
    assert.equal(
      await guest.error({ cmd: "auth", validator: "x" }),
      "Rotur authentication is disabled. Use login or register commands.",
    );
    assert.equal(
      await guest.error({ cmd: "register", username: "new", password: "pwpw" }),
      "Registration is disabled",
    );
    assert.equal(
      await guest.error({ cmd: "register", username: "new k3mnp7qrstuv8wx", password: "pwpw" }),
      "This invite code is unknown, used up or has run out",
    );
    guest.client.send({ cmd: "login", username: "ada", password: "dragoman" });
    await guest.client.next("ready");
    assert.equal(rotur.asked.length, mark);
  });
});
