/**
 * A small community as each of Sock Chat's servers would have left it on a disk: what `mysqldump`, `mariadb-dump`, SharpChat's
 * SQLite and the PHP server's flat files look like, byte for byte where it matters.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";

export interface Row {
  readonly [column: string]: string | number | bigint | null | Uint8Array;
}

/** A table of MySQL. `definitions`: a column's name and type. */
export interface Table {
  readonly name: string;
  readonly definitions: readonly (readonly [name: string, type: string])[];
  readonly charset: "latin1" | "utf8mb4";
  readonly rows: readonly Row[];
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\n": "\\n",
  "\r": "\\r",
  "\u001a": "\\Z",
  "'": "\\'",
  '"': '\\"',
  "\\": "\\\\",
};

const quoted = (text: string): string =>
  `'${text.replace(/['"\\]|\p{Cc}/gu, (found) => escapes[found] ?? found)}'`;

function literal(value: Row[string] | undefined, type: string): string {
  if (value === null || value === undefined) return "NULL";
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex").toUpperCase()}`;
  if (typeof value !== "string") return String(value);
  return /binary|blob/i.test(type) ? `_binary ${quoted(value)}` : quoted(value);
}

export interface DumpOptions {
  /** Rows of one `INSERT`. */
  readonly rowsAtOnce?: number;
  /** As phpMyAdmin writes it: names of the columns, one row a line. */
  readonly style?: "mysqldump" | "phpMyAdmin";
  readonly names?: "utf8" | "utf8mb4" | "latin1";
}

/** A dump of tables. */
export function dumpOf(tables: readonly Table[], options: DumpOptions = {}): string {
  const { style = "mysqldump", names = "utf8mb4" } = options;
  const head =
    style === "mysqldump"
      ? `-- MySQL dump 10.13  Distrib 5.5.62, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: sockchat
-- ------------------------------------------------------
-- Server version\t5.5.62-0+deb8u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES ${names} */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
`
      : `-- phpMyAdmin SQL Dump\n-- version 4.2.7.1\n\nSET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";\nSET time_zone = "+00:00";\n\n/*!40101 SET NAMES ${names} */;\n`;
  const foot = `
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

-- Dump completed on 2020-07-01 12:00:00
`;
  return `${head}${tables.map((table) => tableOf(table, options)).join("")}${foot}`;
}

function tableOf(table: Table, { rowsAtOnce = 100, style = "mysqldump" }: DumpOptions): string {
  const { name, definitions, charset, rows } = table;
  const columns = definitions.map(([column, type]) => `  \`${column}\` ${type}`);
  const create = `
--
-- Table structure for table \`${name}\`
--

DROP TABLE IF EXISTS \`${name}\`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8 */;
CREATE TABLE \`${name}\` (
${[...columns, `  PRIMARY KEY (\`${definitions[0]?.[0]}\`)`].join(",\n")}
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=${charset};
/*!40101 SET character_set_client = @saved_cs_client */;
`;
  const tuples = rows.map(
    (row) => `(${definitions.map(([column, type]) => literal(row[column], type)).join(",")})`,
  );
  const inserts: string[] = [];
  for (let at = 0; at < tuples.length; at += rowsAtOnce) {
    const some = tuples.slice(at, at + rowsAtOnce);
    inserts.push(
      style === "mysqldump"
        ? `INSERT INTO \`${name}\` VALUES ${some.join(",")};\n`
        : `INSERT INTO \`${name}\` (${definitions.map(([column]) => `\`${column}\``).join(", ")}) VALUES\n${some.join(",\n")};\n`,
    );
  }
  return `${create}
LOCK TABLES \`${name}\` WRITE;
/*!40000 ALTER TABLE \`${name}\` DISABLE KEYS */;
${inserts.join("")}/*!40000 ALTER TABLE \`${name}\` ENABLE KEYS */;
UNLOCK TABLES;
`;
}

// ---- the PHP server -------------------------------------------------------------------------------------------

export interface PhpChat {
  readonly logs: readonly Row[];
  readonly channels: readonly Row[];
  readonly bans: readonly Row[];
}

/** Its tables, as `sockchat.sql` makes them. */
export function phpTables(
  chat: PhpChat,
  prefix = "sock",
  charset: Table["charset"] = "latin1",
): Table[] {
  return [
    {
      name: `${prefix}_banned_users`,
      charset,
      definitions: [
        ["id", "int(11) NOT NULL AUTO_INCREMENT"],
        ["ip", "varchar(50) DEFAULT NULL"],
        ["uid", "int(11) DEFAULT NULL"],
        ["username", "varchar(256) DEFAULT NULL"],
        ["expiration", "bigint(20) NOT NULL DEFAULT '-1'"],
      ],
      rows: chat.bans,
    },
    {
      name: `${prefix}_channels`,
      charset,
      definitions: [
        ["id", "int(11) NOT NULL AUTO_INCREMENT"],
        ["chname", "varchar(256) NOT NULL"],
        ["pwd", "varchar(512) DEFAULT NULL"],
        ["priv", "int(11) DEFAULT '0'"],
      ],
      rows: chat.channels,
    },
    {
      name: `${prefix}_logs`,
      charset,
      definitions: [
        ["id", "bigint(20) NOT NULL AUTO_INCREMENT"],
        ["epoch", "int(11) DEFAULT NULL"],
        ["userid", "int(11) NOT NULL"],
        ["username", "varchar(256) NOT NULL"],
        ["color", "varchar(24) NOT NULL"],
        ["channel", "varchar(1024) NOT NULL"],
        ["chrank", "int(11) NOT NULL"],
        ["message", "longtext NOT NULL"],
        ["flags", "varchar(10) NOT NULL DEFAULT '10010'"],
      ],
      rows: chat.logs,
    },
    {
      name: `${prefix}_online_users`,
      charset,
      definitions: [
        ["userid", "int(11) NOT NULL"],
        ["username", "varchar(256) NOT NULL"],
        ["color", "varchar(16) NOT NULL"],
        ["perms", "varchar(512) NOT NULL"],
      ],
      rows: [{ userid: 1, username: "ada", color: "inherit", perms: "5\f1\f1\f1\f2" }],
    },
  ];
}

/** Its flat files, below a folder of the server's. */
export async function writeFlatFiles(
  folder: string,
  files: {
    readonly channels: readonly string[];
    readonly bans: readonly string[];
    readonly log: string;
    readonly config?: string;
  },
): Promise<void> {
  await mkdir(join(folder, "ffdb/chans"), { recursive: true });
  await mkdir(join(folder, "ffdb/bans"), { recursive: true });
  const write = (path: string, text: string): Promise<void> => writeFile(join(folder, path), text);
  for (const [at, text] of files.channels.entries())
    await write(`ffdb/chans/${at}`.padEnd(43, "c"), text);
  for (const [at, text] of files.bans.entries())
    await write(`ffdb/bans/${at}`.padEnd(42, "b"), text);
  await write("ffdb/logs.txt", files.log);
  if (files.config !== undefined) await write("config.php", files.config);
}

// ---- SharpChat ------------------------------------------------------------------------------------------------

const sharpDefinitions = {
  sharp_log: [
    ["log_id", "int(10) unsigned NOT NULL AUTO_INCREMENT"],
    ["log_target", "varchar(255) COLLATE utf8mb4_bin NOT NULL"],
    ["user_id", "int(10) unsigned NOT NULL"],
    ["user_name", "varchar(255) COLLATE utf8mb4_bin NOT NULL"],
    ["user_colour", "int(10) unsigned NOT NULL"],
    ["log_datetime", "datetime NOT NULL"],
    ["log_text", "text COLLATE utf8mb4_bin NOT NULL"],
    ["log_flags", "int(10) unsigned NOT NULL"],
  ],
  sqc_events: [
    ["event_id", "bigint(20) NOT NULL"],
    ["event_sender", "bigint(20) unsigned DEFAULT NULL"],
    ["event_sender_name", "varchar(255) DEFAULT NULL"],
    ["event_sender_colour", "int(11) DEFAULT NULL"],
    ["event_sender_rank", "int(11) DEFAULT NULL"],
    ["event_sender_nick", "varchar(255) DEFAULT NULL"],
    ["event_sender_perms", "int(11) DEFAULT NULL"],
    ["event_created", "timestamp NOT NULL DEFAULT current_timestamp()"],
    ["event_deleted", "timestamp NULL DEFAULT NULL"],
    ["event_type", "varbinary(255) NOT NULL"],
    ["event_target", "varbinary(255) NOT NULL"],
    ["event_flags", "tinyint(3) unsigned NOT NULL"],
    ["event_data", "blob DEFAULT NULL"],
  ],
  sqc_messages: [
    ["msg_id", "bigint(20) NOT NULL"],
    ["msg_channel_id", "varbinary(255) NOT NULL"],
    ["msg_sender_id", "bigint(20) unsigned NOT NULL"],
    ["msg_sender_name", "varchar(255) COLLATE utf8mb4_unicode_520_ci NOT NULL"],
    ["msg_sender_colour", "int(11) NOT NULL"],
    ["msg_sender_rank", "int(11) NOT NULL"],
    ["msg_sender_nick", "varchar(255) COLLATE utf8mb4_unicode_520_ci DEFAULT NULL"],
    ["msg_sender_perms", "int(11) NOT NULL"],
    ["msg_text", "text COLLATE utf8mb4_unicode_520_ci NOT NULL"],
    ["msg_flags", "tinyint(3) unsigned NOT NULL"],
    ["msg_created", "timestamp NOT NULL DEFAULT '0000-00-00 00:00:00'"],
    ["msg_edited", "timestamp NULL DEFAULT NULL"],
    ["msg_deleted", "timestamp NULL DEFAULT NULL"],
  ],
} as const;
export type SharpTable = keyof typeof sharpDefinitions;

/** A table of SharpChat's in MariaDB: of 2019, 2020 or 2021. */
export function sharpTable(name: SharpTable, rows: readonly Row[]): Table {
  return { name, charset: "utf8mb4", definitions: sharpDefinitions[name], rows };
}

/** The same in SQLite: whole numbers, text and blobs; times are seconds. */
export function writeSharpSqlite(
  path: string,
  name: Exclude<SharpTable, "sharp_log">,
  rows: readonly Row[],
  mode: "delete" | "wal" = "delete",
): Database.Database {
  const db = new Database(path);
  db.exec(`PRAGMA journal_mode = ${mode}`);
  db.exec(
    "CREATE TABLE sqc_migrations (migration_name TEXT PRIMARY KEY, migration_completed INTEGER NOT NULL DEFAULT 0)",
  );
  const columns = sharpDefinitions[name].map(([column, type]) => {
    if (/^(?:bigint|int|tinyint|timestamp)/.test(type)) return `${column} INTEGER`;
    return /^(?:varbinary|blob)/.test(type) ? `${column} BLOB` : `${column} TEXT COLLATE NOCASE`;
  });
  db.exec(
    `CREATE TABLE ${name} (${[`${columns[0]} PRIMARY KEY`, ...columns.slice(1)].join(", ")})`,
  );
  const marks = sharpDefinitions[name].map(() => "?").join(", ");
  const insert = db.prepare(`INSERT INTO ${name} VALUES (${marks})`);
  db.exec("BEGIN");
  for (const row of rows)
    insert.run(...sharpDefinitions[name].map(([column]) => row[column] ?? null));
  db.exec("COMMIT");
  return db;
}
