/** The audit log in the projection: entries in the order of the journal. Runs in the worker thread. */
import type { AnswerOf, AuditEntry } from "@dragoman/bus-schema";
import type Database from "libsql";
import type { AuditChange } from "./audit.ts";
import type { AuditFilter } from "./exchange.ts";
import type { Row } from "./row.ts";

export const auditLayout = `
CREATE TABLE audit (
  entry INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  act TEXT NOT NULL,
  actor TEXT,
  target TEXT,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_act ON audit (act, at);
CREATE INDEX audit_by_actor ON audit (actor, entry);
CREATE INDEX audit_by_target ON audit (target, entry);
`;

/** A summary looks at so many of the newest entries. */
const summaryMax = 10_000;

export class AuditTable {
  readonly #db: Database.Database;
  readonly #add: Database.Statement;
  readonly #drop: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#add = db.prepare(
      "INSERT INTO audit (at, act, actor, target, json) VALUES (?, ?, ?, ?, ?)",
    );
    this.#drop = db.prepare("DELETE FROM audit WHERE act = ? AND at < ?");
  }

  add({ atMs, act, actorId, targetId, json }: AuditChange): void {
    this.#add.run(atMs, act, actorId, targetId, json);
  }

  /** Entries, newest first. `cutoffs` are the times from which those of an act are kept. */
  entries(
    query: AuditFilter,
    cutoffs: readonly (readonly [act: string, sinceMs: number])[],
  ): AnswerOf<"audit.entries"> {
    for (const [act, sinceMs] of cutoffs) this.#drop.run(act, sinceMs);
    const { where, values } = conditionsOf(query);
    const count = this.#db.prepare(`SELECT count(*) AS count FROM audit ${where}`);
    const page = this.#db.prepare(
      `SELECT entry, at, act, actor, target, json FROM audit ${where}
       ORDER BY entry DESC LIMIT ? OFFSET ?`,
    );
    const { count: total } = count.get(...values) as { readonly count: number };
    const found = page.all(...values, query.limit, query.offset) as Row[];
    return { entries: found.map(entryOf), total };
  }

  summary(
    cutoffs: readonly (readonly [act: string, sinceMs: number])[],
  ): AnswerOf<"audit.summary"> {
    for (const [act, sinceMs] of cutoffs) this.#drop.run(act, sinceMs);
    const counts = this.#db
      .prepare(
        `SELECT act, count(*) AS count FROM
           (SELECT act, entry FROM audit ORDER BY entry DESC LIMIT ?)
         GROUP BY act ORDER BY max(entry) DESC`,
      )
      .all(summaryMax) as Row[];
    const { total } = this.#db.prepare("SELECT count(*) AS total FROM audit").get() as Row;
    return {
      counts: counts.map((row) => ({ act: String(row["act"]), count: Number(row["count"]) })),
      total: Number(total),
    };
  }
}

function conditionsOf(query: AuditFilter): {
  readonly where: string;
  readonly values: readonly (string | number)[];
} {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, ...given: readonly (string | number)[]): void => {
    conditions.push(condition);
    values.push(...given);
  };
  const any = (column: string, of: readonly string[]): void =>
    add(`${column} IN (${of.map(() => "?").join(", ")})`, ...of);
  const { acts, actorIds, byOperator, targetIds, afterMs } = query;
  if (acts !== undefined) any("act", acts);
  if (actorIds !== undefined) any("actor", actorIds);
  if (byOperator) add("actor IS NULL AND json_extract(json, '$.by') = 'operator'");
  if (targetIds !== undefined) any("target", targetIds);
  if (afterMs !== undefined) add("at > ?", afterMs);
  return {
    where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`,
    values,
  };
}

function entryOf(row: Row): AuditEntry {
  return {
    entry: Number(row["entry"]),
    atMs: Number(row["at"]),
    act: String(row["act"]),
    actorId: (row["actor"] ?? null) as AuditEntry["actorId"],
    targetId: (row["target"] ?? null) as AuditEntry["targetId"],
    ...(JSON.parse(String(row["json"])) as Pick<AuditEntry, "targetName" | "details">),
  };
}
