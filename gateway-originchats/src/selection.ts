/**
 * Whom the lists of people name (bridge table, lists of people): all, as long as there are no more than the limit; else
 * who is online, and up to the limit those who hold a role that others gave them, then those who were here last.
 */
import { type RosterUser, rankOf, type UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** Whether lists name the person at all. */
export const isListed = (user: RosterUser | undefined): boolean =>
  user !== undefined && !user.banned && !user.departed;

/**
 * Whom `users_list` names where it cannot be everybody.
 * @param limit how many there are besides those who are online
 */
export function selectListed(roster: Roster, limit: number): readonly UserId[] {
  const chosen = new Set<UserId>();
  const choose = (ids: Iterable<UserId>): void => {
    for (const userId of ids) {
      if (chosen.size >= limit) return;
      if (isListed(roster.user(userId))) chosen.add(userId);
    }
  };
  for (const userId of roster.onlineIds) chosen.add(userId);
  if (chosen.size < limit) choose(roleHolders(roster));
  if (chosen.size < limit) choose([...roster.hereLast].reverse());
  return roster.inOrder(chosen);
}

/** Who holds a role that others gave them, the highest rank first. */
function roleHolders(roster: Roster): readonly UserId[] {
  return [...roster.givenRoles]
    .map((userId) => ({ userId, rank: rankOf(roster.actor(userId)) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ userId }) => userId);
}
