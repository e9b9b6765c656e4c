/**
 * The table of our own slash commands. The stock client's menu shows every name that contains what is typed, in
 * this order, and Enter takes the first: `ban` stands before `unban` (part 1, 11.9).
 */
import { holds, type Right, type UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { systemName } from "../system-name.ts";
import { bans, unbanip } from "./bans.ts";
import type { BuiltIn } from "./builtin.ts";
import { create, join, leave } from "./channel.ts";
import { helpFor } from "./help.ts";
import { link } from "./link.ts";
import { ban, kick, unban } from "./moderation.ts";
import { move } from "./move.ts";
import { delchan, password, rank, topic } from "./own-channel.ts";
import { passwd } from "./passwd.ts";
import { who, whois } from "./people.ts";
import { mute, silence, unmute, unsilence } from "./silence.ts";
import { me, msg, say } from "./speak.ts";
import { token } from "./token.ts";
import { afk, nick } from "./user.ts";

/** All of them, in the order of `slash_list`. */
export const builtIns: readonly BuiltIn[] = [
  mute,
  ban,
  unmute,
  unban,
  kick,
  silence,
  unsilence,
  who,
  whois,
  me,
  msg,
  say,
  join,
  create,
  leave,
  nick,
  helpFor(() => builtIns),
  afk,
  token,
  link,
  move,
  passwd,
  bans,
  unbanip,
  topic,
  password,
  rank,
  delchan,
];

const byName = new Map(builtIns.map((command) => [command.name, command]));

/** The built-in command of this name; undefined: there is none. */
export const builtIn = (name: string): BuiltIn | undefined => byName.get(name);

/** Names of the roles that hold a right now, by position (bridge table, Rights). */
export function holdersOf(right: Right, roster: Roster): readonly string[] {
  const nobody = "" as UserId;
  return [...roster.roles]
    .sort((a, b) => a.position - b.position)
    .filter((role) => holds({ userId: nobody, roles: [role] }, right))
    .map((role) => role.name);
}

/** An entry of `slash_list.commands` (part 3, 7.1): built-in options have no `choices`. */
export function listedCommand(command: BuiltIn, roster: Roster): object {
  return {
    name: command.name,
    description: command.description,
    options: command.options,
    whitelistRoles: command.right === undefined ? null : holdersOf(command.right, roster),
    blacklistRoles: null,
    ephemeral: command.ephemeral,
    registeredBy: systemName,
  };
}
