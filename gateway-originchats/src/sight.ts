/** Who sees other channels after a change of roles, and so gets a new `channels_get` (part 3, 1.3). */
import { type Actor, type UserId, views } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** Whether a person sees another set of channels now than as `before`. */
export function hasOtherChannels(userId: UserId, before: Actor, roster: Roster): boolean {
  for (const channel of roster.channels) {
    const admission = roster.admission(channel.channelId, userId);
    if (views(channel, before, admission) !== roster.sees(userId, channel)) return true;
  }
  return false;
}

/** Everybody connected on this protocol who sees other channels since the last change of roles. */
export function peopleWithOtherChannels(roster: Roster): readonly UserId[] {
  const looked = new Set<UserId>();
  const changed: UserId[] = [];
  for (const { userId, protocol } of roster.sessions) {
    if (protocol !== "originchats" || looked.has(userId)) continue;
    looked.add(userId);
    if (hasOtherChannels(userId, roster.actorBefore(userId), roster)) changed.push(userId);
  }
  return changed;
}
