/** What a dump says, one thing at a time. */

/** A value: text in the alphabet of its column, or null. */
export type Cell = string | null;

interface DumpRow {
  readonly kind: "row";
  readonly table: string;
  readonly columns: readonly string[];
  readonly cells: readonly Cell[];
  /** Of the dump, from 1. */
  readonly line: number;
  /** Of the table, from 1. */
  readonly row: number;
}

/** A row that is none. */
export interface Fault {
  readonly kind: "fault";
  readonly why: "cut" | "unreadable" | "columns" | "too_long" | "no_table";
  readonly table: string | null;
  readonly line: number;
  readonly row: number;
}

export type DumpItem = DumpRow | Fault;
