/** Who sees other channels after a change of roles, and so gets a new `channels_get` (part 3, 1.3). */
import { type Actor, type Channel, type UserId, views } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** Whether a person sees another set of these channels now than as `before`. */
function seesOthers(
  channels: Iterable<Channel>,
  userId: UserId,
  before: Actor,
  roster: Roster,
): boolean {
  const now = roster.actor(userId);
  for (const channel of channels) {
    const admission = channel.hasPassword ? roster.admission(channel.channelId, userId) : undefined;
    if (views(channel, before, admission) !== views(channel, now, admission)) return true;
  }
  return false;
}

/** Whether a person sees another set of channels now than as `before`. */
export const hasOtherChannels = (userId: UserId, before: Actor, roster: Roster): boolean =>
  seesOthers(roster.channels, userId, before, roster);

/** Everybody connected on this protocol, each once. */
export function peopleHere(roster: Roster): readonly UserId[] {
  const here = new Set<UserId>();
  for (const { userId, protocol } of roster.sessions) {
    if (protocol === "originchats") here.add(userId);
  }
  return [...here];
}

/**
 * Everybody connected on this protocol who sees other channels since the last change of roles. Of the channels that roles
 * alone decide about it is asked once for all who have the same roles.
 */
export function peopleWithOtherChannels(roster: Roster): readonly UserId[] {
  const channels = [...roster.channels];
  const byRoles = channels.filter(({ kind, hasPassword }) => kind !== "whisper" && !hasPassword);
  const byPassword = channels.filter(({ hasPassword }) => hasPassword);
  const known = new Map<string, boolean>();
  return peopleHere(roster).filter((userId) => {
    const before = roster.actorBefore(userId);
    const key = (roster.user(userId)?.roleIds ?? []).join();
    const isOther = known.get(key) ?? seesOthers(byRoles, userId, before, roster);
    known.set(key, isOther);
    return isOther || seesOthers(byPassword, userId, before, roster);
  });
}
