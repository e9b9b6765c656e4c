import type { Config } from "@dragoman/service-kit";
import type { Roster } from "./roster/roster.ts";

/** What an edge may look at. `nowMs` is epoch milliseconds; edges have no clock of their own. */
export interface View {
  readonly roster: Roster;
  readonly config: Config;
  readonly nowMs: number;
  /** A fresh number for a line that no message stands behind: counts up from 2^52 (Sock Chat reference, 1). */
  readonly lineNumber: () => number;
}
