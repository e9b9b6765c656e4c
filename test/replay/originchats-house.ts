/** The house that the recordings of OriginChats were made in: cast, channels, settings (its README). */
import type { ChannelPermissions } from "@dragoman/bus-schema";
import { type HttpStand, startHttp } from "../support/http.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

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

/** Recordings that are about the limiter. */
const limited = /^(21|23|25|36)/;
/** Recordings with an account service. */
const vouched = /^(03a|15)/;

/** The account service of the recordings (their README): `fake|ID|NAME` is valid, `down` is out of reach. */
function startAccounts(): Promise<HttpStand> {
  return startHttp("Rotur", ({ url }) => {
    const validator = url.searchParams.get("v") ?? "";
    if (validator === "down") return "cut";
    const [, id, username] = /^fake\|(.*)\|(.*)$/.exec(validator) ?? [];
    const body =
      username === undefined ? { valid: false, error: "Invalid" } : { valid: true, id, username };
    return { status: username === undefined ? 403 : 200, body: JSON.stringify(body) };
  });
}

/** Settings of the recordings about uploads. */
const uploads = {
  originchats: { url: "https://chat.example.org" },
  attachments: { bytesMax: 20_000, perMinute: 1_000 },
};

/** Recordings of a fresh server: stock files, nobody there. */
const fresh = /^01/;

function rolesOf(name: string, file: string): readonly string[] {
  if (name === "ada") return ["owner"];
  if (name === "bot" && /^17/.test(file)) return ["moderator"];
  if (name !== "cyd") return [];
  if (/^12/.test(file)) return ["moderator"];
  return /^(17|2\d|30|31|36)/.test(file) ? ["admin"] : [];
}

/**
 * Makes the channels, without the first line that each gets here and not in the original (bridge table, first
 * message of a channel): somebody who may deletes it and is gone again.
 */
async function furnishChannels({ operator, originchats }: Stack): Promise<void> {
  const sweeper = "sweeper";
  for (const [name, kind, permissions] of channels) {
    await operator.mustAccept({
      type: "channel.create",
      kind,
      name,
      permissions: { ...permissions, delete: owners },
      ...(kind === "separator" ? { size: 20 } : {}),
    });
  }
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

export async function originchatsHouse(file: string): Promise<Stack & { readonly port: number }> {
  const limits = limited.test(file)
    ? { messagesPerMinute: 60, burstLimit: 10, cooldownMs: 30_000 }
    : { messagesPerMinute: 0, burstLimit: 0 };
  const accounts = vouched.test(file) ? await startAccounts() : undefined;
  const stack = await startStack({
    originchats: 1,
    empty: true,
    config: {
      graceMs: 0,
      server: { name: "My OriginChats Server", ownerName: "Admin" },
      limits: { ...limits, loginAttempts: 10_000 },
      ...(/^15/.test(file) ? uploads : {}),
      ...(accounts === undefined
        ? {}
        : {
            accounts: { providers: ["local", "token", "rotur"] as const },
            rotur: { url: accounts.url },
          }),
    },
  });
  if (!fresh.test(file)) {
    for (const name of ["ada", "bob", "cyd", "bot"]) {
      await stack.operator.addUser(name, rolesOf(name, file), `pw-${name}`);
    }
    await furnishChannels(stack);
  }
  const stop = async (): Promise<void> => {
    await stack.stop();
    await accounts?.stop();
  };
  return { ...stack, stop, port: portOf(stack.originchats) };
}
