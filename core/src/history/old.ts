/** Finds messages that are kept no longer (`retention`): place by place, each from its oldest on. */
import type { ChannelId, Message } from "@dragoman/bus-schema";
import type Database from "libsql";
import type { Row } from "./row.ts";

/** Places that one question looks at: a channel without anything old costs one row. */
const placesMax = 200;

/** What was created before goes, in epoch µs; null: nothing. `channels`: those with a time of their own. */
export interface KeptSince {
  readonly atUs: number | null;
  readonly channels: readonly (readonly [ChannelId, number | null])[];
}

/** Old messages, and behind which place to go on; null: that was the last. Without any to go on with: the same again. */
export interface Old {
  readonly messages: readonly Pick<Message, "messageId" | "number" | "place" | "author">[];
  readonly next: number | null;
}

export class OldMessages {
  readonly #places: Database.Statement;
  readonly #oldest: Database.Statement;

  constructor(db: Database.Database) {
    this.#places = db.prepare(
      "SELECT place, channel FROM places WHERE place > ? ORDER BY place LIMIT ?",
    );
    this.#oldest = db.prepare("SELECT json FROM messages WHERE place = ? ORDER BY number LIMIT ?");
  }

  /** The first so many behind a place, in the order of places. Times of one place rise. */
  find(behind: number, since: KeptSince, limit: number): Old {
    const ofChannel = new Map(since.channels);
    const found: Old["messages"][number][] = [];
    const places = this.#places.all(behind, placesMax) as Row[];
    let passed = behind;
    for (const { place, channel } of places) {
      const own = ofChannel.get(channel as ChannelId);
      const beforeUs = own === undefined ? since.atUs : own;
      if (beforeUs !== null) this.#take(Number(place), beforeUs, limit, found);
      if (found.length >= limit) return { messages: found, next: passed };
      passed = Number(place);
    }
    return { messages: found, next: places.length < placesMax ? null : passed };
  }

  #take(place: number, beforeUs: number, limit: number, found: Old["messages"][number][]): void {
    for (let asked = 1; found.length < limit; asked = limit) {
      const rows = this.#oldest.all(place, asked) as Row[];
      const messages = rows.map(({ json }) => JSON.parse(String(json)) as Message);
      const known = asked === 1 ? 0 : 1;
      for (const { messageId, number, place: where, author, createdAtUs } of messages.slice(
        known,
      )) {
        if (createdAtUs >= beforeUs || found.length >= limit) return;
        found.push({ messageId, number, place: where, author });
      }
      if (asked > 1 || rows.length === 0) return;
    }
  }
}
