/**
 * Who was there by which protocol, day by day (docs/migrating.md). People stand in it by their ids, for a month at most; of the
 * days before the counts alone are kept. Runs in the worker thread.
 */
import type { AnswerOf, UserId } from "@dragoman/bus-schema";
import type Database from "libsql";
import type { AdoptionChange } from "./adoption.ts";
import type { Row } from "./row.ts";

/** `here`: live sessions, so that whoever stays over midnight is there on the next day as well. */
export const adoptionLayout = `
CREATE TABLE here (
  session TEXT PRIMARY KEY,
  user TEXT NOT NULL,
  protocol TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE adoption (
  day INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  user TEXT NOT NULL,
  spoke INTEGER NOT NULL,
  PRIMARY KEY (day, user, protocol)
) STRICT, WITHOUT ROWID;
CREATE TABLE adoption_counts (
  day INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  people INTEGER NOT NULL,
  spoke INTEGER NOT NULL,
  alone INTEGER NOT NULL,
  PRIMARY KEY (day, protocol)
) STRICT, WITHOUT ROWID;
CREATE TABLE adoption_clients (
  day INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  kind TEXT NOT NULL,
  sessions INTEGER NOT NULL,
  PRIMARY KEY (day, protocol, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE adoption_day (one INTEGER PRIMARY KEY CHECK (one = 1), day INTEGER NOT NULL) STRICT;
INSERT INTO adoption_day VALUES (1, 0);
`;

/** Days at most for which somebody who stays is entered at once: a house that slept. */
const stayedDaysMax = 31;
/** Kinds of clients of a protocol on one day: what clients say of themselves is theirs to choose. */
const kindsMax = 30;
/** Where there are more, those that come later. */
const otherKind = "other";

export class AdoptionTable {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #namesDays: number;

  /** @param namesDays for how many days people stand in it by their ids */
  constructor(db: Database.Database, namesDays: number) {
    this.#sql = prepare(db);
    this.#namesDays = namesDays;
  }

  take(change: AdoptionChange): void {
    const kept = this.#turn(change.day) - this.#namesDays;
    switch (change.do) {
      case "come":
        this.#sql.come.run(change.sessionId, change.userId, change.protocol);
        if (change.day <= kept) return;
        this.#sql.enter.run(change.day, change.protocol, change.userId, 0);
        if (change.client !== undefined) this.#client(change.day, change.protocol, change.client);
        return;
      case "go":
        this.#sql.go.run(change.sessionId);
        return;
      case "speak":
        if (change.day > kept) {
          this.#sql.enter.run(change.day, change.protocol, change.userId, 1);
        }
        return;
      default:
        change satisfies never;
    }
  }

  /** An account became part of another. */
  merge(intoId: UserId, fromId: UserId): void {
    this.#sql.mergeDays.run(intoId, fromId);
    this.#sql.drop.run(fromId);
    this.#sql.mergeHere.run(intoId, fromId);
  }

  /** The last days, and who was there by one protocol alone in them, as far as ids are kept. */
  days(count: number, namesMax: number): AnswerOf<"adoption.days"> {
    const { day: last } = this.#sql.day.get() as { readonly day: number };
    const first = last - count + 1;
    const rows = [
      ...(this.#sql.counted.all(first) as Row[]),
      ...(this.#sql.counts.all(first) as Row[]),
    ];
    const alone = this.#sql.alone.all(first, namesMax) as Row[];
    const clients = this.#sql.clients.all(first) as Row[];
    return {
      days: rows.map((row) => ({
        day: Number(row["day"]),
        protocol: String(row["protocol"]),
        people: Number(row["people"]),
        spoke: Number(row["spoke"]),
        alone: Number(row["alone"]),
      })),
      clients: clients.map((row) => ({
        protocol: String(row["protocol"]),
        kind: String(row["kind"]),
        sessions: Number(row["sessions"]),
      })),
      alone: alone.map((row) => ({
        protocol: String(row["protocol"]),
        userId: String(row["user"]) as UserId,
        day: Number(row["day"]),
      })),
    };
  }

  /**
   * Another day begins: who is here is there on it, and on those between; ids that are old go.
   * @returns the last day that there was
   */
  #turn(day: number): number {
    const { day: before } = this.#sql.day.get() as { readonly day: number };
    if (day <= before) return before;
    for (let each = Math.max(before + 1, day - stayedDaysMax); each <= day; each += 1) {
      this.#sql.stay.run(each);
    }
    const kept = day - this.#namesDays;
    this.#sql.count.run(kept);
    this.#sql.forget.run(kept);
    this.#sql.setDay.run(day);
    return day;
  }

  #client(day: number, protocol: string, kind: string): void {
    const { known, all } = this.#sql.kinds.get(kind, day, protocol) as {
      readonly known: number | null;
      readonly all: number;
    };
    const shown = known === 1 || all < kindsMax ? kind : otherKind;
    this.#sql.client.run(day, protocol, shown);
  }
}

const alonePerDay = `NOT EXISTS (
  SELECT 1 FROM adoption AS other
  WHERE other.day = adoption.day AND other.user = adoption.user AND other.protocol <> adoption.protocol
)`;
const counts = `SELECT day, protocol, count(*) AS people, sum(spoke) AS spoke, sum(${alonePerDay}) AS alone
  FROM adoption`;

function prepare(db: Database.Database) {
  const sql = (text: string): Database.Statement => db.prepare(text);
  return {
    day: sql("SELECT day FROM adoption_day"),
    setDay: sql("UPDATE adoption_day SET day = ?"),
    come: sql("INSERT OR REPLACE INTO here VALUES (?, ?, ?)"),
    go: sql("DELETE FROM here WHERE session = ?"),
    enter: sql(
      `INSERT INTO adoption (day, protocol, user, spoke) VALUES (?, ?, ?, ?)
       ON CONFLICT (day, user, protocol) DO UPDATE SET spoke = 1 WHERE excluded.spoke > spoke`,
    ),
    stay: sql("INSERT OR IGNORE INTO adoption SELECT ?, protocol, user, 0 FROM here"),
    count: sql(
      `INSERT OR REPLACE INTO adoption_counts ${counts} WHERE day <= ? GROUP BY day, protocol`,
    ),
    forget: sql("DELETE FROM adoption WHERE day <= ?"),
    counted: sql("SELECT * FROM adoption_counts WHERE day >= ? ORDER BY day, protocol"),
    counts: sql(`${counts} WHERE day >= ? GROUP BY day, protocol ORDER BY day, protocol`),
    alone: sql(
      `SELECT user, min(protocol) AS protocol, max(day) AS day FROM adoption WHERE day >= ?
       GROUP BY user HAVING min(protocol) = max(protocol) ORDER BY day DESC, user LIMIT ?`,
    ),
    kinds: sql(
      `SELECT max(kind = ?) AS known, count(*) AS "all" FROM adoption_clients
       WHERE day = ? AND protocol = ?`,
    ),
    client: sql(
      `INSERT INTO adoption_clients VALUES (?, ?, ?, 1)
       ON CONFLICT (day, protocol, kind) DO UPDATE SET sessions = sessions + 1`,
    ),
    clients: sql(
      `SELECT protocol, kind, sum(sessions) AS sessions FROM adoption_clients WHERE day >= ?
       GROUP BY protocol, kind ORDER BY protocol, sessions DESC, kind LIMIT 200`,
    ),
    mergeDays: sql(
      `INSERT INTO adoption SELECT day, protocol, ?, spoke FROM adoption WHERE user = ?
       ON CONFLICT (day, user, protocol) DO UPDATE SET spoke = 1 WHERE excluded.spoke > spoke`,
    ),
    drop: sql("DELETE FROM adoption WHERE user = ?"),
    mergeHere: sql("UPDATE here SET user = ? WHERE user = ?"),
  };
}
