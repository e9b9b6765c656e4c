/**
 * Who stands in which channel, for Sock Chat's user lists (bridge table, People). A person is present in a
 * channel by a session that stands in it (lost connections in their grace time included) or by one that has all
 * channels, as those of OriginChats do, if the channel may be seen and lists name the person (`NamedPeople`). Each
 * coming and going is told exactly once: clients that are given a person twice list the person twice, and throw on
 * the leave of one whom they do not know.
 */
import {
  type Actor,
  type RosterUser,
  rankOf,
  type Session,
  type UserId,
  views,
} from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { NamedPeople } from "./named.ts";
import { type Room, roomsOf, standsIn } from "./room.ts";
import { appearance } from "./view.ts";

/** Invisible people are not listed; their lines carry their name inline. */
export function isListed(user: RosterUser): boolean {
  return user.status.status !== "invisible" && user.status.status !== "offline";
}

/**
 * Whether these sessions of a person, who is or was `actor`, make it present in a channel. A ban or the end of an
 * account does not count by itself: the sessions' own end, which follows in the same commit, takes the person out.
 */
export function isPresentBy(
  sessions: readonly Session[],
  user: RosterUser,
  channel: Room,
  roster: Roster,
  actor: Actor = appearance(user, roster),
): boolean {
  if (channel.kind !== "text" || !isListed(user)) return false;
  let isEverywhere = false;
  for (const session of sessions) {
    if (standsIn(session, channel)) return true;
    if (session.traits.stands === "everywhere") isEverywhere = true;
  }
  if (!isEverywhere || !roster.extension(NamedPeople).isNamed(user.userId)) return false;
  const admission = roster.admission(channel.channelId, user.userId);
  return views(channel, actor, admission);
}

/** The rooms where these sessions of a person, who is or was `actor`, make it present, in display order. */
export function roomsBy(
  sessions: readonly Session[],
  user: RosterUser,
  roster: Roster,
  actor: Actor = appearance(user, roster),
): readonly Room[] {
  const stands = sessions.some(
    ({ place, traits }) => place !== undefined || traits.stands === "everywhere",
  );
  if (!stands) return [];
  return roomsOf(roster).filter((room) => isPresentBy(sessions, user, room, roster, actor));
}

/** Whether lists show a person in a room now. */
export function isPresent(user: RosterUser, channel: Room, roster: Roster): boolean {
  return isPresentBy(roster.sessionsOf(user.userId), user, channel, roster);
}

/** Everybody who is online and listed, the highest rank first, then by name. */
export function peopleOnline(roster: Roster): readonly RosterUser[] {
  return ordered(roster, roster.onlineIds);
}

/** A person's place in lists. */
export interface Ranked {
  readonly rank: number;
  readonly handle: string;
  readonly number: number;
}

/** Whether a person stands ahead of another in lists: by rank, then by name. */
export function isAhead(a: Ranked, b: Ranked): boolean {
  if (a.rank !== b.rank) return a.rank > b.rank;
  return a.handle === b.handle ? a.number < b.number : a.handle < b.handle;
}

function ordered(roster: Roster, ids: Iterable<UserId>): readonly RosterUser[] {
  const found: (Ranked & { readonly user: RosterUser })[] = [];
  for (const userId of ids) {
    const user = roster.user(userId);
    if (user === undefined || !isListed(user)) continue;
    const { handle, number } = user;
    found.push({ user, rank: rankOf(appearance(user, roster)), handle, number });
  }
  return found.sort((a, b) => (isAhead(a, b) ? -1 : 1)).map(({ user }) => user);
}

/** Everybody in a channel, the highest rank first. Of those who are not named, and may be many, no more is looked at. */
export function peopleIn(channel: Room, roster: Roster): readonly RosterUser[] {
  const named = roster.extension(NamedPeople);
  const ids = new Set<UserId>();
  for (const session of roster.sessions) {
    if (standsIn(session, channel) || named.isNamed(session.userId)) ids.add(session.userId);
  }
  return ordered(roster, ids).filter((user) => isPresent(user, channel, roster));
}

/** Where somebody appeared, and where they no longer are. */
export interface Difference {
  readonly entered: readonly Room[];
  readonly left: readonly Room[];
}

/** Compares a person's presence by the sessions before an event with that by the sessions after it. */
export function difference(
  user: RosterUser,
  before: readonly Session[],
  after: readonly Session[],
  roster: Roster,
): Difference {
  const was = new Set(roomsBy(before, user, roster));
  const is = new Set(roomsBy(after, user, roster));
  return {
    entered: [...is].filter((room) => !was.has(room)),
    left: [...was].filter((room) => !is.has(room)),
  };
}
