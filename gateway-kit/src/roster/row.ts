/** The shape of the roster's table: a row for each event, in the family file of its prefix. */
import type { ChangeFamily, ChangeTable, Family as FamilyName } from "@dragoman/bus-schema";
import type { RosterState } from "./state.ts";

/** What of the roster an event changed, so that caches built on it know when to go. */
export type Change = "nothing" | "people" | "audience";

/** One row for every event: a new event does not compile until the roster says what it changes, or ignores it. */
export type Rows = ChangeTable<RosterState, [], Change>;

/** The rows of the events of some families. */
export type Family<F extends FamilyName> = ChangeFamily<F, RosterState, [], Change>;
