/** The history's database as a file: looked into and copied by whoever does not write to it. */
import Database from "libsql";
import { unclean } from "./erase.ts";
import { stepsFrom } from "./layout.ts";
import type { Row } from "./row.ts";

const lockMs = 5_000;

/** What a database file holds; null: it is none of a layout that can be read. */
export function positionIn(path: string): { readonly seq: number; readonly id: string } | null {
  const db = new Database(path, { timeout: lockMs });
  try {
    const [version] = db.prepare("PRAGMA user_version").raw().get() as number[];
    if (version === undefined || stepsFrom(version) === undefined) return null;
    const row = db.prepare("SELECT seq, id FROM journal_position").get() as Row;
    return { seq: Number(row["seq"]), id: String(row["id"]) };
  } catch {
    return null;
  } finally {
    db.close();
  }
}

/** Whether a database file may still hold what was taken away of a person who is forgotten. */
export function isUnclean(path: string): boolean {
  const db = new Database(path, { timeout: lockMs, fileMustExist: true });
  try {
    const [mark] = db.prepare("PRAGMA application_id").raw().get() as number[];
    return mark === unclean;
  } finally {
    db.close();
  }
}

/** Writes a whole copy of a database that is in use, as it is at one moment. */
export function copyOf(path: string, to: string): void {
  const db = new Database(path, { timeout: lockMs, fileMustExist: true });
  try {
    db.prepare("VACUUM INTO ?").run(to);
  } finally {
    db.close();
  }
}
