/** The house that the recordings of OriginChats were made in: cast, channels, settings (its README). */
import type { ChannelPermissions } from "@dragoman/bus-schema";
import { type HttpStand, startHttp } from "../support/http.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import type { Setting } from "./originchats-setting.ts";

const everyone = ["user"];
const owners = ["owner"];
const staff = ["owner", "moderator"];

/** Channels in the order of the recordings; `general` is there already. */
const channels: readonly (readonly [
  name: string,
  kind: "text" | "voice" | "forum" | "separator",
  permissions: ChannelPermissions,
])[] = [
  [
    "random",
    "text",
    { view: everyone, send: everyone, delete: ["moderator"], pin: ["moderator", "owner"] },
  ],
  [
    "readonly",
    "text",
    { view: everyone, send: owners, react: owners, edit_own: owners, delete_own: owners },
  ],
  ["staff", "text", { view: staff, send: staff, delete: owners, pin: owners }],
  ["sep", "separator", { view: everyone }],
  ["lounge", "voice", { view: everyone }],
  ["attic", "voice", { view: everyone }],
  ["bunker", "voice", { view: owners }],
  ["forum", "forum", { view: everyone, send: everyone, create_thread: everyone }],
  ["vault", "forum", { view: owners, send: owners, create_thread: owners }],
];

/**
 * Makes the channels, without the first line that each gets here and not in the original (bridge table, first
 * message of a channel): somebody who may deletes it and is gone again.
 */
async function furnishChannels({ operator, originchats }: Stack, unswept: boolean): Promise<void> {
  const sweeper = "sweeper";
  for (const [name, kind, permissions] of channels) {
    await operator.mustAccept({
      type: "channel.create",
      kind,
      name,
      permissions: unswept ? permissions : { ...permissions, delete: owners },
      ...(kind === "separator" ? { size: 20 } : {}),
    });
  }
  if (unswept) return;
  await operator.addUser(sweeper, ["owner", "admin", "moderator"]);
  const client = await OriginchatsClient.signIn(portOf(originchats), sweeper);
  const texts = channels.filter(([, kind]) => kind === "text").map(([name]) => name);
  for (const channel of ["general", ...texts]) {
    const page = await client.ask({ cmd: "messages_get", channel });
    for (const { id } of page["messages"] as readonly { id: string }[]) {
      await client.ask({ cmd: "message_delete", channel, id });
    }
  }
  for (const [name, , permissions] of channels) {
    await client.ask({ cmd: "channel_update", current_name: name, updates: { permissions } });
  }
  await client.close();
  await operator.mustAccept({ type: "user.depart", target: sweeper });
}

/** Answers as the recorder's stand-in: `fake|ID|NAME` is valid, `down` gets no answer. */
function startAccountService(): Promise<HttpStand> {
  return startHttp("account service", ({ url }) => {
    const validator = url.searchParams.get("v") ?? "";
    if (validator === "down") return "cut";
    const [kind, id, username] = validator.split("|");
    return kind === "fake"
      ? { status: 200, body: JSON.stringify({ valid: true, id, username }) }
      : { status: 403, body: JSON.stringify({ valid: false }) };
  });
}

async function comeByRotur(port: number, name: string): Promise<void> {
  const client = await OriginchatsClient.connect(port);
  client.send({ cmd: "auth", validator: `fake|USR:${name}|${name}` });
  await client.next("ready");
  await client.close();
}

/** What the recording's stored messages are in this house. */
async function storeMessages(
  { operator, originchats }: Stack,
  { stored = 0, furnished = false }: Setting,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  if (stored === 0) return ids;
  const port = portOf(originchats);
  if (furnished) await operator.addUser("gone");
  const as = new Map<string, OriginchatsClient>();
  for (const name of ["ada", "bob"]) {
    as.set(name, await OriginchatsClient.signIn(port, name, `pw-${name}`));
  }
  if (furnished) as.set("gone", await OriginchatsClient.signIn(port, "gone"));
  const say = async (name: string, n: number, more: object = {}): Promise<void> => {
    const content = `message ${n}`;
    const packet = { cmd: "message_new", channel: "general", content, ...more };
    const answer = await as.get(name)?.ask(packet);
    const message = answer?.["message"] as { readonly id: string } | undefined;
    if (message === undefined) throw new Error(`no message ${n} by ${name}`);
    ids.set(`m${String(n).padStart(4, "0")}`, message.id);
  };
  const tenth = (): object => ({ reply_to: ids.get("m0010") });
  for (let n = 0; n < stored; n += 1) {
    const isReply = furnished && (n === 250 || n === 255);
    const author = furnished && n === stored - 1 ? "gone" : n % 3 === 0 ? "ada" : "bob";
    await say(author, n, isReply ? tenth() : {});
  }
  if (furnished) await furnishLast(as, ids);
  for (const client of as.values()) await client.close();
  if (furnished) await operator.mustAccept({ type: "user.depart", target: "gone" });
  return ids;
}

/** Message 258 is edited, pinned and liked. */
async function furnishLast(
  as: ReadonlyMap<string, OriginchatsClient>,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const about = { channel: "general", id: ids.get("m0258") };
  const ada = as.get("ada");
  await ada?.ask({ cmd: "message_edit", ...about, content: "message 258" });
  for (const name of ["ada", "gone"]) {
    await as.get(name)?.ask({ cmd: "message_react_add", ...about, emoji: "👍" });
  }
  await ada?.ask({ cmd: "message_pin", ...about });
}

/** Leaves people without any role: the one that they hold is deleted. */
async function takeRoles({ operator }: Stack, people: readonly string[]): Promise<void> {
  if (people.length === 0) return;
  const name = "passing";
  await operator.mustAccept({
    type: "role.create",
    name,
    description: null,
    color: null,
    permissions: [],
    hoisted: false,
    selfAssignable: false,
    category: null,
  });
  for (const target of people) {
    await operator.mustAccept({ type: "user.assign", target, how: "set", roles: [name] });
  }
  await operator.mustAccept({ type: "role.delete", role: name });
}

export interface OriginchatsHouse {
  readonly port: number;
  /** What stands here for ids that the recording never sees made. */
  readonly ids: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

export async function originchatsHouse(setting: Setting): Promise<OriginchatsHouse> {
  const { roles = {}, providers = ["local"] } = setting;
  const accounts = await startAccountService();
  const stack = await startStack({
    originchats: 1,
    empty: true,
    config: {
      graceMs: 0,
      server: { name: "My OriginChats Server", ownerName: "Admin" },
      accounts: { providers: [...providers], allowRegistration: setting.allowRegistration ?? true },
      attachments: {
        perMinute: 1_000,
        ...(setting.uploadBytesMax === undefined ? {} : { bytesMax: setting.uploadBytesMax }),
      },
      ...(setting.pingMs === undefined ? {} : { originchats: { pingMs: setting.pingMs } }),
      rotur: { url: accounts.url, timeoutMs: 1_000 },
      limits: {
        messagesPerMinute: 0,
        burstLimit: 0,
        ...setting.limits,
        loginAttempts: 10_000,
        signInMs: 600_000,
      },
    },
  });
  const port = portOf(stack.originchats);
  let ids: ReadonlyMap<string, string> = new Map();
  if (!setting.fresh) {
    for (const name of ["ada", "bob", "cyd", "bot"]) {
      const held = roles[name] ?? (name === "ada" ? ["owner"] : []);
      await stack.operator.addUser(name, [...held, "user"], `pw-${name}`);
    }
    await furnishChannels(stack, setting.unswept ?? false);
    for (const name of setting.rotur ?? []) await comeByRotur(port, name);
    ids = await storeMessages(stack, setting);
    await takeRoles(stack, setting.roleless ?? []);
    for (const target of setting.banned ?? []) {
      await stack.operator.mustAccept({ type: "moderation.ban", target, addresses: false });
    }
  }
  return {
    port,
    ids,
    async stop() {
      await stack.stop();
      await accounts.stop();
    },
  };
}
