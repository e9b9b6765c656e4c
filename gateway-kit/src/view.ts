import { aheadMs } from "@dragoman/bus-schema";
import type { Config } from "@dragoman/service-kit";
import type { Roster } from "./roster/roster.ts";

/**
 * What an edge may look at; edges have no clock of their own. `nowMs` is the journal's time, by which limits of the state
 * end; `clockMs` is what people's clocks show, for what they are told (docs/journal.md 1.6). Both are epoch ms.
 * `steadyMs` is a monotonic clock, for what an edge measures itself.
 */
export interface View {
  readonly roster: Roster;
  readonly config: Config;
  readonly nowMs: number;
  readonly clockMs: number;
  readonly steadyMs: number;
  /** A fresh number for a line that no message stands behind: counts up from 2^52 (Sock Chat reference, 1). */
  readonly lineNumber: () => number;
}

/** A moment of the journal's time as people's clocks will show it; null stays null. */
export function onClock<T extends number | null>(
  ms: T,
  { nowMs, clockMs }: Pick<View, "nowMs" | "clockMs">,
): T {
  return (ms === null ? null : ms - aheadMs(nowMs, clockMs)) as T;
}
