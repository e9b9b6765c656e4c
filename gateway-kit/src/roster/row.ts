/** The shape of the roster's table: a row for each event, in the family file of its prefix. */
import type { EventOf, EventType } from "@dragoman/bus-schema";
import type { RosterState } from "./state.ts";

/** What of the roster an event changed, so that caches built on it know when to go. */
export type Change = "nothing" | "people" | "audience";

export type Row<T extends EventType> = (state: RosterState, event: EventOf<T>) => Change;

/** One row for every event: a new event does not compile until the roster says what it changes. */
export type Rows = { readonly [T in EventType]: Row<T> };

/** The rows of the events whose type begins with a prefix. */
export type Family<P extends string> = Pick<Rows, Extract<EventType, `${P}.${string}`>>;

/** The row of an event that changes nothing here. */
export const untouched = (): Change => "nothing";
