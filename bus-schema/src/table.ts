/**
 * Tables over event types. Whoever acts on events says for every type what it does, or why it has no use for it: a
 * new event does not compile until each of them has an answer.
 */
import type { Event, EventOf, EventType } from "./event/index.ts";
import type { EventTypeIn, Family } from "./family.ts";

/** A row that does nothing, and why nobody loses anything by it. */
export interface Ignored {
  readonly ignored: string;
}

/** @param why one plain sentence */
export const ignored = (why: string): Ignored => ({ ignored: why });

/** Rows for several event types that have no use for one and the same reason. */
export function ignoring<T extends EventType>(
  why: string,
  ...types: readonly T[]
): { readonly [K in T]: Ignored } {
  return Object.fromEntries(types.map((type) => [type, ignored(why)])) as {
    readonly [K in T]: Ignored;
  };
}

/** A row for every event: what is made of it. `Args` is what a row gets besides the event. */
export type EventTable<Args extends readonly unknown[], Result> = {
  readonly [T in EventType]: Ignored | ((event: EventOf<T>, ...args: Args) => Result);
};

/** The rows of the families `F` in an `EventTable`. */
export type EventFamily<F extends Family, Args extends readonly unknown[], Result> = Pick<
  EventTable<Args, Result>,
  EventTypeIn<F>
>;

/** A row for every event: what it changes in a state, which comes first. */
export type ChangeTable<State, Args extends readonly unknown[], Result> = {
  readonly [T in EventType]: Ignored | ((state: State, event: EventOf<T>, ...args: Args) => Result);
};

/** The rows of the families `F` in a `ChangeTable`. */
export type ChangeFamily<F extends Family, State, Args extends readonly unknown[], Result> = Pick<
  ChangeTable<State, Args, Result>,
  EventTypeIn<F>
>;

/**
 * A table as a lookup by type. `Row` is what its rows have in common. That the value of a type gets the row of just
 * that type holds by the mapped type of the table; the compiler cannot follow it through a lookup, so it is claimed
 * here and nowhere else.
 */
export function rowsByType<Row>(table: object): ReadonlyMap<string, Row> {
  return new Map<string, unknown>(Object.entries(table)) as ReadonlyMap<string, Row>;
}

/** Runs the row of an event. @returns what it made; undefined where the table ignores the event, or does not know it */
export function runnerOf<Args extends readonly unknown[], Result>(
  table: EventTable<Args, Result>,
): (event: Event, ...args: Args) => Result | undefined {
  const rows = rowsByType<Ignored | ((event: Event, ...args: Args) => Result)>(table);
  return (event, ...args) => {
    const row = rows.get(event.type);
    return typeof row === "function" ? row(event, ...args) : undefined;
  };
}

/** As `runnerOf`, for a table whose rows change a state. */
export function changerOf<State, Args extends readonly unknown[], Result>(
  table: ChangeTable<State, Args, Result>,
): (state: State, event: Event, ...args: Args) => Result | undefined {
  const rows = rowsByType<Ignored | ((state: State, event: Event, ...args: Args) => Result)>(table);
  return (state, event, ...args) => {
    const row = rows.get(event.type);
    return typeof row === "function" ? row(state, event, ...args) : undefined;
  };
}
