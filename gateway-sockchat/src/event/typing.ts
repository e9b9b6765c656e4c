/** Packet 12, for sessions that were granted TYPING: at most one per person and 3 s (bridge table, typing). */
import type { ShownSignal, UserId } from "@dragoman/bus-schema";
import type { Packet, View } from "@dragoman/gateway-kit";
import type { SockchatClient } from "../client.ts";
import { isGiven } from "../entry.ts";
import { typingPacket } from "../packet.ts";
import { roomAt } from "../room.ts";
import { secondsOfMs, slugOf } from "../view.ts";
import { type Delivery, hearersOf } from "./row.ts";

const againMs = 3_000;
/** More typists than a channel shows at once; the oldest are forgotten. */
const typistsMax = 256;

/** Notes that a connection is told of somebody's typing; false: it was told just now. */
function isDue(own: SockchatClient, userId: UserId, nowMs: number): boolean {
  const last = own.typists.get(userId);
  if (last !== undefined && nowMs - last < againMs) return false;
  own.typists.delete(userId);
  own.typists.set(userId, nowMs);
  const oldest = own.typists.keys().next();
  if (own.typists.size > typistsMax && !oldest.done) own.typists.delete(oldest.value);
  return true;
}

/** Nothing where the clients were not given the person: they would not know the id. */
export function renderTyping({ userId, place }: ShownSignal, view: View): readonly Delivery[] {
  const channel = roomAt(place, view.roster);
  const user = view.roster.user(userId);
  if (channel?.kind !== "text" || user === undefined || !isGiven(userId, channel, view)) return [];
  const packet: Packet = typingPacket(slugOf(channel), user.number, secondsOfMs(view.clockMs));
  return [
    {
      audience: hearersOf(channel),
      exceptUserId: userId,
      personal: ({ own }) =>
        own.capabilities.includes("TYPING") && isDue(own, userId, view.steadyMs) ? [packet] : [],
    },
  ];
}
