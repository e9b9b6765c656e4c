/** The house that the recordings of OriginChats were made in: cast, channels, settings (its README). */
import type { ChannelPermissions } from "@dragoman/bus-schema";
import { portOf, type Stack, startStack } from "../support/stack.ts";

const everyone = ["user"];
const owners = ["owner"];

/** Channels in the order of the recordings; `general` is there already. */
const channels: readonly (readonly [string, string, ChannelPermissions])[] = [
  ["random", "text", { view: everyone, send: everyone }],
  ["readonly", "text", { view: everyone, send: owners }],
  ["staff", "text", { view: ["owner", "moderator"], send: ["owner", "moderator"] }],
  ["sep", "separator", { view: everyone }],
  ["lounge", "voice", { view: everyone }],
  ["attic", "voice", { view: everyone }],
  ["bunker", "voice", { view: owners }],
  ["forum", "forum", { view: everyone, send: everyone, create_thread: everyone }],
  ["vault", "forum", { view: owners, send: owners, create_thread: owners }],
];

/** Recordings that are about the limiter. */
const limited = /^(21|23|25|36)/;
/** Recordings of a fresh server: stock files, nobody there. */
const fresh = /^01/;

function rolesOf(name: string, file: string): readonly string[] {
  if (name === "ada") return ["owner"];
  if (name !== "cyd") return [];
  if (/^12/.test(file)) return ["moderator"];
  return /^(2\d|30|31|36)/.test(file) ? ["admin"] : [];
}

export async function originchatsHouse(file: string): Promise<Stack & { readonly port: number }> {
  const limits = limited.test(file)
    ? { messagesPerMinute: 60, burstLimit: 10, cooldownMs: 30_000 }
    : { messagesPerMinute: 0, burstLimit: 0 };
  const stack = await startStack({
    originchats: 1,
    empty: true,
    config: {
      graceMs: 0,
      server: { name: "My OriginChats Server", ownerName: "Admin" },
      limits: { ...limits, loginAttempts: 10_000 },
    },
  });
  if (!fresh.test(file)) {
    for (const name of ["ada", "bob", "cyd", "bot"]) {
      await stack.operator.addUser(name, rolesOf(name, file), `pw-${name}`);
    }
    for (const [name, kind, permissions] of channels) {
      await stack.operator.mustAccept({
        type: "channel.create",
        kind,
        name,
        permissions,
      } as never);
    }
  }
  return { ...stack, port: portOf(stack.originchats) };
}
