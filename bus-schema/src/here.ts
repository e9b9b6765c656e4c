/** Who was here last: core keeps it in the state, gateways in their rosters, by the same events. */
import type { UserId } from "./id.ts";

/** So many people are remembered. */
export const hereMax = 20_000;

/** Somebody is here, or goes now. The latest stand last. */
export function rememberHere(here: Set<UserId>, userId: UserId): void {
  here.delete(userId);
  here.add(userId);
  if (here.size <= hereMax) return;
  const [oldest] = here;
  if (oldest !== undefined) here.delete(oldest);
}
