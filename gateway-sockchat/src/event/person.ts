/**
 * What those see who were given a person, when the person changes: packet 10; and when it appears to them or no
 * longer does by it: 1.#, 3, 5.0 and 5.1. The person's own connections are told of themselves wherever they are,
 * and of the channels that they gain and lose.
 */
import { type Actor, type RosterUser, samePlace, sees, type UserId } from "@dragoman/bus-schema";
import type { Packet, View } from "@dragoman/gateway-kit";
import {
  channelAddPacket,
  channelRemovePacket,
  channelUserAddPacket,
  channelUserRemovePacket,
  userAddPacket,
  userRemovePacket,
  userUpdatePacket,
} from "../packet.ts";
import { roomsBy } from "../presence.ts";
import { type Room, roomsOf } from "../room.ts";
import { appearance, channelOf, listedChannel, personOf, secondsOfMs, slugOf } from "../view.ts";
import { type Delivery, hearersOf, to } from "./row.ts";

/** The rooms where a person is present, as it is or as it was. */
function roomsOfUser(user: RosterUser, { roster }: View, actor?: Actor): readonly Room[] {
  const sessions = roster.sessionsOf(user.userId);
  return roomsBy(sessions, user, roster, actor);
}

/** `before` and packet 10, to everybody in these channels and to the person's own connections. */
function renderUserIn(
  user: RosterUser,
  places: readonly Room[],
  before: readonly Packet[],
  { roster }: View,
): readonly Delivery[] {
  const { userId } = user;
  const packets = [...before, userUpdatePacket(personOf(user, roster))];
  return [
    to({ to: "people", userIds: [userId] }, packets),
    ...places.map((channel) => to(hearersOf(channel), packets, userId)),
  ];
}

/** Packet 10, to everybody who has the person in a list; `before` stands ahead of it. */
export function renderUser(
  user: RosterUser,
  before: readonly Packet[],
  view: View,
): readonly Delivery[] {
  return renderUserIn(user, roomsOfUser(user, view), before, view);
}

/** Packet 10 for a person by id; nothing where nobody has the id. */
export function renderUserById(userId: UserId, view: View): readonly Delivery[] {
  const user = view.roster.user(userId);
  return user === undefined ? [] : renderUser(user, [], view);
}

/** 3 for a person who hides, 1.# for one who no longer does, 10 to its own connections; `before`: as it was. */
export function renderHidden(
  user: RosterUser,
  before: RosterUser,
  view: View,
): readonly Delivery[] {
  const { userId } = user;
  const who = personOf(user, view.roster);
  const id = view.lineNumber();
  const at = secondsOfMs(view.clockMs);
  const gone = roomsOfUser(before, view).map((channel) =>
    to(
      hearersOf(channel),
      [userRemovePacket(personOf(before, view.roster), "leave", at, id)],
      userId,
    ),
  );
  const come = roomsOfUser(user, view).map((channel) =>
    to(hearersOf(channel), [userAddPacket(at, who, id)], userId),
  );
  return [...gone, ...come, ...renderUserIn(user, [], [], view)];
}

/** Packet 10 if a person's colour, rank or rights differ from those with the roles of `before`. */
export function renderLooks(user: RosterUser, before: Actor, view: View): readonly Delivery[] {
  const { roster } = view;
  const was = personOf(user, roster, before);
  const is = personOf(user, roster);
  if (was.color === is.color && was.perms === is.perms) return [];
  const present = new Set(roomsOfUser(user, view));
  // Where the person has just appeared, 5.0 has said what it looks like.
  const known = roomsOfUser(user, view, before).filter((room) => present.has(room));
  return renderUserIn(user, known, [], view);
}

/** 4.0 and 4.2 to a person who sees other channels. The one that a session has to leave goes when it has left. */
function renderOwnChannels(user: RosterUser, before: Actor, view: View): readonly Delivery[] {
  const { roster } = view;
  const now = roster.actor(user.userId);
  const gained: Room[] = [];
  const lost: Room[] = [];
  for (const channel of roomsOf(roster)) {
    if (channel.kind !== "text") continue;
    const was = sees(channel, before);
    const is = sees(channel, now);
    if (is && !was) gained.push(channel);
    if (was && !is) lost.push(channel);
  }
  if (gained.length + lost.length === 0) return [];
  const added = gained.map((channel) => channelAddPacket(listedChannel(channel)));
  return [
    {
      audience: { to: "people", userIds: [user.userId] },
      personal: ({ session }) => {
        const here = session === undefined ? undefined : channelOf(session, roster);
        const gone = lost.filter((room) => here === undefined || !samePlace(room, here));
        return [...added, ...gone.map((channel) => channelRemovePacket(slugOf(channel)))];
      },
    },
  ];
}

/** 5.x and 4.x for a person whose roles show it other channels: it is present there by its OriginChats sessions. */
export function renderSight(user: RosterUser, before: Actor, view: View): readonly Delivery[] {
  const { userId } = user;
  const was = new Set(roomsOfUser(user, view, before));
  const is = new Set(roomsOfUser(user, view, appearance(user, view.roster)));
  const id = view.lineNumber();
  const who = personOf(user, view.roster);
  const left = [...was].filter((room) => !is.has(room));
  const entered = [...is].filter((room) => !was.has(room));
  return [
    ...renderOwnChannels(user, before, view),
    ...left.map((channel) =>
      to(hearersOf(channel), [channelUserRemovePacket(user.number, id)], userId),
    ),
    ...entered.map((channel) => to(hearersOf(channel), [channelUserAddPacket(who, id)], userId)),
  ];
}
