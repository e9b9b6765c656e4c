/** The files that a source lies in: nothing is ever written beside them. */
import { createReadStream } from "node:fs";
import { open, readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createGunzip } from "node:zlib";
import { mayBeRead, plainFile, plainFolder } from "../folder-path.ts";
import { refuseBarred, SourceRefusal } from "../refusal.ts";
import { isOfSqlite, SqliteCopy } from "../sqlite-copy.ts";
import { banFile, channelFile, LineIdent, lineItem, silenceFile } from "./flat-files.ts";
import type { Reading } from "./forms.ts";
import { NameBook } from "./name-book.ts";
import { SqlDump } from "./sql-dump.ts";
import type { Stage } from "./stage.ts";
import type { Tables } from "./tables.ts";

export interface FillOptions {
  readonly path: string;
  readonly stage: Stage;
  /** @param zone that the source itself says its times are in */
  readonly reading: (zone: string | null, names: NameBook | null) => Reading;
  /** @param zone of the source, once it has said it */
  readonly tables: (zone: () => string | null) => Tables;
  /** Bytes of the source that are read so far, as they lie on the disk. */
  readonly onProgress: (bytes: number) => void;
  /** For what has to be copied before it can be read. */
  readonly folder: string;
  readonly onFault: (why: "cut" | "unreadable" | "too_long", part: string, line?: number) => void;
}

/** What a path leads to. */
export type Kind = "dump" | "zipped dump" | "sqlite" | "folder";

/** @throws SourceRefusal there is nothing, or nothing that can be read */
export async function kindOf(path: string): Promise<Kind> {
  const found = await stat(path).catch((cause: unknown) => {
    refuseBarred(path, cause);
    throw new SourceRefusal(`there is nothing to read at ${path}`, { cause });
  });
  // A pipe is read once, and whoever opens one waits until somebody writes.
  if (!(found.isFile() || found.isDirectory()))
    throw new SourceRefusal(`${path} is neither a file nor a folder`);
  await mayBeRead(path).catch((error: unknown) => refuseBarred(path, error));
  if (found.isDirectory()) return "folder";
  const start = await startOf(path);
  if (start.subarray(0, 15).toString("latin1") === "SQLite format 3") return "sqlite";
  if (start[0] === 0x1f && start[1] === 0x8b) return "zipped dump";
  const isPacked = ["PK\u0003\u0004", "BZh", "\u00fd7zXZ", "(\u00b5/\u00fd"].some((magic) =>
    start.toString("latin1").startsWith(magic),
  );
  if (isPacked)
    throw new SourceRefusal(
      `${basename(path)} is compressed; unpack it first (gzip is read as it is)`,
    );
  if (start.includes(0))
    throw new SourceRefusal(`${basename(path)} is neither a dump nor an SQLite file`);
  return "dump";
}

async function startOf(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

// ---- dumps ------------------------------------------------------------------------------------------------

export async function fillFromDump(options: FillOptions, isZipped: boolean): Promise<void> {
  const { path, onProgress, onFault, stage } = options;
  const part = basename(path);
  const tables = options.tables(() => dump.zone);
  const dump: SqlDump = new SqlDump(({ name, columns }) =>
    tables.wants(
      name,
      columns.map((column) => column.name),
    ),
  );
  const take = (items: ReturnType<SqlDump["push"]>): void => {
    for (const item of items) {
      const where = { part: item.table ?? part, line: item.line, row: item.row };
      if (item.kind === "row") tables.take(item.table, item.columns, item.cells, where);
      else stage.put({ kind: "passed", why: item.why }, where);
    }
  };
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  file.on("data", () => onProgress(file.bytesRead));
  const bytes = isZipped ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes) take(dump.push(chunk as Buffer));
  } catch (error) {
    if (!isZipped || !isOfZlib(error)) throw error;
    // What was packed ends early: what came is good.
    onFault("cut", part);
  }
  take(dump.end());
  if (tables.isEmpty) throw new SourceRefusal(`${part} holds no table of a Sock Chat server`);
}

const isOfZlib = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("Z_");

// ---- SQLite ------------------------------------------------------------------------------------------------

/** Reads a copy, of which nothing is computed. */
export async function fillFromSqlite(options: FillOptions): Promise<void> {
  const { path, folder, onFault, onProgress } = options;
  const copy = await SqliteCopy.open(path, folder);
  const tables = options.tables(() => "UTC");
  try {
    for (const name of copy.tables) {
      try {
        await fillFromTable(copy, name, tables, onFault);
      } catch (error) {
        if (!isOfSqlite(error)) throw error;
        onFault("unreadable", name);
      }
    }
  } finally {
    copy.close();
  }
  if (tables.isEmpty)
    throw new SourceRefusal(`${basename(path)} holds no table of a Sock Chat server`);
  onProgress((await stat(path)).size);
}

/** Nobody could type a message of so many. */
const valueBytesMax = 16 * 1024 * 1024;

async function fillFromTable(
  copy: SqliteCopy,
  name: string,
  tables: Tables,
  onFault: FillOptions["onFault"],
): Promise<void> {
  const columns = copy.columnsOf(name);
  if (!tables.wants(name, columns)) return;
  let row = 0;
  for await (const { values, isLong } of copy.rows(name, columns, valueBytesMax)) {
    row += 1;
    if (isLong) onFault("too_long", name, row);
    const cells = values.map((value) => (value === null ? null : String(value)));
    tables.take(name, columns, cells, { part: name, row });
  }
}

// ---- flat files ---------------------------------------------------------------------------------------------

/** Files of a folder, and the bytes that one of them is read of. */
const filesMax = 100_000;
const fileBytesMax = 64 * 1024;

/** The server's folder, or its `ffdb`. */
export async function fillFromFolder(options: FillOptions): Promise<void> {
  const { path, stage, onFault } = options;
  const own = join(path, "ffdb");
  const ffdb = (await plainFolder(path, own)) ? own : path;
  const chans = await plainFolder(path, join(ffdb, "chans"));
  const log = join(ffdb, "logs.txt");
  const found = await plainFile(path, log);
  if (!(chans || found))
    throw new SourceRefusal(`${path} is no folder of a Sock Chat server: there is no ffdb in it`);
  const reading = options.reading(null, new NameBook());
  for await (const [name, text] of smallFiles(path, join(ffdb, "chans"))) {
    stage.put(channelFile(text), { part: `chans/${name}` });
  }
  for await (const [name, text] of smallFiles(path, join(ffdb, "bans"))) {
    stage.put(banFile(text), { part: `bans/${name}` });
  }
  if (found) await fillFromLog(log, reading, options);
  else if (found === null) onFault("unreadable", "logs.txt");
}

/** The PHP server keeps its silences in such files also where all else is in a database. */
export async function fillFromSilences(
  folder: string,
  stage: Stage,
  byNames: boolean,
): Promise<void> {
  const given = await realpath(folder).catch(() => folder);
  for await (const [name, text] of smallFiles(given, given)) {
    stage.put(silenceFile(text, byNames), { part: `silences/${name}` });
  }
}

/** The regular files of a folder in another, or of that itself, by name, as far as each may be long. */
async function* smallFiles(
  around: string,
  folder: string,
): AsyncGenerator<[name: string, text: string]> {
  if (!(await plainFolder(around, folder))) return;
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  for (const name of names.sort().slice(0, filesMax)) {
    const found = await plainFile(around, join(folder, name));
    if (found && found.size <= fileBytesMax)
      yield [name, await readFile(join(folder, name), "utf8")];
  }
}

/** Bytes of one line of the log. */
const lineBytesMax = 1024 * 1024;

async function fillFromLog(path: string, reading: Reading, options: FillOptions): Promise<void> {
  const { stage, onFault, onProgress } = options;
  const idents = new LineIdent();
  let number = 0;
  const take = (line: string, isWhole: boolean): void => {
    number += 1;
    if (line.trim() === "") return;
    const item = lineItem(line, number, reading);
    const where = { part: "logs.txt", line: number };
    if (item === null) onFault(isWhole ? "unreadable" : "cut", "logs.txt", number);
    else stage.put(item.kind === "said" ? { ...item, ident: idents.of(line) } : item, where);
  };
  let rest = Buffer.alloc(0);
  let isLong = false;
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  for await (const chunk of file as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      const line = Buffer.concat([rest, chunk.subarray(from, end)]);
      rest = Buffer.alloc(0);
      from = end + 1;
      if (isLong || line.length > lineBytesMax) {
        number += 1;
        onFault("too_long", "logs.txt", number);
      } else take(line.toString("utf8"), true);
      isLong = false;
    }
    isLong ||= rest.length + chunk.length - from > lineBytesMax;
    rest = isLong ? Buffer.alloc(0) : Buffer.concat([rest, chunk.subarray(from)]);
    onProgress(file.bytesRead);
  }
  if (rest.length > 0) take(rest.toString("utf8"), false);
}
