/**
 * Sessions come, move and end: packets 1.#, 3, 5.x for those in whose channel a person appears or is no longer
 * (reference, parts 2.2 and 5; bridge table, People).
 */
import type { Commit, EventOf, RosterUser, Session } from "@dragoman/bus-schema";
import { type Step, silent, type View } from "@dragoman/gateway-kit";
import { enter } from "../entry.ts";
import {
  channelRemovePacket,
  channelUserAddPacket,
  channelUserRemovePacket,
  contextClearPacket,
  type LeaveReason,
  userAddPacket,
  userRemovePacket,
} from "../packet.ts";
import { difference } from "../presence.ts";
import { type Room, roomAt } from "../room.ts";
import { channelOf, isListedFor, personOf, secondsOfMs, slugOf } from "../view.ts";
import { type Delivery, hearersOf, type Rows, to } from "./row.ts";

/** 5.0 where the person appears; 1.# if it came from nowhere. */
function renderEntered(
  user: RosterUser,
  rooms: readonly Room[],
  fromNowhere: boolean,
  view: View,
): readonly Delivery[] {
  if (rooms.length === 0) return [];
  const who = personOf(user, view.roster);
  const id = view.lineNumber();
  const packet = fromNowhere
    ? userAddPacket(secondsOfMs(view.clockMs), who, id)
    : channelUserAddPacket(who, id);
  return rooms.map((room) => to(hearersOf(room), [packet], user.userId));
}

type EndWhy = EventOf<"presence.ended">["why"];

/**
 * A time-out is a `leave`: the original client has no words for `timeout`. So is a session that its gateway
 * took along, and an account that ended.
 */
const reasons: { readonly [W in EndWhy]: LeaveReason } = {
  leave: "leave",
  timeout: "leave",
  kick: "kick",
  ban: "kick",
  flood: "flood",
  resumed: "leave",
  gateway: "leave",
  depart: "leave",
  merged: "leave",
  password: "leave",
  phase: "leave",
};

/** Why the person is gone from everywhere by this commit; undefined: it stays somewhere. */
function endReasonOf(user: RosterUser, commit: Commit): EndWhy | undefined {
  for (const event of commit.events) {
    if (event.type === "presence.ended" && event.userId === user.userId) return event.why;
  }
  return undefined;
}

function renderOpened(session: Session, view: View): readonly Delivery[] {
  const user = view.roster.user(session.userId);
  if (user === undefined) return [];
  const after = view.roster.sessionsOf(session.userId);
  const before = after.filter(({ sessionId }) => sessionId !== session.sessionId);
  const { entered } = difference(user, before, after, view.roster);
  return renderEntered(user, entered, before.length === 0, view);
}

function renderClosed(session: Session, commit: Commit, view: View): readonly Delivery[] {
  const user = view.roster.user(session.userId);
  if (user === undefined) return [];
  const after = view.roster.sessionsOf(session.userId);
  const { left } = difference(user, [...after, session], after, view.roster);
  if (left.length === 0) return [];
  const why = endReasonOf(user, commit);
  const id = view.lineNumber();
  const packet =
    why === undefined
      ? channelUserRemovePacket(user.number, id)
      : userRemovePacket(personOf(user, view.roster), reasons[why], secondsOfMs(view.clockMs), id);
  return left.map((room) => to(hearersOf(room), [packet], user.userId));
}

/** 5.1 to the old channel, the mover included, then 5.0 to the new one. */
function renderMoved(
  event: EventOf<"session.moved">,
  commit: Commit,
  view: View,
): readonly Delivery[] {
  const user = view.roster.user(event.userId);
  const session = view.roster.session(event.sessionId);
  if (user === undefined || session === undefined) return [];
  const after = view.roster.sessionsOf(event.userId);
  const before = after.map((other) =>
    other.sessionId === event.sessionId ? { ...other, place: event.from } : other,
  );
  const { entered, left } = difference(user, before, after, view.roster);
  const mover = { to: "session", sessionId: event.sessionId } as const;
  const out: Delivery[] = [];
  if (left.length > 0) {
    const packet = channelUserRemovePacket(user.number, view.lineNumber());
    out.push(to(mover, [packet]));
    out.push(...left.map((room) => to(hearersOf(room), [packet], user.userId)));
  }
  out.push(...renderEntered(user, entered, false, view));
  // Whoever moved by a command of its own is given the channel where that command is settled.
  const channel = channelOf(session, view.roster);
  if (commit.cause.sessionId !== event.sessionId && channel !== undefined) {
    // Moved because the person may no longer see the old one: it goes from the list once it is left.
    const old = roomAt(event.from, view.roster);
    const unseen = old !== undefined && !isListedFor(user, old, view.roster);
    const last: readonly Step[] = unseen
      ? [{ do: "send", packets: [channelRemovePacket(slugOf(old))] }]
      : [];
    out.push({
      audience: mover,
      steps: () => [...enter(session, channel, view, [contextClearPacket(3)]), ...last],
    });
  }
  return out;
}

export const sessionRows: Rows<"session"> = {
  "session.opened": ({ session }, _commit, view) => renderOpened(session, view),
  "session.moved": renderMoved,
  "session.dropped": silent("a lost connection counts as present until its grace time ends"),
  "session.closed": ({ session }, commit, view) => renderClosed(session, commit, view),
};
