/** Channels as this protocol names them, from the eyes of one person. */
import type { Channel, RosterUser, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** The other person of a whisper channel; undefined where there is no such person. */
function otherOf(channel: Channel, viewerId: UserId, roster: Roster): RosterUser | undefined {
  const [a, b] = channel.peopleIds ?? [];
  const otherId = a === viewerId ? b : a;
  return otherId === undefined ? undefined : roster.user(otherId);
}

/** With it begin the names of whispers, and of nothing else. */
const whisperMark = "@";

/**
 * What a channel is called: a whisper channel by the other's name (bridge table, whisper), so it needs a
 * viewer; every other the same for all, and never like a whisper: one of a time when that was allowed by its slug.
 */
export function shownName(channel: Channel, viewerId: UserId | undefined, roster: Roster): string {
  if (channel.kind !== "whisper") {
    return channel.name.startsWith(whisperMark) ? channel.slug : channel.name;
  }
  if (viewerId === undefined) return channel.name;
  const other = otherOf(channel, viewerId, roster);
  return other === undefined ? channel.name : `${whisperMark}${other.name}`;
}

/** The channel that a person calls by this name, whether or not they may view it; others' whispers never. */
export function findChannel(name: string, viewerId: UserId, roster: Roster): Channel | undefined {
  const whispers = name.startsWith(whisperMark);
  for (const channel of roster.channels) {
    if ((channel.kind === "whisper") !== whispers) continue;
    if (whispers && channel.peopleIds?.includes(viewerId) !== true) continue;
    if (shownName(channel, viewerId, roster) === name) return channel;
  }
  return undefined;
}

/** The channel that a person calls by this name, if they may view it. */
export function findViewedChannel(
  name: string,
  viewerId: UserId,
  roster: Roster,
): Channel | undefined {
  const channel = findChannel(name, viewerId, roster);
  return channel !== undefined && roster.sees(viewerId, channel) ? channel : undefined;
}

/** A name without `USR:local_`, the long form that log-ins and lookups accept too (bridge table, account). */
export function plainName(name: string): string {
  return /^usr:local_/i.test(name) ? name.slice("USR:local_".length) : name;
}

/**
 * Whom a `user` parameter means: by account name whatever the case, else by user id (part 1, section 4). Undefined:
 * nobody, or somebody who has departed.
 */
export function findUser(given: string, roster: Roster): RosterUser | undefined {
  const user = roster.userByName(plainName(given)) ?? roster.user(given as UserId);
  return user?.departed === true ? undefined : user;
}
