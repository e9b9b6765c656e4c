/**
 * What each command costs the person who gives it. Whatever others are shown is paid for: what is said by the message
 * budget, everything else by acts (docs/protocols/bridge.md, Moderation, message budget). Read marks, which only the
 * person's own sessions are told of but the journal holds, have a budget of their own. A command that is missing
 * here does not compile.
 */
import type { CommandType } from "@dragoman/bus-schema";
import type { Body } from "./contract.ts";

/** One message, one read mark, or so many acts; 0: nothing. */
export type Cost = "message" | "mark" | number;

/** @param _why one plain sentence */
function free<T extends CommandType>(_why: string, ...types: readonly T[]): Costs<T> {
  return costing(0, ...types);
}

function costing<T extends CommandType>(cost: Cost, ...types: readonly T[]): Costs<T> {
  return Object.fromEntries(types.map((type) => [type, cost])) as Costs<T>;
}

type Costs<T extends CommandType> = { readonly [K in T]: Cost };

const costs: Costs<CommandType> = {
  ...costing(
    "message",
    "message.post",
    "message.edit",
    "message.whisper",
    "message.announce",
    "poll.create",
    "thread.create",
    "slash.respond",
  ),
  ...costing(
    1,
    "message.delete",
    "reaction.add",
    "reaction.remove",
    "pin.add",
    "pin.remove",
    "poll.vote",
    "poll.end",
    "thread.update",
    "thread.delete",
    "thread.join",
    "thread.leave",
    "channel.create",
    "channel.update",
    "channel.move",
    "channel.delete",
    "channel.leave",
    "role.create",
    "role.update",
    "role.delete",
    "role.reorder",
    "role.take",
    "role.drop",
    "server.update",
    "emoji.add",
    "emoji.update",
    "emoji.delete",
    "webhook.create",
    "webhook.update",
    "webhook.renew",
    "webhook.delete",
    "attachment.delete",
    "session.move",
    "status.set",
    "slash.register",
    "slash.call",
    "voice.join",
    "voice.mute",
    "link.join",
    "link.remove",
    "user.depart",
    "user.picture",
    "user.assign",
  ),
  ...costing("mark", "unread.mark"),
  // A line in every room besides the new name in every list.
  ...costing(3, "user.nick", "user.rename"),
  ...free(
    "keeping order never waits; who may do it answers for it in the audit log",
    "moderation.kick",
    "moderation.ban",
    "moderation.unban",
    "moderation.silence",
    "moderation.unsilence",
    "moderation.refill",
  ),
  ...free(
    "it takes back what was paid for, or ends with it",
    "status.back",
    "voice.leave",
    "session.close",
    "session.flood",
  ),
  ...free(
    "nobody else is shown it",
    "push.subscribe",
    "push.unsubscribe",
    "link.code",
    "user.token",
    "user.revoke",
    "user.password",
  ),
  ...free("it changes nothing, and each connection has a limit of its own", "typing.start"),
  ...free("it has a limit of its own", "attachment.add", "webhook.post", "session.open"),
  ...free("a gateway gives it, for nobody", "canary.cross"),
  ...free(
    "an operator has no budget",
    "user.erase",
    "server.phase",
    "server.signal",
    "server.configure",
    "user.add",
    "user.reset",
    "invite.create",
    "invite.revoke",
    "journal.skip",
    "import.messages",
    "import.revise",
    "import.marks",
    "import.person",
    "import.merge",
    "import.silence",
    "import.push",
    "import.roles",
    "import.channel",
    "import.thread",
    "import.attachment",
    "import.emoji",
    "import.webhook",
  ),
};

const byType: ReadonlyMap<string, Cost> = new Map(Object.entries(costs));

/** What a command costs; core's own cost nothing. */
export function costOf({ type }: Body): Cost {
  return byType.get(type) ?? 0;
}
