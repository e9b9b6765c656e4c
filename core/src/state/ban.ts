/** Who is kept out: by person, and by the addresses that bans bar. */
import type { AddressTag, UserId } from "@dragoman/bus-schema";
import { banOf } from "./find.ts";
import type { Ban, Reading, State } from "./shape.ts";

/** Enters what keeps a person out, in place of what did before. */
export function setBan(state: State, ban: Ban): void {
  dropBan(state, ban.userId);
  state.bans.set(ban.userId, ban);
  for (const tag of ban.addressTags) {
    const barred = state.barred.get(tag) ?? new Set<UserId>();
    state.barred.set(tag, barred.add(ban.userId));
  }
}

export function dropBan(state: State, userId: UserId): void {
  for (const tag of state.bans.get(userId)?.addressTags ?? []) {
    const barred = state.barred.get(tag);
    barred?.delete(userId);
    if (barred?.size === 0) state.barred.delete(tag);
  }
  state.bans.delete(userId);
}

/** A ban that bars an address at a time; undefined: none. Costs the same however many there are of others. */
export function banAt(state: Reading<State>, tag: AddressTag, nowMs: number): Ban | undefined {
  for (const userId of state.barred.get(tag) ?? []) {
    const ban = banOf(state, userId, nowMs);
    if (ban !== undefined) return ban;
  }
  return undefined;
}
