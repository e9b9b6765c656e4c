/** Channels as this protocol names them, from the eyes of one person. */
import type { Channel, RosterUser, Session, UserId } from "@dragoman/bus-schema";
import type { Roster, View } from "@dragoman/gateway-kit";

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
 * viewer; with `formerId` by the name of that account, which another has its own whisper instead of (Linking); every
 * other the same for all, and never like a whisper: one of a time when that was allowed by its slug.
 */
export function shownName(channel: Channel, viewerId: UserId | undefined, roster: Roster): string {
  if (channel.kind !== "whisper") {
    return channel.name.startsWith(whisperMark) ? channel.slug : channel.name;
  }
  if (viewerId === undefined) return channel.name;
  const other = otherOf(channel, viewerId, roster);
  if (other === undefined) return channel.name;
  const former = channel.formerId === undefined ? undefined : roster.user(channel.formerId);
  if (former === undefined) return whisperName(other);
  return former.mergedInto === viewerId
    ? `${whisperName(other)} (${former.name})`
    : whisperName(former);
}

/** What the whisper with somebody is called. */
export const whisperName = ({ name }: RosterUser): string => `${whisperMark}${name}`;

/** The whisper of two people; undefined: there is none yet. */
export function whisperWith(a: UserId, b: UserId, roster: Roster): Channel | undefined {
  for (const channel of roster.channels) {
    const { kind, peopleIds } = channel;
    if (kind !== "whisper" || peopleIds === undefined || channel.formerId !== undefined) continue;
    if (peopleIds.includes(a) && peopleIds.includes(b)) return channel;
  }
  return undefined;
}

/** Whether it is a whisper that the person has put away. */
export const isClosedBy = ({ closedBy }: Channel, viewerId: UserId): boolean =>
  closedBy?.includes(viewerId) === true;

/** Whether a channel stands in a person's list. */
export const isListed = (channel: Channel, viewerId: UserId, roster: Roster): boolean =>
  roster.sees(viewerId, channel) && !isClosedBy(channel, viewerId);

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

/** How a command names the channel that somebody typed the name of: by id where there is one, else as it was typed. */
export function channelRefOf(
  name: string,
  { session, view: { roster } }: { readonly session: Session; readonly view: View },
): string {
  return findChannel(name, session.userId, roster)?.channelId ?? name;
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
 * Whom a `user` parameter means: by account name whatever the case, former ones too, else by user id (part 1, section 4).
 * Undefined: nobody, or somebody who has departed.
 */
export function findUser(given: string, roster: Roster): RosterUser | undefined {
  const user = roster.userByName(plainName(given)) ?? roster.person(given as UserId);
  return user?.departed === true ? undefined : user;
}
