/** How many accounts are made by whoever comes, from one address and in all (docs/journal.md 2.7). */
import { type AddressTag, loopbackTag, type RejectionOf } from "@dragoman/bus-schema";
import type { Reading, State } from "./shape.ts";

const hourMs = 3_600_000;

export interface RegistrationLimits {
  readonly registrationsPerAddress: number;
  readonly registrationsPerHour: number;
}

/** Counts an account that was made now. */
export function countRegistration(state: State, addressTag: AddressTag, at: number): void {
  const recent = state.registrations.filter((one) => at - one.at < hourMs);
  state.registrations = [...recent, { at, addressTag }];
}

/** Why no account can be made from there now; undefined: one can. Loopback counts for the community alone. */
export function registrationRefusal(
  state: Reading<State>,
  addressTag: AddressTag,
  nowMs: number,
  { registrationsPerAddress, registrationsPerHour }: RegistrationLimits,
): RejectionOf<"rate_limited"> | undefined {
  const recent = state.registrations.filter((one) => nowMs - one.at < hourMs);
  const own =
    addressTag === loopbackTag ? [] : recent.filter((one) => one.addressTag === addressTag);
  const waitMs = Math.max(
    waitOf(own, registrationsPerAddress, nowMs),
    waitOf(recent, registrationsPerHour, nowMs),
  );
  return waitMs > 0 ? { code: "rate_limited", why: "registrations", waitMs } : undefined;
}

function waitOf(made: readonly { readonly at: number }[], max: number, nowMs: number): number {
  const oldest = max === 0 ? undefined : made[made.length - max];
  return oldest === undefined ? 0 : oldest.at + hourMs - nowMs;
}
