/** Slash commands that connections have registered, as one person may call them. */
import type { SlashCommand, UserId } from "@dragoman/bus-schema";
import type { Roster } from "./roster.ts";

/** Those of one name that count and whose lists let a person call them. */
export function callableSlashes(userId: UserId, roster: Roster): readonly SlashCommand[] {
  const held = new Set(roster.actor(userId).roles.map(({ name }) => name));
  const found = new Map<string, SlashCommand>();
  for (const { commands } of roster.slashes) {
    for (const command of commands) if (!found.has(command.name)) found.set(command.name, command);
  }
  return [...found.values()].filter(({ blacklistRoles = [], whitelistRoles = [] }) => {
    if (blacklistRoles.some((name) => held.has(name))) return false;
    return whitelistRoles.length === 0 || whitelistRoles.some((name) => held.has(name));
  });
}
