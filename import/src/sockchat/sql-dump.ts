/**
 * A dump of MySQL or MariaDB as a stream: `mysqldump`, `mariadb-dump` and phpMyAdmin write `CREATE TABLE` and `INSERT` of
 * many rows; all else is passed over. Pure: whoever has the bytes gives them (`push`), and `end` says that there are no
 * more. Why written out and not taken from a library: docs/decisions/import-sockchat.md.
 *
 * 1. Linear: no byte is looked at more often than a fixed number of times, however the pieces are cut. A row that is not
 *    all there is tried again when twice as much is.
 * 2. Bounded: a row of more than `rowBytesMax` is passed over byte by byte.
 * 3. What is broken costs its row: behind it the next `),(` is looked for at which a row of as many values begins.
 */
import { textOf } from "./character-set.ts";
import type { Cell, DumpItem, Fault } from "./dump-item.ts";
import {
  endOfStatement,
  indexOfPair,
  indexOfValues,
  joined,
  rowBehind,
  statementBytesMax,
} from "./sql-scan.ts";
import { type InsertHead, readCreateTable, readInsertHead, type SqlTable } from "./sql-table.ts";
import { isBlank, latin, readRow, type SqlValue, skipBlank } from "./sql-values.ts";

/** Bytes of one row as it is written. */
const rowBytesMax = 48 * 1024 * 1024;
/** Bytes of a string in a row that is looked for behind a fault. */
const soughtBytesMax = 64 * 1024;
const tablesMax = 10_000;
const zoneMax = 60;

/** What is being read. `seek`: a row behind one that is broken; `drop`: the rest of one that is too long. */
type Mode = "statement" | "skip" | "rows" | "seek" | "drop";

interface Insert {
  readonly table: string;
  readonly columns: readonly string[];
  readonly isLatin: readonly boolean[];
}

export class SqlDump {
  readonly #wanted: (table: SqlTable) => boolean;
  readonly #tables = new Map<string, SqlTable>();
  readonly #rows = new Map<string, number>();
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** Bytes that have to be there before it is worth another look. */
  #enough = 1;
  #buffer: Uint8Array = new Uint8Array();
  #at = 0;
  #isOver = false;
  #mode: Mode = "statement";
  #insert: Insert | null = null;
  #quote = 0;
  #delimiter = ";";
  #dumpIsLatin = false;
  #line = 1;
  /** The next line break that is not counted. */
  #breakAt = 0;
  #items: DumpItem[] = [];
  /** Offset from UTC that times are in, as the dump says it; null: it does not say. */
  zone: string | null = null;

  /** @param wanted tables whose rows are told */
  constructor(wanted: (table: SqlTable) => boolean) {
    this.#wanted = wanted;
  }

  push(bytes: Uint8Array): readonly DumpItem[] {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    return this.#bytes < this.#enough ? [] : this.#run();
  }

  /** There is no more: what has begun and does not end is cut. */
  end(): readonly DumpItem[] {
    this.#isOver = true;
    const items = this.#run();
    const isWithin = this.#mode !== "statement" && this.#mode !== "skip";
    return isWithin ? [...items, this.#faultItem("cut")] : items;
  }

  #run(): readonly DumpItem[] {
    this.#items = [];
    this.#buffer =
      this.#pieces.length === 1
        ? (this.#pieces[0] as Uint8Array)
        : joined(this.#pieces, this.#bytes);
    this.#at = 0;
    this.#breakAt = this.#breakFrom(0);
    while (this.#step());
    this.#countLines(this.#at);
    const rest = this.#buffer.subarray(this.#at);
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
    this.#enough = Math.max(1, rest.length * 2);
    return this.#items;
  }

  /** Takes one part in; false: more is needed. */
  #step(): boolean {
    switch (this.#mode) {
      case "statement":
        return this.#readStatement();
      case "skip":
        return this.#skipStatement();
      case "rows":
        return this.#readRows();
      case "seek":
        return this.#seekRow();
      case "drop":
        return this.#dropRow();
    }
  }

  // ---- statements ---------------------------------------------------------------------------------------

  #readStatement(): boolean {
    this.#at = skipBlank(this.#buffer, this.#at);
    if (this.#at >= this.#buffer.length) return false;
    const start = latin(this.#buffer.subarray(this.#at, this.#at + 10)).toUpperCase();
    if (start.length < 10 && !this.#isOver) return false;
    if (start.startsWith("#") || /^--(?:\s|$)/.test(start)) return this.#passLine();
    if (start.startsWith("DELIMITER")) return this.#passLine();
    if (start.startsWith("/*")) return this.#passComment();
    if (start.startsWith(this.#delimiter)) return this.#pass(this.#delimiter.length);
    if (this.#delimiter !== ";") return this.#enter("skip");
    if (start.startsWith("CREATE ")) return this.#whole((text) => this.#takeTable(text));
    if (start.startsWith("SET ")) return this.#whole((text) => this.#takeSetting(text));
    if (/^(?:INSERT|REPLACE)\s/.test(start)) return this.#beginInsert();
    return this.#enter("skip");
  }

  #enter(mode: Mode): true {
    this.#mode = mode;
    this.#quote = 0;
    return true;
  }

  #pass(bytes: number): true {
    this.#at += bytes;
    return true;
  }

  /** A comment, or the client's own `DELIMITER`. */
  #passLine(): boolean {
    const end = this.#buffer.indexOf(0x0a, this.#at);
    if (end < 0 && !this.#isOver && this.#buffer.length - this.#at < statementBytesMax)
      return false;
    const next = end < 0 ? this.#buffer.length : end + 1;
    const line = latin(this.#buffer.subarray(this.#at, Math.min(next, this.#at + 100)));
    const [, delimiter] = /^DELIMITER\s+(\S{1,20})/i.exec(line) ?? [];
    if (delimiter !== undefined) this.#delimiter = delimiter;
    this.#at = next;
    return true;
  }

  /** What a comment for some versions alone sets counts as well. */
  #passComment(): boolean {
    const end = indexOfPair(this.#buffer, 0x2a, 0x2f, this.#at + 2);
    if (end < 0) {
      if (!this.#isOver && this.#buffer.length - this.#at < statementBytesMax) return false;
      this.#at += 2;
      return this.#enter("skip");
    }
    const text = latin(this.#buffer.subarray(this.#at, Math.min(end, this.#at + 400)));
    const [, setting] = /^\/\*M?![0-9]*\s*(SET\s[\s\S]*)$/i.exec(text) ?? [];
    if (setting !== undefined) this.#takeSetting(setting);
    this.#at = end + 2;
    return true;
  }

  /** A statement that is read as one text; a longer one than any of its kind is passed over. */
  #whole(take: (text: string) => void): boolean {
    const end = endOfStatement(this.#buffer, this.#at);
    const isLong = (end < 0 ? this.#buffer.length : end) - this.#at > statementBytesMax;
    if (isLong || (end < 0 && this.#isOver)) return this.#enter("skip");
    if (end < 0) return false;
    take(latin(this.#buffer.subarray(this.#at, end)));
    this.#at = end + 1;
    return true;
  }

  #takeTable(text: string): void {
    const table = readCreateTable(text);
    if (table !== null && this.#tables.size < tablesMax) this.#tables.set(table.name, table);
  }

  #takeSetting(text: string): void {
    const [, names] = /^SET\s+NAMES\s+['"]?([a-z0-9]+)/i.exec(text) ?? [];
    if (names !== undefined) this.#dumpIsLatin = names.toLowerCase() === "latin1";
    const [, zone] = /^SET\s+(?:SESSION\s+|@@)?TIME_ZONE\s*=\s*['"]([^'"]+)['"]/i.exec(text) ?? [];
    if (zone !== undefined && zone.length <= zoneMax) this.zone = zone;
  }

  #skipStatement(): boolean {
    if (!this.#scanTo((at) => this.#isDelimiterAt(at))) return false;
    this.#at += this.#delimiter.length;
    return this.#enter("statement");
  }

  #isDelimiterAt(at: number): boolean {
    for (let index = 0; index < this.#delimiter.length; index += 1) {
      if (this.#buffer[at + index] !== this.#delimiter.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Goes on over strings to where something is outside of one; false: it is not here. What may be half of it stays. */
  #scanTo(isThere: (at: number) => boolean): boolean {
    const buffer = this.#buffer;
    const end = this.#isOver ? buffer.length : buffer.length - this.#delimiter.length;
    let at = this.#at;
    for (; at < end; at += 1) {
      const byte = buffer[at] as number;
      if (this.#quote !== 0) {
        if (byte === 0x5c && this.#quote !== 0x60) at += 1;
        else if (byte === this.#quote) this.#quote = 0;
      } else if (byte === 0x27 || byte === 0x22 || byte === 0x60) this.#quote = byte;
      else if (isThere(at)) {
        this.#at = at;
        return true;
      }
    }
    this.#at = Math.min(at, buffer.length);
    return false;
  }

  // ---- rows -----------------------------------------------------------------------------------------------

  #beginInsert(): boolean {
    const values = indexOfValues(this.#buffer, this.#at);
    if (values < 0) {
      const isNone = this.#isOver || this.#buffer.length - this.#at > statementBytesMax;
      return isNone ? this.#enter("skip") : false;
    }
    const head = readInsertHead(latin(this.#buffer.subarray(this.#at, values)));
    const insert = head === null ? null : this.#insertOf(head);
    if (insert === null) return this.#enter("skip");
    this.#insert = insert;
    this.#at = values + "VALUES".length;
    return this.#enter("rows");
  }

  #insertOf({ table: name, columns }: InsertHead): Insert | null {
    const known = this.#tables.get(name);
    if (known === undefined && columns === null) {
      this.#fault("no_table");
      return null;
    }
    const latinOf = new Map(known?.columns.map((column) => [column.name, column.isLatin]));
    const names = columns ?? known?.columns.map((column) => column.name) ?? [];
    const table: SqlTable = {
      name,
      columns: names.map((column) => ({ name: column, isLatin: latinOf.get(column) ?? false })),
    };
    if (!this.#wanted(table)) return null;
    return { table: name, columns: names, isLatin: table.columns.map(({ isLatin }) => isLatin) };
  }

  #readRows(): boolean {
    const buffer = this.#buffer;
    let at = this.#at;
    while (isBlank(buffer[at]) || buffer[at] === 0x2c) at += 1;
    this.#at = at;
    if (at >= buffer.length) return false;
    if (buffer[at] === 0x3b) return this.#pass(1) && this.#enter("statement");
    if (buffer[at] !== 0x28) return this.#afterRows();
    const read = readRow(buffer, at);
    if (read.kind === "more") return this.#awaitRow();
    if (read.kind === "bad") return this.#broken("unreadable", Math.max(read.at, at + 1));
    this.#take(read.values, at);
    this.#at = read.next;
    return true;
  }

  /** `ON DUPLICATE KEY UPDATE …` ends rows; anything else is broken. */
  #afterRows(): boolean {
    if (this.#buffer.length - this.#at < 3 && !this.#isOver) return false;
    const word = latin(this.#buffer.subarray(this.#at, this.#at + 3)).toUpperCase();
    return word === "ON " ? this.#enter("skip") : this.#broken("unreadable", this.#at + 1);
  }

  #awaitRow(): boolean {
    if (this.#buffer.length - this.#at > rowBytesMax) {
      this.#fault("too_long");
      return this.#enter("drop");
    }
    return false;
  }

  #broken(why: "unreadable" | "columns", next: number): boolean {
    this.#fault(why);
    this.#at = next;
    return this.#enter("seek");
  }

  /** The row is not read any further than to its bracket. */
  #dropRow(): boolean {
    if (!this.#scanTo((at) => this.#buffer[at] === 0x29)) return false;
    this.#at += 1;
    return this.#enter("rows");
  }

  /** Behind something broken quotes mean nothing: a row is where one can be read. */
  #seekRow(): boolean {
    const buffer = this.#buffer;
    for (let at = this.#at; at < buffer.length; at += 1) {
      const byte = buffer[at];
      if (byte === 0x0a && buffer.length - at < 16 && !this.#isOver) {
        this.#at = at;
        return false;
      }
      if (byte === 0x0a && this.#isStatementAt(at + 1)) {
        this.#at = at + 1;
        return this.#enter("statement");
      }
      if (byte !== 0x29) continue;
      const begin = rowBehind(buffer, at + 1);
      if (begin === "none") continue;
      const read = begin === "more" ? begin : readRow(buffer, begin, soughtBytesMax);
      if (read === "more" || read.kind === "more") {
        if (this.#isOver) continue;
        this.#at = at;
        return false;
      }
      if (read.kind === "bad" || read.values.length !== this.#insert?.columns.length) continue;
      this.#at = begin as number;
      return this.#enter("rows");
    }
    this.#at = buffer.length;
    return false;
  }

  #isStatementAt(at: number): boolean {
    const start = latin(this.#buffer.subarray(at, at + 14)).toUpperCase();
    return /^(?:INSERT INTO|REPLACE INTO|CREATE TABLE|UNLOCK TABLES|\/\*!)/.test(start);
  }

  #take(values: readonly SqlValue[], from: number): void {
    const insert = this.#insert as Insert;
    if (values.length !== insert.columns.length) {
      this.#fault("columns");
      return;
    }
    this.#countLines(from);
    const cells = values.map((value, index) => this.#cellOf(value, insert.isLatin[index] ?? false));
    const { table, columns } = insert;
    this.#items.push({
      kind: "row",
      table,
      columns,
      cells,
      line: this.#line,
      row: this.#nextRow(),
    });
  }

  #cellOf(value: SqlValue, columnIsLatin: boolean): Cell {
    if (value === null || typeof value === "string") return value;
    const isLatin = columnIsLatin && !value.binary;
    return textOf(value.bytes, { dumpIsLatin: this.#dumpIsLatin, columnIsLatin: isLatin });
  }

  #nextRow(): number {
    const table = this.#insert?.table ?? "";
    const row = (this.#rows.get(table) ?? 0) + 1;
    this.#rows.set(table, row);
    return row;
  }

  #fault(why: Fault["why"]): void {
    this.#countLines(this.#at);
    this.#items.push(this.#faultItem(why));
  }

  #faultItem(why: Fault["why"]): DumpItem {
    const table = this.#insert?.table ?? null;
    return { kind: "fault", why, table, line: this.#line, row: this.#nextRow() };
  }

  #countLines(to: number): void {
    while (this.#breakAt < to) {
      this.#line += 1;
      this.#breakAt = this.#breakFrom(this.#breakAt + 1);
    }
  }

  #breakFrom(from: number): number {
    const at = this.#buffer.indexOf(0x0a, from);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  }
}
