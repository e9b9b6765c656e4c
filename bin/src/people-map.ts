/**
 * The file by which an owner says who of a source is whom of the house (`import --map`): a table with commas, as spreadsheets
 * write it. A dry run makes it, with suggestions that count for nothing until they stand under `becomes`.
 */
import { readFile } from "node:fs/promises";
import type { RosterUser, UserId } from "@dragoman/bus-schema";
import type { Source } from "@dragoman/import";
import { OperatorError } from "@dragoman/service-kit";
import { writePrivate } from "./data-folder.ts";

const columns = ["person", "name", "becomes", "suggestion", "why"] as const;
type Someone = Pick<Source["people"][number], "id" | "name">;

const bytesMax = 64 * 1024 * 1024;

/** Who of the house might be the same, and why. */
export interface Suggestion {
  readonly name: string;
  readonly why: string;
}

/** Writes a file with everybody of the source. */
export function writeMap(
  path: string,
  people: readonly Someone[],
  suggest: (person: Someone) => Suggestion | undefined,
): void {
  const rows = people.map((person) => {
    const { name = "", why = "" } = suggest(person) ?? {};
    return [person.id, person.name, "", name, why];
  });
  const lines = [[...columns], ...rows].map((row) => row.map(cell).join(","));
  writePrivate(path, `${lines.join("\r\n")}\r\n`);
}

/** What a spreadsheet would take for a formula: names come from strangers. */
const formula = /^'*[=+\-@\t\r]/;

function cell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const uncell = (text: string): string =>
  text.startsWith("'") && formula.test(text) ? text.slice(1) : text;

/**
 * Reads a file.
 * @throws OperatorError it is no such file, or names somebody twice, or nobody of the source or of the house
 */
export async function readMap(
  path: string,
  people: readonly Pick<Someone, "id">[],
  users: readonly RosterUser[],
): Promise<ReadonlyMap<string, UserId>> {
  const [head, ...rows] = cellsOf(await textOf(path));
  const at = (column: string): number => head?.indexOf(column) ?? -1;
  const [person, becomes] = [at("person"), at("becomes")];
  if (person === -1 || becomes === -1) {
    throw new OperatorError(
      `${path}: its first line has to name the columns person and becomes`,
      2,
    );
  }
  const ids = new Set(people.map(({ id }) => id));
  const known = accountsOf(users);
  const found = new Map<string, UserId>();
  const named = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const [id = "", wanted = ""] = [row[person], row[becomes]];
    const wrong = (why: string): OperatorError =>
      new OperatorError(`${path}, row ${index + 2}: ${why}`, 2);
    if (wanted.trim() === "") continue;
    if (!ids.has(id)) throw wrong(`the source has no person ${JSON.stringify(id)}`);
    if (named.has(id)) throw wrong(`${JSON.stringify(id)} stands there twice`);
    named.add(id);
    const userId = known.get(wanted.trim().toLowerCase());
    if (userId === undefined) throw wrong(`the house has no account ${JSON.stringify(wanted)}`);
    found.set(id, userId);
  }
  return found;
}

/** Accounts by name and by number; whoever has ended is none. */
function accountsOf(users: readonly RosterUser[]): ReadonlyMap<string, UserId> {
  const known = new Map<string, UserId>();
  for (const { userId, name, number, departed } of users) {
    if (departed) continue;
    known.set(String(number), userId);
    known.set(name.toLowerCase(), userId);
  }
  return known;
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const why = `${path} cannot be read; a dry run with --map writes it where it is not there`;
    throw new OperatorError(why, 2, { cause });
  });
  if (bytes.length > bytesMax) throw new OperatorError(`${path} is too large`, 2);
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}

/** The cells of a text; also with semicolons between them, as some spreadsheets write it. */
export function cellsOf(text: string): readonly (readonly string[])[] {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const between = first.includes(";") && !first.includes(",") ? ";" : ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quoted = text[at] === '"';
    const end = quoted ? endOfQuoted(text, at + 1) : endOfPlain(text, at, between);
    const raw = quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end);
    row.push(uncell(raw));
    at = quoted ? end + 1 : end;
    if (text[at] === between) {
      at += 1;
      if (at < text.length) continue;
      row.push("");
    }
    at = text.startsWith("\r\n", at) ? at + 2 : at + 1;
    rows.push(row);
    row = [];
  }
  return rows.filter((cells) => cells.some((each) => each !== ""));
}

function endOfQuoted(text: string, from: number): number {
  for (let at = from; ; at += 1) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    if (text[at + 1] !== '"') return at;
    at += 1;
  }
}

function endOfPlain(text: string, from: number, between: string): number {
  let at = from;
  while (at < text.length && text[at] !== between && text[at] !== "\n" && text[at] !== "\r")
    at += 1;
  return at;
}
