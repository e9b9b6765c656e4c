/** Reads of single messages and of found ones; pages and counts are the projection's own (`projection.ts`). */
import type { Place, QueryOf } from "@dragoman/bus-schema";
import { pinnedMax } from "@dragoman/bus-schema/bounds";
import type Database from "libsql";
import type { Found } from "./exchange.ts";
import { numberBits } from "./layout.ts";
import { searchText } from "./mention.ts";
import { Rarity, trigramsOf } from "./rarity.ts";
import type { Row } from "./row.ts";

/**
 * Up to so many texts are simply looked through, the newest: all of a small place, and those of any place for what
 * is shorter than a trigram.
 */
export const scannedMax = 10_000;
/** Trigrams of a text that the index is asked for; the texts that it finds are looked at anyway. */
const trigramsMax = 4;
/** Texts of a large place by which its rare trigrams are known. */
const sampleMax = 3_000;

/** How long one search of many places takes at most, but for its last place; and letters of what it finds. */
const matchesMs = 50;
const matchesLettersMax = 256 * 1024;
const none: Found = { messages: [] };

/** Where the projection's counters help. */
export interface Ranks {
  /** The row id of a place and how many present messages it has; place 0: none. */
  place(place: Place): { readonly place: number; readonly total: number };
  /** Present messages of a place with a higher number. */
  newer(place: number, number: number): number;
}

/** The JSON of a message as it is now: what is stored, with its pin and reactions. */
export function whole(row: Row): string {
  const json = String(row["json"]);
  const pinned = row["pinned"] === 1 ? ',"pinned":true' : "";
  const reactions = row["reactions"] === null ? "" : `,"reactions":${String(row["reactions"])}`;
  return pinned === "" && reactions === "" ? json : `${json.slice(0, -1)}${pinned}${reactions}}`;
}

/** The columns that `whole` needs. */
export const wholeColumns = "json, pinned, reactions";

export class Reading {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #ranks: Ranks;
  readonly #smallMax: number;
  readonly #rarity: Rarity;

  /** @param smallMax messages of a place up to which its texts are looked through without the index */
  constructor(db: Database.Database, ranks: Ranks, smallMax = scannedMax) {
    this.#sql = prepare(db);
    this.#ranks = ranks;
    this.#smallMax = smallMax;
    const sample = this.#sql.sample.raw();
    this.#rarity = new Rarity((place) => (sample.all(place, sampleMax) as string[][]).flat());
  }

  around({ place, messageId, above, below }: QueryOf<"message.around">): Found {
    const at = this.#at(place, messageId);
    if (at === undefined) return { messages: [], start: 0 };
    const newer = this.#sql.newer.all(at.place, at.number, above) as Row[];
    const older = this.#sql.older.all(at.place, at.number, below + 1) as Row[];
    const first = Number(older.at(-1)?.["number"] ?? at.number);
    const start = at.total - this.#ranks.newer(at.place, first) - 1;
    return { messages: [...older.reverse(), ...newer].map(whole), start };
  }

  one({ place, messageId }: QueryOf<"message.one">): Found {
    const at = this.#at(place, messageId);
    if (at === undefined) return { messages: [] };
    return { messages: (this.#sql.older.all(at.place, at.number, 1) as Row[]).map(whole) };
  }

  replies({ place, messageId, limit }: QueryOf<"message.replies">): Found {
    const at = this.#ranks.place(place).place;
    return { messages: (this.#sql.replies.all(messageId, at, limit) as Row[]).map(whole) };
  }

  pinned({ place }: QueryOf<"message.pinned">): Found {
    const at = this.#ranks.place(place).place;
    return { messages: (this.#sql.pinned.all(at, pinnedMax) as Row[]).map(whole) };
  }

  /**
   * Searches place after place, as far as others may wait for it.
   * @param nowMs a clock that does not run backwards
   */
  matches(
    { places, ...what }: QueryOf<"message.matches">,
    isSearched: readonly boolean[],
    nowMs: () => number,
  ): Found {
    const messages: string[] = [];
    const endMs = nowMs() + matchesMs;
    let bytes = 0;
    let searched = 0;
    for (const place of places) {
      const found = isSearched[searched] ? this.search({ place, ...what }) : none;
      for (const json of found.messages) bytes += json.length;
      // What no longer fits is asked for anew.
      if (searched > 0 && bytes > matchesLettersMax) break;
      messages.push(...found.messages);
      searched += 1;
      if (nowMs() > endMs) break;
    }
    return { messages, searched };
  }

  search({ place, text, limit }: Omit<QueryOf<"message.search">, "type">): Found {
    const at = this.#ranks.place(place);
    const wanted = searchText(text);
    const isScanned = at.total <= this.#smallMax || trigramsOf(wanted).length === 0;
    const rows = isScanned
      ? this.#sql.scan.all(at.place, scannedMax, wanted, limit)
      : this.#sql.search.all(at.place, this.#match(at.place, wanted), wanted, limit);
    return { messages: (rows as Row[]).map(whole) };
  }

  /** What the index is asked for: some trigrams of the text, all of them in one message. */
  #match(place: number, wanted: string): string {
    const trigrams = this.#rarity.rarest(place, wanted, trigramsMax);
    return trigrams.map((each) => `"${each.replaceAll('"', '""')}"`).join(" AND ");
  }

  /** Messages with one of the tokens in one of the channels, threads included. */
  pings(
    tokens: readonly string[],
    channelIds: readonly string[],
    { limit, offset }: Pick<QueryOf<"message.pings">, "limit" | "offset">,
  ): Found {
    const [named, seen] = [JSON.stringify(tokens), JSON.stringify(channelIds)];
    const total = Number((this.#sql.pingCount.get(named, seen) as Row)["count"]);
    const rows = this.#sql.pings.all(named, seen, limit, offset) as Row[];
    return { messages: rows.map(whole), total };
  }

  /** Where a message stands, if that is in the place; a place without a thread is the whole channel. */
  #at(asked: Place, messageId: string) {
    const row = this.#sql.at.get(messageId) as Row | undefined;
    if (row === undefined || row["channel"] !== asked.channelId) return undefined;
    if (asked.threadId !== undefined && row["thread"] !== asked.threadId) return undefined;
    const { place, number, total } = row;
    return { place: Number(place), number: Number(number), total: Number(total) };
  }
}

const pinging = `SELECT DISTINCT number FROM mentions
  WHERE token IN (SELECT value FROM json_each(?))
    AND place IN (SELECT place FROM places WHERE channel IN (SELECT value FROM json_each(?)))`;

function prepare(db: Database.Database) {
  const select = (rest: string): Database.Statement =>
    db.prepare(`SELECT ${wholeColumns}, number FROM messages ${rest}`);
  return {
    at: db.prepare(
      `SELECT m.number, p.place, p.channel, p.thread, p.total
       FROM messages m JOIN places p ON p.place = m.place WHERE m.id = ?`,
    ),
    newer: select("WHERE place = ? AND number > ? ORDER BY number LIMIT ?"),
    older: select("WHERE place = ? AND number <= ? ORDER BY number DESC LIMIT ?"),
    replies: select("WHERE reply_to = ? AND place = ? ORDER BY number LIMIT ?"),
    pinned: select("WHERE place = ? AND pinned = 1 ORDER BY number DESC LIMIT ?"),
    scan: select(
      `WHERE number IN (
         SELECT number FROM (
           SELECT number, text FROM texts WHERE place = ? ORDER BY number DESC LIMIT ?
         ) WHERE instr(text, ?) > 0 LIMIT ?
       ) ORDER BY number DESC`,
    ),
    sample: db.prepare("SELECT text FROM texts WHERE place = ? ORDER BY number DESC LIMIT ?"),
    // CROSS JOIN: the index leads, from the newest on, and stops when enough is found.
    search: select(
      `WHERE number IN (
         SELECT t.number FROM search s CROSS JOIN texts t
         WHERE s.rowid BETWEEN (?1 << ${numberBits}) AND ((?1 + 1) << ${numberBits}) - 1
           AND search MATCH ?2 AND t.place = ?1
           AND t.number = s.rowid & ${2 ** numberBits - 1} AND instr(t.text, ?3) > 0
         ORDER BY s.rowid DESC LIMIT ?4
       ) ORDER BY number DESC`,
    ),
    pingCount: db.prepare(`SELECT count(*) AS count FROM (${pinging})`),
    pings: select(
      `WHERE number IN (${pinging} ORDER BY number DESC LIMIT ? OFFSET ?) ORDER BY number DESC`,
    ),
  };
}
