/**
 * What every server of OriginChats does alike, the original as well: checks that need one login and no rights, for
 * any server at any address. A run speaks seven times, so that it stays within the budget of a stock server. What
 * needs accounts, rights or short durations is in the tests of this folder, against a stack of their own.
 */
import assert from "node:assert/strict";
import { OriginchatsClient, type OriginchatsPacket } from "../../support/originchats-client.ts";
import type { AnyServer, Check } from "../any-server.ts";
import { httpChecks } from "./any-server-http.ts";
import { refusals } from "./any-server-refusals.ts";

type Fields = Readonly<Record<string, unknown>>;
type Request = { readonly cmd: string } & Fields;

/** A session, and what it was told at the login. */
interface Signed {
  readonly client: OriginchatsClient;
  /** `handshake.val`. */
  readonly handshake: Fields;
  /** `ready.user`. */
  readonly user: Fields;
  /** The name in packets. */
  readonly name: string;
  /** A text channel that the person may view. */
  readonly channel: string;
  ask(packet: Request): Promise<OriginchatsPacket>;
}

const fields = (value: unknown): Fields => {
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
  return value as Fields;
};

const entries = (value: unknown): readonly Fields[] => {
  assert.ok(Array.isArray(value));
  return value.map(fields);
};

/** Runs something with a connection that is not signed in, and ends it. */
async function connected(
  { url }: AnyServer,
  use: (client: OriginchatsClient) => Promise<void>,
): Promise<void> {
  const client = await OriginchatsClient.connectTo(url);
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

/** Runs something with a session, and ends it. */
const signedIn = (server: AnyServer, use: (signed: Signed) => Promise<void>): Promise<void> =>
  connected(server, async (client) => {
    const [name = "", password] = server.login;
    client.send(
      password === undefined
        ? { cmd: "auth", validator: name }
        : { cmd: "login", username: name, password },
    );
    const ready = await client.log.next(
      "answer to the login",
      ({ cmd }) => cmd === "ready" || cmd === "auth_error",
      10_000,
    );
    assert.equal(ready.cmd, "ready", `the login was refused: ${String(ready["val"])}`);
    const user = fields(ready["user"]);
    const channels = entries((await client.ask({ cmd: "channels_get" }))["val"]);
    const channel = channels.find(({ type }) => type === "text");
    assert.ok(channel, "there is no text channel for this login");
    await use({
      client,
      handshake: fields(client.log.entries[0]?.["val"]),
      user,
      name: String(user["username"]),
      channel: String(channel["name"]),
      ask: (packet) => client.ask(packet),
    });
  });

const check = (section: string, title: string, use: (signed: Signed) => Promise<void>): Check => ({
  section,
  title,
  run: (server) => signedIn(server, use),
});

/** A word that nobody else says. */
const word = (): string => `w${Math.random().toString(36).slice(2)}`;

/** Posts a word and reads it back. */
async function posted({ ask, channel }: Signed, content: string): Promise<Fields> {
  const packet = await ask({ cmd: "message_new", channel, content });
  assert.equal(packet.cmd, "message_new", String(packet["val"]));
  return packet;
}

const connecting: readonly Check[] = [
  {
    section: "1, 2.1",
    title: "the handshake names the server, its limits, capabilities and ways to log in",
    run: (server) =>
      connected(server, async (client) => {
        const val = fields(client.log.entries[0]?.["val"]);
        assert.equal(typeof fields(val["server"])["name"], "string");
        assert.equal(typeof fields(val["limits"])["post_content"], "number");
        for (const key of ["version", "validator_key"]) assert.equal(typeof val[key], "string");
        const named = val["capabilities"] as readonly unknown[];
        for (const one of ["message_new", "channels_get", "users_list", "roles_list"]) {
          assert.ok(named.includes(one), one);
        }
        assert.match(String(val["auth_mode"]), /^(?:rotur|cracked|cracked-only)$/);
      }),
  },
  {
    section: "1, 2.3",
    title: "before the login everything but a login is an auth_error",
    run: (server) =>
      connected(server, async (client) => {
        for (const packet of [{ cmd: "ping", listener: "l" }, { cmd: "users_list" }]) {
          client.send(packet);
          assert.deepEqual(await client.next("auth_error"), {
            cmd: "auth_error",
            val: "Authentication required",
          });
        }
        assert.ok(client.isOpen);
      }),
  },
  check("1, 2.6", "auth_success comes before ready, which names name and roles", async (signed) => {
    const cmds = signed.client.log.entries.map(({ cmd }) => cmd);
    assert.ok(cmds.indexOf("auth_success") < cmds.indexOf("ready"));
    assert.equal(typeof signed.user["username"], "string");
    assert.ok(Array.isArray(signed.user["roles"]));
  }),
  check("1, 6.2", "an answer carries the listener, where it is a text", async ({ client, ask }) => {
    const pong = await ask({ cmd: "ping" });
    const { listener, ...rest } = pong;
    assert.deepEqual(rest, { cmd: "pong", val: "pong" });
    assert.equal(typeof listener, "string");
    client.send({ cmd: "ping", listener: 5 });
    assert.deepEqual(await client.next("pong", (packet) => packet !== pong), rest);
  }),
  check("1, 6.4", "what is no packet ends nothing", async ({ client, ask }) => {
    for (const frame of ["no json", "[]", "5", '"text"', "{}"]) client.sendRaw(frame);
    assert.equal((await ask({ cmd: "ping" })).cmd, "pong");
  }),
];

const lists: readonly Check[] = [
  check("3, 1.3", "channels_get has each channel's type and permissions", async ({ ask }) => {
    for (const channel of entries((await ask({ cmd: "channels_get" }))["val"])) {
      const { type, permissions } = channel;
      assert.match(String(type), /^(?:text|voice|forum|separator|chat)$/);
      fields(permissions);
      if (type === "text") assert.ok("last_message" in channel && "last_message_id" in channel);
      if (type === "voice") assert.ok(Array.isArray(channel["voice_state"]));
      if (type === "forum") assert.ok(Array.isArray(channel["threads"]));
    }
  }),
  check("3, 3.1", "users_list and users_online have the asker", async ({ ask, name }) => {
    for (const cmd of ["users_list", "users_online"]) {
      const users = entries((await ask({ cmd }))["users"]);
      const own = users.find(({ username }) => username === name);
      assert.ok(own, cmd);
      for (const key of ["nickname", "roles", "color", "status"]) assert.ok(key in own, key);
    }
  }),
  check("3, 2.1", "roles_list is an object by name", async ({ ask }) => {
    const roles = Object.values(fields((await ask({ cmd: "roles_list" }))["roles"]));
    assert.ok(roles.length > 0);
    for (const role of roles.map(fields)) {
      assert.equal(typeof role["position"], "number");
      assert.ok("color" in role && "permissions" in role && "hoisted" in role);
    }
  }),
  check("3, 2.4", "user_roles_get has the own roles", async ({ ask, name, user }) => {
    const answer = await ask({ cmd: "user_roles_get", user: name });
    assert.equal(answer["user"], name);
    assert.deepEqual(answer["roles"], user["roles"]);
  }),
  check("3, 7.4", "slash_list has the server's own commands", async ({ ask }) => {
    const commands = entries((await ask({ cmd: "slash_list" }))["commands"]);
    const nick = commands.find(({ name }) => name === "nick");
    assert.equal(nick?.["registeredBy"], "originChats");
    assert.equal(nick?.["description"], "Set or clear your display nickname");
  }),
  check("3, 5, 8 and 9", "server_info, emoji_get_all and webhook_list answer", async ({ ask }) => {
    const info = await ask({ cmd: "server_info" });
    for (const key of ["name", "icon", "banner"]) assert.equal(typeof info[key], "string", key);
    fields((await ask({ cmd: "emoji_get_all" }))["emojis"]);
    entries((await ask({ cmd: "webhook_list" }))["webhooks"]);
  }),
];

const speaking: readonly Check[] = [
  check("2, 3 to 7", "a message comes, is edited, liked and deleted", async (signed) => {
    const { ask, channel, name } = signed;
    const text = word();
    const told = await posted(signed, `  ${text} `);
    assert.deepEqual([told["channel"], told["thread_id"], told["global"]], [channel, null, true]);
    const message = fields(told["message"]);
    assert.deepEqual([message["user"], message["content"], message["pinned"]], [name, text, false]);
    assert.deepEqual(message["pings"], { users: [], roles: [], replies: [] });
    const id = String(message["id"]);
    const about = { channel, id };
    const got = fields((await ask({ cmd: "message_get", ...about }))["message"]);
    assert.equal(got["content"], text);
    const edit = await ask({ cmd: "message_edit", ...about, content: `${text}!` });
    assert.deepEqual([edit.cmd, edit["id"], edit["content"]], ["message_edit", id, `${text}!`]);
    const liked = await ask({ cmd: "message_react_add", ...about, emoji: "👍" });
    assert.deepEqual([liked.cmd, liked["emoji"]], ["message_react_add", "👍"]);
    const unliked = await ask({ cmd: "message_react_remove", ...about, emoji: "👍" });
    assert.equal(unliked.cmd, "message_react_remove");
    const page = entries((await ask({ cmd: "messages_get", channel, limit: 1 }))["messages"]);
    assert.deepEqual([page[0]?.["id"], page[0]?.["edited"]], [id, true]);
    const gone = await ask({ cmd: "message_delete", ...about });
    assert.deepEqual([gone.cmd, gone["id"]], ["message_delete", id]);
  }),
  {
    section: "1, 6.1",
    title: "another connection is told without the listener, of typing too",
    run: (server) =>
      signedIn(server, (one) =>
        signedIn(server, async ({ client }) => {
          const { listener: _, ...told } = await posted(one, word());
          const { id } = fields(told["message"]);
          const isThat = (packet: Fields): boolean =>
            (packet["message"] as Fields | undefined)?.["id"] === id;
          assert.deepEqual(await client.next("message_new", isThat), told);
          one.client.send({ cmd: "typing", channel: one.channel });
          const { user, channel, thread_id: thread } = await client.next("typing");
          assert.deepEqual([user, channel, thread], [one.name, one.channel, null]);
          await one.ask({ cmd: "message_delete", channel: one.channel, id });
        }),
      ),
  },
  check("3, 4", "status_set is answered by status_get, status_get by status", async (signed) => {
    const { ask, name } = signed;
    for (const status of ["idle", "online"]) {
      const answer = await ask({ cmd: "status_set", status, text: "" });
      assert.equal(answer.cmd, "status_get");
      assert.deepEqual([answer["username"], answer["status"]], [name, { status, text: "" }]);
    }
    const read = await ask({ cmd: "status_get", user: name });
    assert.deepEqual([read.cmd, read["status"]], ["status", { status: "online", text: "" }]);
  }),
  check("2, 10 and 11", "unreads_get and pings_get have their forms", async ({ ask }) => {
    const unreads = await ask({ cmd: "unreads_get" });
    fields(unreads["unreads"]);
    const pings = await ask({ cmd: "pings_get", limit: 1 });
    entries(pings["messages"]);
    assert.deepEqual([pings["offset"], pings["limit"]], [0, 1]);
    assert.equal(typeof pings["total"], "number");
  }),
  check("2, 3", "a message has the length that the handshake names", async (signed) => {
    const { ask, channel, handshake } = signed;
    const max = Number(fields(handshake["limits"])["post_content"]);
    const refused = await ask({ cmd: "message_new", channel, content: "x".repeat(max + 1) });
    assert.equal(refused["val"], `Message too long. Maximum length is ${max} characters`);
  }),
];

const refused: readonly Check[] = refusals.map(({ section, packet, val }) =>
  check(section, `${JSON.stringify(packet)} is refused: ${val}`, async ({ ask, channel }) => {
    const answer = await ask(packet["channel"] === "<channel>" ? { ...packet, channel } : packet);
    assert.deepEqual([answer.cmd, answer["val"]], ["error", val]);
  }),
);

export const checks: readonly Check[] = [
  ...connecting,
  ...lists,
  ...speaking,
  ...refused,
  ...httpChecks,
];
