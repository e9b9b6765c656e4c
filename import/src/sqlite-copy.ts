/**
 * An SQLite file of another server, read from a copy: opening a database can write to it. Whoever made the file may mean harm,
 * so nothing of it is computed: no view, no virtual table, no column that follows from others.
 */
import { copyFile, lstat, open } from "node:fs/promises";
import { basename, join } from "node:path";
import { TextDecoder } from "node:util";
import Database from "libsql";
import { SourceRefusal } from "./refusal.ts";

/** Rows that are read at once. */
const page = 2_000;
/** Of a table or a column. */
const nameBytesMax = 1_024;
const firstRowid = -(1n << 63n);

/** A value of a row; what is no letter of a text is U+FFFD there, and bytes are a text. */
type Value = string | number | bigint | null;

export interface Row {
  readonly rowid: bigint;
  /** In the order in which the columns were named; null: too long, if it is not null itself. */
  readonly values: readonly Value[];
  /** Whether its values together are longer than one may be. */
  readonly isLong: boolean;
}

/** As it comes out of a database. */
type Given = readonly [rowid: bigint, isLong: bigint, ...values: unknown[]];

/** Whether SQLite says that something in a file is not as it should be. */
export const isOfSqlite = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_");

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * A column whose values have so many bytes at most; a longer one is null. A text is asked for as its bytes: the library ends
 * the process where these are no letters.
 */
const bounded = (column: string, bytesMax: number): string => {
  const name = quoted(column);
  return `CASE WHEN octet_length(${name}) > ${bytesMax} THEN NULL
    WHEN typeof(${name}) = 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END`;
};

export class SqliteCopy {
  readonly #db: Database.Database;
  readonly #decoder: TextDecoder;
  /** The tables whose rows lie in the file itself. */
  readonly tables: readonly string[];

  private constructor(db: Database.Database) {
    this.#db = db;
    const [alphabet] = db.prepare("SELECT encoding FROM pragma_encoding").raw().get() as [string];
    this.#decoder = new TextDecoder(alphabet, { ignoreBOM: true });
    // What has no page is a virtual table: what it reads, and for how long, its maker says.
    const names = db
      .prepare(
        `SELECT ${bounded("name", nameBytesMax)} FROM sqlite_master
        WHERE type = 'table' AND rootpage > 0 ORDER BY name`,
      )
      .raw();
    this.tables = this.#named(names.all() as [unknown][]);
  }

  /**
   * Copies a file, with what the server has not written back yet, into a folder of one's own.
   * @throws SourceRefusal it cannot be read at all
   */
  static async open(path: string, folder: string): Promise<SqliteCopy> {
    const copy = join(folder, "source.db");
    await copyFile(path, copy);
    for (const beside of ["-wal", "-journal"]) {
      const found = await lstat(`${path}${beside}`).catch(ifAbsent);
      if (found?.isFile()) await copyFile(`${path}${beside}`, `${copy}${beside}`);
    }
    if (await namesAnother(`${copy}-journal`))
      throw new SourceRefusal(
        `${basename(path)}-journal names another file, which SQLite would take away`,
      );
    const db = new Database(copy);
    try {
      db.exec("PRAGMA trusted_schema = OFF");
      return new SqliteCopy(db);
    } catch (error) {
      db.close();
      throw damaged(basename(path), error);
    }
  }

  /** The columns of a table that are stored. */
  columnsOf(table: string): readonly string[] {
    const name = bounded("name", nameBytesMax);
    const info = this.#db.prepare(`SELECT ${name} FROM pragma_table_info(?)`).raw();
    return this.#named(info.all(table) as [unknown][]);
  }

  /**
   * The rows of a table in the order of their rowids, each read once, with pauses for others. Integers are bigint.
   * @param bytesMax bytes that a value may have; a longer one is null
   * @throws an error of SQLite where something is damaged; what stands before that was given
   */
  async *rows(table: string, columns: readonly string[], bytesMax: number): AsyncGenerator<Row> {
    const rows = this.#select(table, columns, bytesMax, `rowid > ? ORDER BY rowid LIMIT ${page}`);
    for (let last = firstRowid; ; ) {
      let found = 0;
      // One after the other: what stands before something damaged is good.
      for (const given of rows.iterate(last) as Iterable<Given>) {
        const row = this.#rowOf(given);
        last = row.rowid;
        found += 1;
        yield row;
      }
      if (found < page) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Reads single rows of a table by their rowids. */
  reader(
    table: string,
    columns: readonly string[],
    bytesMax: number,
  ): (rowid: bigint) => Row | undefined {
    const row = this.#select(table, columns, bytesMax, "rowid = ?");
    return (rowid) => {
      const given = row.get(rowid) as Given | undefined;
      return given && this.#rowOf(given);
    };
  }

  #select(
    table: string,
    columns: readonly string[],
    bytesMax: number,
    where: string,
  ): Database.Statement {
    const lengths = columns.map((name) => `coalesce(octet_length(${quoted(name)}), 0)`);
    const wanted = columns.map((name) => bounded(name, bytesMax));
    return this.#db
      .prepare(
        `SELECT rowid, ${lengths.join(" + ")} > ${bytesMax}, ${wanted.join(", ")}
        FROM ${quoted(table)} WHERE ${where}`,
      )
      .raw()
      .safeIntegers(true);
  }

  #rowOf([rowid, isLong, ...values]: Given): Row {
    return { rowid, isLong: isLong !== 0n, values: values.map((value) => this.#valueOf(value)) };
  }

  close(): void {
    this.#db.close();
  }

  /** Names that are texts, which none is that could not be asked for again. */
  #named(rows: readonly [unknown][]): readonly string[] {
    return rows
      .map(([name]) => this.#valueOf(name))
      .filter((name) => typeof name === "string" && !name.includes("\ufffd")) as string[];
  }

  #valueOf(value: unknown): Value {
    if (value instanceof ArrayBuffer || value instanceof Uint8Array)
      return this.#decoder.decode(value);
    return value as Value;
  }
}

function damaged(name: string, error: unknown): unknown {
  if (!isOfSqlite(error)) return error;
  return new SourceRefusal(`${name} is damaged: ${error.message}`, { cause: error });
}

/** How a journal ends that names another, of several databases: SQLite deletes that file once it has rolled this one back. */
const superJournalEnd = Buffer.from("d9d505f920a163d7", "hex");

async function namesAnother(journal: string): Promise<boolean> {
  const file = await open(journal, "r").catch(ifAbsent);
  if (file === undefined) return false;
  try {
    const { size } = await file.stat();
    const length = superJournalEnd.length;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, Math.max(0, size - length));
    return buffer.equals(superJournalEnd);
  } finally {
    await file.close();
  }
}

function ifAbsent(error: unknown): undefined {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
