/** Slash commands that connections have registered, as packets show them (part 3, 7.1 and 7.2). */
import type { EventOf, SlashCommand, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { shownName } from "../place.ts";
import { nameOf } from "../view.ts";

/** An entry of `slash_list.commands` and `slash_add.commands`. */
export function listedSlash(command: SlashCommand, userId: UserId, roster: Roster): object {
  return {
    name: command.name,
    description: command.description,
    options: command.options.map(({ name, description, type, choices, required }) => ({
      name,
      description,
      type,
      choices: choices ?? null,
      required,
    })),
    whitelistRoles: command.whitelistRoles ?? null,
    blacklistRoles: command.blacklistRoles ?? null,
    ephemeral: command.ephemeral,
    registeredBy: nameOf(userId, roster),
  };
}

/** All that are registered. */
export function listedSlashes(roster: Roster): readonly object[] {
  return [...roster.slashes].flatMap(({ userId, commands }) =>
    commands.map((command) => listedSlash(command, userId, roster)),
  );
}

/** What the handler of a call gets, and its caller as a reply. */
export function slashCall(event: EventOf<"slash.called">, roster: Roster): object {
  const { handlerSessionId, invokerId, channelId, name, args } = event;
  const handlerId = roster.session(handlerSessionId)?.userId;
  const channel = roster.channel(channelId);
  return {
    cmd: "slash_call",
    val: {
      command: name,
      args,
      commander: handlerId === undefined ? "" : nameOf(handlerId, roster),
    },
    invoker: invokerId,
    invokerUsername: nameOf(invokerId, roster),
    channel: channel === undefined ? "" : shownName(channel, handlerId, roster),
  };
}
