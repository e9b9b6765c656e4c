/** Who chose what in polls, in the order of their first vote. Runs in the worker thread. */
import type { MessageId, OptionId, PollId, UserId } from "@dragoman/bus-schema";
import type Database from "libsql";
import type { Row } from "./row.ts";

export const voteLayout = `
CREATE TABLE votes (
  vote INTEGER PRIMARY KEY,
  poll TEXT NOT NULL,
  user TEXT NOT NULL,
  chosen TEXT NOT NULL,
  UNIQUE (poll, user)
) STRICT;
CREATE TABLE ended_polls (
  poll TEXT PRIMARY KEY,
  message TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
`;

/** What one person chose in one poll. */
export interface Vote {
  readonly pollId: PollId;
  readonly userId: UserId;
  readonly optionIds: readonly OptionId[];
}

export class VoteTable {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Database.Database) {
    this.#sql = prepare(db);
  }

  set({ pollId, userId, optionIds }: Vote): void {
    this.#sql.set.run(pollId, userId, JSON.stringify(optionIds));
  }

  /** What an account chose, that became part of another, is the other's where this has chosen nothing. */
  merge(intoId: UserId, fromId: UserId): void {
    this.#sql.merge.run(intoId, fromId);
  }

  /** The poll has ended. */
  end(pollId: PollId, messageId: MessageId): void {
    this.#sql.end.run(pollId, messageId);
  }

  /** The message of a poll that has ended, by its id or the poll's; undefined: there is none. */
  ended(ref: string): MessageId | undefined {
    const row = this.#sql.ended.get(ref, ref) as Row | undefined;
    return row === undefined ? undefined : (String(row["message"]) as MessageId);
  }

  /** The poll went with its message. */
  drop(pollId: PollId): void {
    this.#sql.drop.run(pollId);
    this.#sql.dropEnded.run(pollId);
  }

  /** What a person chose in some polls. */
  of(userId: UserId, pollIds: readonly PollId[]): readonly Vote[] {
    return (this.#sql.of.all(userId, JSON.stringify(pollIds)) as Row[]).map(voteOf);
  }

  /** The first so many votes of a poll. */
  in(pollId: PollId, limit: number): readonly Vote[] {
    return (this.#sql.in.all(pollId, limit) as Row[]).map(voteOf);
  }
}

function voteOf(row: Row): Vote {
  return {
    pollId: row["poll"] as PollId,
    userId: row["user"] as UserId,
    optionIds: JSON.parse(String(row["chosen"])) as readonly OptionId[],
  };
}

function prepare(db: Database.Database) {
  return {
    set: db.prepare(
      `INSERT INTO votes (poll, user, chosen) VALUES (?, ?, ?)
       ON CONFLICT (poll, user) DO UPDATE SET chosen = excluded.chosen`,
    ),
    merge: db.prepare("UPDATE OR IGNORE votes SET user = ? WHERE user = ?"),
    end: db.prepare("INSERT OR IGNORE INTO ended_polls VALUES (?, ?)"),
    ended: db.prepare("SELECT message FROM ended_polls WHERE poll = ? OR message = ?"),
    drop: db.prepare("DELETE FROM votes WHERE poll = ?"),
    dropEnded: db.prepare("DELETE FROM ended_polls WHERE poll = ?"),
    of: db.prepare(
      `SELECT poll, user, chosen FROM votes
       WHERE user = ? AND poll IN (SELECT value FROM json_each(?))`,
    ),
    in: db.prepare("SELECT poll, user, chosen FROM votes WHERE poll = ? ORDER BY vote LIMIT ?"),
  };
}
