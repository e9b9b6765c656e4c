/** Walks through what the projection holds, from its beginning to its end: for whoever takes all of it elsewhere. */
import type { AnswerOf, Place, PollId, UserId } from "@dragoman/bus-schema";
import { exportBytesMax, exportPageMax } from "@dragoman/bus-schema/bounds";
import type Database from "libsql";
import type { Walked } from "./exchange.ts";
import { whole, wholeColumns } from "./reading.ts";
import type { Row } from "./row.ts";

/** Messages that are read at once: each may have 100 KB. */
const atOnce = 50;

export class Walk {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Database.Database) {
    this.#sql = prepare(db);
  }

  /** Messages of a place behind a number, oldest first. */
  messages({ channelId, threadId }: Place, after: number): Walked {
    const found = this.#sql.place.get(channelId, threadId ?? "") as Row | undefined;
    if (found === undefined) return { messages: [], total: 0, next: null };
    const messages: string[] = [];
    let bytes = 0;
    let last = after;
    let rows: Row[];
    do {
      rows = this.#sql.messages.all(found["place"], last, atOnce) as Row[];
      for (const row of rows) {
        const json = whole(row);
        messages.push(json);
        bytes += json.length;
        last = Number(row["number"]);
        if (bytes >= exportBytesMax) break;
      }
    } while (rows.length === atOnce && bytes < exportBytesMax && messages.length < exportPageMax);
    const isEnd = rows.length < atOnce && last === Number(rows.at(-1)?.["number"] ?? last);
    return { messages, total: Number(found["total"]), next: isEnd ? null : last };
  }

  /** Votes of a poll behind the nth of all, in their order. */
  votes(pollId: PollId, after: number): AnswerOf<"export.votes"> {
    const rows = this.#sql.votes.all(pollId, after, exportPageMax) as Row[];
    const last = rows.at(-1)?.["vote"];
    return {
      votes: rows.map((row) => ({
        userId: row["user"] as UserId,
        optionIds: JSON.parse(String(row["chosen"])) as string[],
      })),
      next: rows.length < exportPageMax ? null : Number(last),
    };
  }

  /** How far people have read, one after the other. */
  marks(userIds: readonly UserId[]): AnswerOf<"export.marks"> {
    const rows = this.#sql.marks.all(JSON.stringify(userIds)) as Row[];
    return {
      marks: rows.map(({ user, channel, thread, id, number }) => ({
        userId: user as UserId,
        place: (thread === ""
          ? { channelId: channel }
          : { channelId: channel, threadId: thread }) as Place,
        messageId: id as AnswerOf<"export.marks">["marks"][number]["messageId"],
        number: Number(number),
      })),
    };
  }
}

function prepare(db: Database.Database) {
  return {
    place: db.prepare("SELECT place, total FROM places WHERE channel = ? AND thread = ?"),
    messages: db.prepare(
      `SELECT ${wholeColumns}, number FROM messages WHERE place = ? AND number > ?
       ORDER BY number LIMIT ?`,
    ),
    votes: db.prepare(
      "SELECT vote, user, chosen FROM votes WHERE poll = ? AND vote > ? ORDER BY vote LIMIT ?",
    ),
    marks: db.prepare(
      `SELECT user, channel, thread, id, number FROM marks JOIN places USING (place)
       WHERE user IN (SELECT value FROM json_each(?)) ORDER BY user, place`,
    ),
  };
}
