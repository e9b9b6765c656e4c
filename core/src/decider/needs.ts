/** What a decision must know before it is made, by kind: whoever fetches it has a row for every kind. */
import { rowsByType } from "@dragoman/bus-schema";
import type { Lookups, Need } from "./contract.ts";

/** A row for every kind of need: what is found out about it, `From` being where. */
export type LookupTable<From, Found> = {
  readonly [K in Need["kind"]]: (need: Extract<Need, { kind: K }>, from: From) => Found;
};

/** @returns what the rows of some needs find, in the order of the needs */
export function lookerOf<From, Found>(
  table: LookupTable<From, Found>,
): (wanted: readonly Need[], from: From) => readonly Found[] {
  const rows = rowsByType<(need: Need, from: From) => Found>(table);
  return (wanted, from) =>
    wanted.flatMap((need) => {
      const row = rows.get(need.kind);
      return row === undefined ? [] : [row(need, from)];
    });
}

/** All that was found, as the decision reads it. Of messages and passwords there may be several. */
export function lookupsOf(found: readonly Partial<Lookups>[]): Lookups {
  return {
    ...Object.assign({}, ...found),
    messages: new Map(found.flatMap(({ messages }) => [...(messages ?? [])])),
    passwords: new Map(found.flatMap(({ passwords }) => [...(passwords ?? [])])),
  };
}
