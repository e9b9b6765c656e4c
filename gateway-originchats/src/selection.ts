/**
 * Whom the lists of people name (bridge table, lists of people): all, as long as there are no more than the limit; else
 * who is online, and up to the limit those who hold a role that others gave them, then those who were here last.
 */
import { type RosterUser, rankOf, type UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** Whether lists name the person at all. */
export const isListed = (user: RosterUser | undefined): boolean =>
  user !== undefined && !user.banned && !user.departed;

/** What decides about a person, and of which revision of theirs that is. */
interface Candidate {
  readonly revision: number;
  readonly isListed: boolean;
  readonly rank: number;
}

/** People between two looks at the time. */
const stride = 32;

/** Whom `users_list` names where it cannot be everybody. What it knows of each person it keeps until they change. */
export class Selection {
  readonly #roster: Roster;
  #known = new Map<UserId, Candidate>();
  #roleEpoch = -1;

  constructor(of: Roster) {
    this.#roster = of;
  }

  /** Learns what `select` will ask. What changes between two slices it asks for itself. */
  *prepare(): Generator<void, void> {
    let count = 0;
    for (const ids of [this.#roster.givenRoles, this.#roster.hereLast]) {
      for (const userId of [...ids]) {
        this.#candidate(userId);
        count += 1;
        if (count % stride === 0) yield;
      }
    }
    if (this.#known.size > 2 * count + stride) this.#known = new Map();
  }

  /** @param limit how many there are besides those who are online */
  select(limit: number): readonly UserId[] {
    const roster = this.#roster;
    const chosen = new Set<UserId>();
    const choose = (ids: Iterable<UserId>): void => {
      for (const userId of ids) {
        if (chosen.size >= limit) return;
        if (this.#candidate(userId).isListed) chosen.add(userId);
      }
    };
    for (const userId of roster.onlineIds) chosen.add(userId);
    if (chosen.size < limit) choose(this.#roleHolders());
    if (chosen.size < limit) choose([...roster.hereLast].reverse());
    return roster.inOrder(chosen);
  }

  /** Who holds a role that others gave them, the highest rank first. */
  #roleHolders(): readonly UserId[] {
    return [...this.#roster.givenRoles]
      .map((userId) => ({ userId, rank: this.#candidate(userId).rank }))
      .sort((a, b) => b.rank - a.rank)
      .map(({ userId }) => userId);
  }

  #candidate(userId: UserId): Candidate {
    const { roleEpoch } = this.#roster;
    if (this.#roleEpoch !== roleEpoch) this.#known = new Map();
    this.#roleEpoch = roleEpoch;
    const revision = this.#roster.revisionOf(userId);
    const known = this.#known.get(userId);
    if (known?.revision === revision) return known;
    const rank = rankOf(this.#roster.actor(userId));
    const candidate = { revision, isListed: isListed(this.#roster.user(userId)), rank };
    this.#known.set(userId, candidate);
    return candidate;
  }
}
