/**
 * The SQLite file in which an original server of 28 and 29 March 2026 kept what lies in JSON before and after: as the values
 * that the JSON files have, and messages one by one. Its forms differ in columns alone; what one has not is not there.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainFile } from "../folder-path.ts";
import type { Report } from "../report.ts";
import { isOfSqlite, type Row, SqliteCopy } from "../sqlite-copy.ts";
import { jsonOf, type Line, type Lines, recordMax, tooLong, wholeMax } from "./read.ts";
import { SqliteOrder } from "./sqlite-order.ts";
import { type Fields, numberOf } from "./value.ts";

const path = "db/originchats.db";
/** Whoever keeps JSON since has made this as it began; nobody had it before. */
const madeSince = "db/polls.json";

/** A value of a table that is no message. */
const valueBytesMax = 1024 * 1024;
/** Names and ids, whose places and messages are looked up by them. */
const nameBytesMax = 1_024;

/** What is a number there and a yes or no in JSON. */
const flags: ReadonlySet<string> = new Set([
  "allow_multiselect",
  "archived",
  "edited",
  "ended",
  "hoisted",
  "locked",
  "pinned",
  "self_assignable",
]);
/** What is a text there that says JSON. */
const nested: ReadonlySet<string> = new Set([
  "attachments",
  "embeds",
  "interaction",
  "options",
  "participants",
  "permissions",
  "roles",
  "status",
  "webhook",
]);

/** Where messages stand, as one text. */
export type SqlitePlace = `channel ${string}` | `thread ${string}`;

export class SqliteData {
  readonly #copy: SqliteCopy;
  readonly #order: SqliteOrder;
  readonly #folder: string;
  readonly #report: Report;

  private constructor(copy: SqliteCopy, order: SqliteOrder, folder: string, report: Report) {
    this.#copy = copy;
    this.#order = order;
    this.#folder = folder;
    this.#report = report;
  }

  /**
   * The file of a data folder; undefined: there is none, or the server has gone back to JSON since, and that is the truth.
   * @throws SourceRefusal it cannot be read at all
   */
  static async open(data: string, report: Report): Promise<SqliteData | undefined> {
    const found = await plainFile(data, join(data, path));
    if (found === null) report.leave("file", path, "is no file, or a link leads to it");
    if (!found) return undefined;
    if ((await plainFile(data, join(data, madeSince))) !== undefined) {
      report.leave("file", path, "is older than the JSON files, which are read");
      return undefined;
    }
    const folder = await mkdtemp(join(tmpdir(), "dragoman-import-"));
    let copy: SqliteCopy | undefined;
    let order: SqliteOrder | undefined;
    try {
      copy = await SqliteCopy.open(join(data, path), folder);
      order = new SqliteOrder(join(folder, "order.db"));
      const read = new SqliteData(copy, order, folder, report);
      await read.#fill();
      report.say("file", path, "is read, and not the JSON files of the same, which are older");
      return read;
    } catch (error) {
      order?.close();
      copy?.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#order.close();
    this.#copy.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** As `channels.json` has them. What was stored anew stands there twice, the last is the truth. */
  async channels(): Promise<readonly Fields[]> {
    const latest = new Map<unknown, Fields>();
    for (const fields of await this.#table("channels")) {
      latest.set(fields["name"] ?? `at ${fields["position"]}`, fields);
    }
    const at = (fields: Fields): number => numberOf(fields["position"]) ?? 0;
    return [...latest.values()].sort((a, b) => at(a) - at(b));
  }

  /**
   * As the file of a table's name has them: by their names or ids. undefined: the file is the truth. One form of the server lost
   * its table of roles, and the next took them from the file again.
   */
  async keyed(table: "polls" | "roles" | "users" | "webhooks"): Promise<Fields | undefined> {
    const key = table === "roles" ? "name" : "id";
    const rows = await this.#table(table);
    if (table === "roles" && rows.length === 0) return undefined;
    return Object.fromEntries(rows.map((fields) => [String(fields[key]), fields]));
  }

  /** As `poll_votes.json` has them. */
  async votes(): Promise<Fields> {
    const votes = new Map<string, Fields[]>();
    for (const fields of await this.#table("poll_votes")) {
      const poll = String(fields["poll_id"]);
      votes.set(poll, [...(votes.get(poll) ?? []), fields]);
    }
    return Object.fromEntries(votes);
  }

  /** Each as its own file has it. */
  threads(): Promise<readonly Fields[]> {
    return this.#table("threads");
  }

  /** How many messages stand in each place. */
  places(): ReadonlyMap<string, number> {
    return this.#order.places();
  }

  /**
   * The messages of a place in the order of their times, as a line of a file has each.
   * @param isTold whether the report says what is not as it should be
   */
  async *messages(place: SqlitePlace, isTold: boolean): AsyncGenerator<Lines> {
    const columns = this.#columns("messages");
    const read = this.#copy.reader("messages", columns, recordMax);
    const lineOf = (rowid: bigint): Line => {
      const row = rowOf(read, rowid);
      const fields = row && this.#fields(columns, row.values, isTold);
      if (fields === undefined) return { why: "is damaged", text: `row ${rowid}` };
      if (row?.isLong === true) return { why: tooLong, text: String(fields["id"]) };
      return { value: this.#message(fields) };
    };
    for (const rowid of this.#order.rowsOf(place))
      yield { begins: undefined, lines: [lineOf(rowid)] };
  }

  #message({ user_id: user, reply_to_id: id, reply_to_user: to, ...rest }: Fields): Fields {
    const reactions = typeof rest["id"] === "string" ? this.#order.reactionsTo(rest["id"]) : {};
    return {
      ...rest,
      user,
      reactions,
      ...(id === undefined && to === undefined ? {} : { reply_to: { id, user: to } }),
    };
  }

  /** Reads where each message stands and who reacted, without what they say. */
  async #fill(): Promise<void> {
    const places = ["channel", "thread_id", "timestamp"];
    await this.#each("messages", places, nameBytesMax, ({ rowid, values }) => {
      const [channel, thread, at] = values;
      const place =
        thread === null ? (`channel ${channel}` as const) : (`thread ${thread}` as const);
      this.#order.addLine(place, typeof at === "bigint" ? Number(at) : (numberOf(at) ?? -1), rowid);
    });
    const reactions = ["message_id", "emoji", "user_id"];
    await this.#each("reactions", reactions, nameBytesMax, ({ rowid, values }) => {
      const [message, emoji, user] = values;
      if (typeof message === "string" && typeof emoji === "string" && typeof user === "string")
        this.#order.addReaction(message, rowid, emoji, user);
      else this.#report.leave("reaction", `row ${rowid}`, "is nobody's, or to nothing");
    });
    this.#order.seal();
  }

  /** The rows of a small table. */
  async #table(table: string): Promise<readonly Fields[]> {
    const columns = this.#columns(table);
    const rows: Fields[] = [];
    let bytes = 0;
    await this.#each(table, columns, valueBytesMax, ({ rowid, values, isLong }) => {
      bytes += values.reduce((sum: number, each) => sum + String(each).length, 0);
      if (isLong) this.#report.leave("file", `${path}, ${table} ${rowid}`, "is longer than any");
      else if (bytes > wholeMax)
        this.#report.leave("file", `${path}, ${table} ${rowid}`, "is larger than any such file");
      else rows.push(this.#fields(columns, values));
    });
    return rows;
  }

  async #each(
    table: string,
    columns: readonly string[],
    bytesMax: number,
    take: (row: Row) => void,
  ): Promise<void> {
    const there = new Set(this.#columns(table));
    if (columns.length === 0 || !columns.every((name) => there.has(name))) return;
    try {
      for await (const row of this.#copy.rows(table, columns, bytesMax)) take(row);
    } catch (error) {
      if (!isOfSqlite(error)) throw error;
      this.#report.leave("file", `${path}, ${table}`, "is damaged: what stands before is read");
    }
  }

  #columns(table: string): readonly string[] {
    return this.#copy.tables.includes(table) ? this.#copy.columnsOf(table) : [];
  }

  #fields(columns: readonly string[], values: Row["values"], isTold = true): Fields {
    const pairs = columns.flatMap((name, index): [string, unknown][] => {
      const value = values[index] ?? null;
      if (value === null) return [];
      if (nested.has(name)) return this.#nested(name, value, isTold);
      const plain = typeof value === "bigint" ? Number(value) : value;
      return [[name, flags.has(name) ? plain === 1 : plain]];
    });
    return Object.fromEntries(pairs);
  }

  #nested(name: string, value: unknown, isTold: boolean): [string, unknown][] {
    const line = jsonOf(String(value));
    if ("value" in line) return [[name, line.value]];
    if (isTold) this.#report.say("file", `${path}: ${name} ${line.text}`, line.why);
    return [];
  }
}

/** undefined: the row is damaged, or gone. */
function rowOf(read: ReturnType<SqliteCopy["reader"]>, rowid: bigint): Row | undefined {
  try {
    return read(rowid);
  } catch (error) {
    if (!isOfSqlite(error)) throw error;
    return undefined;
  }
}
