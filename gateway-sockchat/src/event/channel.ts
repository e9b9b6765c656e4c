/**
 * Packets 4.x to whoever has the channel in its list, and 5.x in a channel that people of OriginChats gain or lose
 * by a change of it (reference, part 2.2; bridge table, Channels and presence).
 */
import {
  type Commit,
  type EventOf,
  isOpenTo,
  type RosterUser,
  type UserId,
} from "@dragoman/bus-schema";
import { admittedBy, type Roster, silent, type View } from "@dragoman/gateway-kit";
import { textNotice } from "../bot.ts";
import { noticePacket } from "../entry.ts";
import {
  channelAddPacket,
  channelRemovePacket,
  channelUpdatePacket,
  channelUserAddPacket,
  channelUserRemovePacket,
  channelUserSwitchPacket,
} from "../packet.ts";
import { isPresent, isPresentBy } from "../presence.ts";
import { type Room, roomsOfChannel, standsIn } from "../room.ts";
import { appearance, isListedFor, listedChannel, personOf, slugOf } from "../view.ts";
import { type Delivery, hearersOf, type Rows, to } from "./row.ts";

/** Everybody with a Sock Chat session, each once. */
function peopleHere(roster: Roster): readonly RosterUser[] {
  const people = new Map<UserId, RosterUser>();
  for (const { protocol, userId } of roster.sessions) {
    const user = protocol === "sockchat" ? roster.user(userId) : undefined;
    if (user !== undefined) people.set(userId, user);
  }
  return [...people.values()];
}

function toPeople(people: readonly RosterUser[], packet: string): readonly Delivery[] {
  const userIds = people.map(({ userId }) => userId);
  return userIds.length === 0 ? [] : [to({ to: "people", userIds }, [packet])];
}

/** Those who have the channel in their list. */
const listers = (channel: Room, roster: Roster): readonly RosterUser[] =>
  peopleHere(roster).filter((user) => isListedFor(user, channel, roster));

/** A change of a channel, and of a forum's threads with it: what it was before, and what it is. */
interface Pair {
  readonly channel: Room;
  readonly before: Room;
}

function pairsOf({ channel, before }: EventOf<"channel.updated">, roster: Roster): readonly Pair[] {
  const after = roomsOfChannel(channel, roster);
  return roomsOfChannel(before, roster).flatMap((room, index) => {
    const now = after[index];
    return now === undefined ? [] : [{ channel: now, before: room }];
  });
}

/** Whether a change is one that clients show. */
function isShown(before: Room, after: Room): boolean {
  return (
    before.slug !== after.slug ||
    before.passwordId !== after.passwordId ||
    before.temporary !== after.temporary ||
    before.minRank !== after.minRank
  );
}

/** 4.2 to these people, but not to a session that still stands in the room: it gets it when it has moved. */
function renderRemoved(
  room: Room,
  people: readonly RosterUser[],
  packet: string,
  roster: Roster,
): readonly Delivery[] {
  return [
    {
      audience: { to: "people", userIds: people.map(({ userId }) => userId) },
      personal: ({ session }) => {
        const now = session && roster.session(session.sessionId);
        return now !== undefined && standsIn(now, room) ? [] : [packet];
      },
    },
  ];
}

/** 4.0 to those who gain sight of it, 4.2 to those who lose it, 4.1 to the others. */
function renderLists(event: Pair, always: boolean, roster: Roster): Delivery[] {
  const { channel, before } = event;
  const had = new Set(listers(before, roster));
  const has = listers(channel, roster);
  const kept = has.filter((user) => had.delete(user));
  const gained = has.filter((user) => !kept.includes(user));
  const listed = listedChannel(channel);
  const shown = always || isShown(before, channel);
  return [
    ...renderRemoved(channel, [...had], channelRemovePacket(slugOf(before)), roster),
    ...toPeople(gained, channelAddPacket(listed)),
    ...(shown ? toPeople(kept, channelUpdatePacket(slugOf(before), listed)) : []),
  ];
}

/** What the channel is about now, to those who stand in it (bridge table, topic). */
function renderTopic({ channel, before }: EventOf<"channel.updated">, view: View): Delivery[] {
  const { description = "" } = channel;
  if (channel.kind !== "text" || description === (before.description ?? "")) return [];
  const text = description.trim() === "" ? "This channel has no topic any more." : description;
  return [to(hearersOf(channel), [noticePacket(textNotice(text), view)])];
}

/**
 * 5.1 and 5.0 to those in a room, for the people who are no longer there and those who came.
 * @param staying who stands there and hears it once the commit is told to its end
 */
function renderComings(
  channel: Room,
  view: View,
  came: readonly RosterUser[],
  left: readonly RosterUser[],
  staying: ReadonlySet<UserId> = new Set(),
): Delivery[] {
  const { roster } = view;
  const tell = (packet: string, { userId }: RosterUser): readonly Delivery[] => [
    to(hearersOf(channel), [packet], userId),
    {
      audience: { to: "people", userIds: [...staying] },
      personal: ({ session }) => {
        const now = session && roster.session(session.sessionId);
        return now !== undefined && standsIn(now, channel) ? [packet] : [];
      },
    },
  ];
  return [
    ...left.flatMap((user) => tell(channelUserRemovePacket(user.number, view.lineNumber()), user)),
    ...came.flatMap((user) =>
      tell(channelUserAddPacket(personOf(user, roster), view.lineNumber()), user),
    ),
  ];
}

/**
 * 5.x for people who are everywhere at once and gain or lose sight of the channel by the change. Whoever is let in by
 * the same commit is there as before.
 */
function renderPresence(
  { channel, before }: Pair,
  view: View,
  staying: ReadonlySet<UserId>,
): Delivery[] {
  const { roster } = view;
  const came: RosterUser[] = [];
  const left: RosterUser[] = [];
  // A session in one place is moved by an event of its own.
  const everywhere = [...roster.sessions].filter(({ traits }) => traits.stands === "everywhere");
  for (const userId of new Set(everywhere.map((session) => session.userId))) {
    const user = roster.user(userId);
    if (user === undefined || staying.has(userId)) continue;
    const was = isPresentBy(roster.sessionsOf(userId), user, before, roster);
    const is = isPresent(user, channel, roster);
    if (is && !was) came.push(user);
    if (was && !is) left.push(user);
  }
  return renderComings(channel, view, came, left, staying);
}

/** Whether the person would be in the channel with the password given, or without it. */
function wouldBePresent(user: RosterUser, channel: Room, admitted: boolean, roster: Roster) {
  const sessions = roster.sessionsOf(user.userId);
  const standing = sessions.filter(({ traits }) => traits.stands === "one place");
  if (isPresentBy(standing, user, channel, roster)) return true;
  const { passwordId: _, ...open } = channel;
  return (
    (admitted || isOpenTo(channel, appearance(user, roster))) &&
    isPresentBy(sessions, user, { ...open, hasPassword: false }, roster)
  );
}

/** 5.x for whoever is let in or out alone; who is let in by a new password is there as before. */
function renderAdmission(
  event: EventOf<"channel.admitted"> | EventOf<"channel.dismissed">,
  { events }: Commit,
  view: View,
): readonly Delivery[] {
  const { roster } = view;
  const isOfUpdate = events.some(
    (each) => each.type === "channel.updated" && each.channel.channelId === event.channelId,
  );
  if (isOfUpdate) return [];
  const user = roster.user(event.userId);
  const channel = roster.channel(event.channelId);
  if (user === undefined || channel === undefined) return [];
  const [came, left] = event.type === "channel.admitted" ? [[user], []] : [[], [user]];
  return roomsOfChannel(channel, roster)
    .filter((room) => !wouldBePresent(user, room, false, roster))
    .filter((room) => wouldBePresent(user, room, true, roster))
    .flatMap((room) => renderComings(room, view, came, left));
}

export const channelRows: Rows<"channel"> = {
  "channel.created": ({ channel }, _commit, { roster }) =>
    toPeople(listers(channel, roster), channelAddPacket(listedChannel(channel))),
  "channel.updated": (event, { cause, events }, view) => [
    // Whispers stand in no list here.
    ...(event.channel.kind === "whisper" ? [] : pairsOf(event, view.roster)).flatMap((pair) => {
      const { channel, before } = pair;
      const renamed = channel.slug !== before.slug && channel.kind === "text";
      return [
        // Whoever changes something on this side is shown that it was done.
        ...renderLists(pair, cause.protocol === "sockchat", view.roster),
        ...(renamed ? [to(hearersOf(channel), [channelUserSwitchPacket(slugOf(channel))])] : []),
        ...renderPresence(pair, view, admittedBy(events, channel)),
      ];
    }),
    ...renderTopic(event, view),
  ],
  "channel.moved": silent("the list has no order that clients keep to"),
  "channel.deleted": ({ channel }, _commit, { roster }) =>
    roomsOfChannel(channel, roster).flatMap((room) =>
      toPeople(listers(room, roster), channelRemovePacket(slugOf(room))),
    ),
  "channel.admitted": renderAdmission,
  "channel.dismissed": renderAdmission,
};
