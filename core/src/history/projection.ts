/**
 * The history projection itself: one SQLite file, its position stored in the transaction of the rows. Runs in
 * the worker thread, synchronously. Messages are ordered by their number, which rises with the journal.
 */
import type {
  AnswerOf,
  Message,
  MessageId,
  Place,
  QueryOf,
  Reaction,
  UserId,
} from "@dragoman/bus-schema";
import { withoutReaction, withReaction } from "@dragoman/bus-schema/reaction";
import type { Position } from "@dragoman/service-kit";
import Database from "libsql";
import { AdoptionTable } from "./adoption-table.ts";
import { AuditTable } from "./audit-table.ts";
import type { Advance, Change, Posted } from "./change.ts";
import { Eraser } from "./erase.ts";
import type { Page } from "./exchange.ts";
import { Indices } from "./indices.ts";
import { blockSize, layout, layoutVersion, stepsFrom, tables } from "./layout.ts";
import { tokensOf } from "./mention.ts";
import { OldMessages } from "./old.ts";
import { Reading, scannedMax, whole } from "./reading.ts";
import type { Row } from "./row.ts";
import { prepare, type Statements } from "./statements.ts";
import { rollBack, Sweep } from "./sweep.ts";
import { VoteTable } from "./vote-table.ts";
import { Walk } from "./walk.ts";

/** Messages that are looked at for each that a page without some of them may have. */
const scannedPerLine = 4;

/**
 * Ids of messages come in no order, so that each is written to another page of their index: 32 MiB of pages are kept, and as
 * much is gathered in the log before it is written to its places.
 */
const buffers = "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192;";

/** How long an opening waits for the process before to let go of the file. */
const lockMs = 5_000;
/** Above every message number. */
const beyond = Number.MAX_SAFE_INTEGER;

/** What a transaction adds to the counters, by place and block; written once at its end. */
type Deltas = Map<number, Map<number, number>>;

/** The record does not follow the stored one (docs/journal.md 1.3). Nothing of it was applied. */
export class RewoundError extends Error {
  override name = "RewoundError";
}

/** Days for which people stand by their ids in the counts of who was there. */
const namesDaysMax = 31;

interface ProjectionOptions {
  /** How long an opening waits for the process before to let go of the file. */
  readonly waitMs?: number;
  /** See `Reading`. */
  readonly smallMax?: number;
  /** See `AdoptionTable`. */
  readonly namesDays?: number;
}

export class Projection {
  readonly #db: Database.Database;
  readonly #sql: Statements;
  readonly #indices: Indices;
  readonly #sweep: Sweep;
  readonly reading: Reading;
  readonly audit: AuditTable;
  readonly adoption: AdoptionTable;
  readonly votes: VoteTable;
  readonly old: OldMessages;
  readonly walk: Walk;
  readonly eraser: Eraser;
  #position: Position;

  /**
   * @param file its path, ":memory:", or a database that is open already
   * @throws SqliteError when the file cannot be opened, or is held
   */
  constructor(file: string | Database.Database, options: ProjectionOptions = {}) {
    const { waitMs = lockMs, smallMax = scannedMax } = options;
    this.#db = typeof file === "string" ? new Database(file, { timeout: waitMs }) : file;
    // That no second core is on this file is the guard's business (`guard.ts`): snapshots are copied from it.
    this.#db.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; ${buffers}`,
    );
    const version = this.#db.prepare("PRAGMA user_version").raw().get() as number[];
    const missing = stepsFrom(version[0] ?? 0);
    if (missing === undefined) this.#empty();
    else if (missing.length > 0) this.#bringOver(missing);
    this.#sql = prepare(this.#db);
    this.#indices = new Indices(this.#db);
    this.votes = new VoteTable(this.#db);
    this.#sweep = new Sweep(this.#db, this.#indices, this.votes);
    this.audit = new AuditTable(this.#db);
    this.adoption = new AdoptionTable(this.#db, options.namesDays ?? namesDaysMax);
    this.old = new OldMessages(this.#db);
    this.walk = new Walk(this.#db);
    this.eraser = new Eraser(this.#db);
    const ranks = {
      place: (place: Place) => this.#place(place),
      newer: (place: number, number: number) => this.#newer(place, number),
    };
    this.reading = new Reading(this.#db, ranks, smallMax);
    const stored = this.#sql.position.get() as Row;
    this.#position = { seq: Number(stored["seq"]), id: String(stored["id"]) };
  }

  /** The last record that is stored. */
  get position(): Position {
    return this.#position;
  }

  /**
   * Stores records in one transaction, until `enough` says so (asked after each). Records at or below the
   * position are passed over. Returns how many were taken.
   * @throws RewoundError when a record does not follow the one before; what came before it is stored
   */
  apply(records: readonly Advance[], enough: () => boolean): number {
    let taken = 0;
    let position = this.#position;
    let rewound: RewoundError | undefined;
    const deltas: Deltas = new Map();
    const places = new Map<string, number>();
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      for (const record of records) {
        rewound = misfit(position, record);
        if (rewound !== undefined) break;
        taken += 1;
        if (record.seq > position.seq) {
          for (const change of record.changes) this.#change(change, places, deltas);
          position = { seq: record.seq, id: record.id };
        }
        if (enough()) break;
      }
      this.#count(deltas);
      this.#indices.flush();
      this.#sql.setPosition.run(position.seq, position.id);
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#indices.forget();
      rollBack(this.#db);
      throw error;
    }
    this.#position = position;
    if (rewound !== undefined) throw rewound;
    return taken;
  }

  /** The JSON of a present message by id or decimal number, or null. */
  lookup(ref: string): string | null {
    const found = /^[1-9][0-9]{0,15}$/.test(ref)
      ? this.#sql.messageByNumber.get(Number(ref))
      : this.#sql.messageById.get(ref);
    return found === undefined ? null : whole(found as Row);
  }

  /** The JSON of the present message of a poll that has ended, by its id or the poll's, or null. */
  endedPoll(ref: string): string | null {
    const messageId = this.votes.ended(ref);
    return messageId === undefined ? null : this.lookup(messageId);
  }

  /** A page as `message.page` asks for it; `before` of another place is unknown here. */
  page(query: QueryOf<"message.page">): Page {
    const { place, total } = this.#place(query.place);
    const newest = this.#sql.newest.get(place) as Row | undefined;
    const newestId = newest === undefined ? null : (String(newest["id"]) as MessageId);
    const nothing: Page = { messages: [], total, older: 0, newestId };
    let skipped = 0;
    if (query.before !== undefined) {
      const before = this.#sql.whereById.get(query.before) as Row | undefined;
      if (before === undefined || before["place"] !== place) return nothing;
      skipped = this.#newer(place, Number(before["number"])) + 1;
    }
    skipped += query.skip ?? 0;
    const top = skipped === 0 ? beyond : this.#numberAt(place, skipped);
    if (top === undefined) return nothing;
    const { limit, without } = query;
    const found = (
      without === undefined
        ? this.#sql.page.all(place, top, limit)
        : this.#sql.pageWithout.all(
            place,
            top,
            limit * scannedPerLine,
            JSON.stringify(without),
            limit,
          )
    ) as Row[];
    const messages = found.map(whole).reverse();
    return { messages, total, older: total - skipped - messages.length, newestId };
  }

  /** How far the person has read each place. A mark whose message is gone counts by its number. */
  counts(userId: UserId, places: readonly Place[]): AnswerOf<"unread.counts"> {
    return {
      places: places.map((asked) => {
        const { place, total } = this.#place(asked);
        const mark = this.#sql.mark.get(userId, place) as Row | undefined;
        if (mark === undefined) return { place: asked, lastReadId: null, unread: total, total };
        const unread = this.#newer(place, Number(mark["number"]));
        return { place: asked, lastReadId: String(mark["id"]) as MessageId, unread, total };
      }),
    };
  }

  /** Whether places that are gone have left something behind. */
  get littered(): boolean {
    return this.#sweep.pending;
  }

  /** Takes some of that away, in a short transaction. */
  sweep(): void {
    this.#sweep.run();
  }

  /** Forgets everything, and goes on behind a position. */
  rebuild(position: Position): void {
    this.#empty();
    this.#sweep.reset();
    this.eraser.reset();
    this.#sql.setPosition.run(position.seq, position.id);
    this.#position = position;
  }

  close(): void {
    this.#db.close();
  }

  #bringOver(missing: readonly string[]): void {
    const version = `PRAGMA user_version = ${layoutVersion};`;
    this.#db.exec(["BEGIN IMMEDIATE;", ...missing, version, "COMMIT;"].join("\n"));
  }

  #empty(): void {
    const drops = tables.map((table) => `DROP TABLE IF EXISTS ${table};`).join("\n");
    this.#db.exec(`BEGIN IMMEDIATE;\n${drops}\n${layout}\nCOMMIT;`);
  }

  #change(change: Change, places: Map<string, number>, deltas: Deltas): void {
    switch (change.do) {
      case "post": {
        const place = this.#ensurePlace(change.place, places);
        this.#sql.post.run(change.number, change.id, place, change.json, change.replyTo);
        this.#find(change, place, deltas);
        return;
      }
      case "import":
        this.#import(change.messages, places, deltas);
        return;
      case "edit":
      case "delete":
        this.#replace(change, deltas);
        return;
      case "pin":
        this.#sql.pin.run(change.pinned ? 1 : 0, change.number);
        return;
      case "react":
        this.#react(change);
        return;
      case "audit":
        this.audit.add(change);
        return;
      case "come":
      case "go":
      case "speak":
        this.adoption.take(change);
        return;
      case "vote":
        this.votes.set(change);
        return;
      case "end":
        this.#sql.setPoll.run(change.json, change.id);
        this.votes.end(change.pollId, change.id);
        return;
      case "merge":
        this.#sql.mergeMarks.run(change.intoId, change.fromId);
        this.#sql.dropMarks.run(change.fromId);
        this.votes.merge(change.intoId, change.fromId);
        this.adoption.merge(change.intoId, change.fromId);
        return;
      case "erase":
        this.eraser.erase(change);
        return;
      case "forget":
        this.eraser.forget(change);
        return;
      case "clear":
        places.clear();
        this.#clear(change.place);
        return;
      case "mark":
        this.#mark(change, this.#ensurePlace(change.place, places));
        return;
      default:
        change satisfies never;
    }
  }

  /** Has a new message found and counted. */
  #find({ number, text, tokens }: Posted, place: number, deltas: Deltas): void {
    this.#indices.text(place, number, text, true);
    this.#indices.mention(place, number, tokens);
    add(deltas, place, number, 1);
  }

  #import(messages: readonly Posted[], places: Map<string, number>, deltas: Deltas): void {
    const rows = messages.map(
      ({ number, id, place, json, replyTo }) =>
        [number, id, this.#ensurePlace(place, places), json, replyTo] as const,
    );
    const isWhole = this.#sql.postOnce.run(rows) === rows.length;
    const stored = isWhole ? undefined : this.#numbersIn(messages);
    for (const [index, message] of messages.entries()) {
      if (stored?.has(message.number) === false) continue;
      this.#find(message, rows[index]?.[2] ?? 0, deltas);
    }
  }

  /** Which of some messages are there. */
  #numbersIn(messages: readonly Posted[]): ReadonlySet<number> {
    const numbers = JSON.stringify(messages.map(({ number }) => number));
    return new Set((this.#sql.numbersIn.all(numbers) as Row[]).map((row) => Number(row["number"])));
  }

  #mark({ userId, messageId, onward }: Extract<Change, { do: "mark" }>, place: number): void {
    const row = this.#sql.whereById.get(messageId) as Row | undefined;
    // A mark on what is not there: everything is unread, as in the original (OriginChats part 2, 11.1).
    const number = row === undefined || row["place"] !== place ? 0 : Number(row["number"]);
    const set = onward === true ? this.#sql.moveMark : this.#sql.setMark;
    set.run(userId, place, number, messageId);
  }

  #react({ number, emoji, userId, added }: Extract<Change, { do: "react" }>): void {
    const row = this.#sql.reactions.get(number) as Row | undefined;
    if (row === undefined) return;
    const before = row["reactions"];
    const now = (added ? withReaction : withoutReaction)(
      before == null ? undefined : (JSON.parse(String(before)) as Reaction[]),
      emoji,
      userId,
    );
    this.#sql.setReactions.run(now.length === 0 ? null : JSON.stringify(now), number);
  }

  /** Places that are gone: nothing of them is found any longer. */
  #clear({ channelId, threadId }: Place): void {
    const gone =
      threadId === undefined
        ? this.#sql.placesOf.all(channelId)
        : this.#sql.thread.all(channelId, threadId);
    for (const { place } of gone as Row[]) this.#sweep.end(Number(place));
  }

  /** An edited or deleted message: its row and what it is found by. */
  #replace(change: Extract<Change, { do: "edit" | "delete" }>, deltas: Deltas): void {
    const { number } = change;
    const row = this.#sql.before.get(number) as Row | undefined;
    if (row === undefined) return;
    const place = Number(row["place"]);
    const before = JSON.parse(String(row["json"])) as Message;
    this.#indices.unmention(number, tokensOf(before));
    // What quotes it keeps no words that are deleted or changed.
    this.#sql.unquote.run(before.messageId);
    if (change.do === "edit") {
      this.#sql.edit.run(change.json, number);
      this.#indices.text(place, number, change.text);
      this.#indices.mention(place, number, change.tokens);
    } else {
      this.#sql.remove.run(number);
      this.#indices.text(place, number, null);
      if (before.poll !== undefined) this.votes.drop(before.poll.pollId);
      add(deltas, place, number, -1);
    }
  }

  #count(deltas: Deltas): void {
    for (const [place, blocks] of deltas) {
      let total = 0;
      for (const [block, count] of blocks) {
        this.#sql.addBlock.run(place, block, count);
        total += count;
      }
      this.#sql.addTotal.run(total, place);
    }
  }

  #place(place: Place): { readonly place: number; readonly total: number } {
    const row = this.#sql.place.get(place.channelId, place.threadId ?? "") as Row | undefined;
    return row === undefined
      ? { place: 0, total: 0 }
      : { place: Number(row["place"]), total: Number(row["total"]) };
  }

  #ensurePlace(place: Place, known: Map<string, number>): number {
    const key = `${place.channelId}/${place.threadId ?? ""}`;
    let found = known.get(key);
    if (found === undefined) {
      this.#sql.addPlace.run(place.channelId, place.threadId ?? "");
      found = this.#place(place).place;
      known.set(key, found);
    }
    return found;
  }

  /** Present messages of a place with a higher number. */
  #newer(place: number, number: number): number {
    const block = blockOf(number);
    const row = this.#sql.newer.get(place, block, place, number, (block + 1) * blockSize) as Row;
    return Number(row["count"]);
  }

  /** The exclusive upper bound of what is left when the newest `skip` of a place are passed over. */
  #numberAt(place: number, skip: number): number | undefined {
    let passed = 0;
    for (const row of this.#sql.blocks.iterate(place) as Iterable<Row>) {
      const count = Number(row["count"]);
      if (passed + count > skip) {
        const end = (Number(row["block"]) + 1) * blockSize;
        const at = this.#sql.numberAt.get(place, end, skip - passed) as Row;
        return Number(at["number"]) + 1;
      }
      passed += count;
    }
    return undefined;
  }
}

const blockOf = (number: number): number => Math.floor(number / blockSize);

function misfit(position: Position, record: Advance): RewoundError | undefined {
  if (record.seq < position.seq) return undefined;
  if (record.seq === position.seq) {
    if (record.id === position.id) return undefined;
    return new RewoundError(`record ${record.seq} is ${record.id}, projected was ${position.id}`);
  }
  if (record.seq === position.seq + 1 && record.prev === position.id) return undefined;
  return new RewoundError(
    `record ${record.seq} follows ${record.prev}, projected was ${position.seq} ${position.id}`,
  );
}

function add(deltas: Deltas, place: number, number: number, count: number): void {
  const blocks = deltas.get(place) ?? new Map<number, number>();
  deltas.set(place, blocks);
  const block = blockOf(number);
  blocks.set(block, (blocks.get(block) ?? 0) + count);
}
