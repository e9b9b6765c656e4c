/**
 * The tables of the projection. The journal is trimmed behind snapshots of it, so that it cannot always be built anew:
 * whoever changes a table raises `layoutVersion` and adds a step that brings a file of the layout before over. `test/law`
 * compares.
 *
 * Messages are kept whole as JSON beside what pages are found by; a deleted message has no row. `blocks`
 * counts the present messages of a place per 4096 numbers: the rank of any message is a sum over few rows and
 * a scan of one block, where `COUNT(*)` would read all that are older.
 *
 * `texts` holds what a search looks through, a place's texts side by side: many are read in little time. `search`
 * indexes them by trigrams; its rowids are a place and a number in one, so that a place is a range of them. It
 * knows which trigrams a text has and not where: what it finds is looked at again in `texts`.
 *
 * A place that is gone has no row in `places` but one in `gone` until all that stood there is taken away (`sweep.ts`);
 * its number is not given again.
 */
import { adoptionLayout } from "./adoption-table.ts";
import { auditLayout } from "./audit-table.ts";
import { voteLayout } from "./vote-table.ts";

export const layoutVersion = 10;
/** The feature level that reads it (docs/journal.md 1.7): raised with the layout, to the level of that version. */
export const historyLevel = 4;

/** SQL that leads from a layout to the next, by the number of the former. No step is ever taken out. */
const steps: ReadonlyMap<number, string> = new Map([[9, adoptionLayout]]);

/** What brings a file of some layout to the present one; undefined: nothing does. */
export function stepsFrom(version: number): readonly string[] | undefined {
  const wanted = Array.from({ length: layoutVersion - version }, (_, n) => steps.get(version + n));
  const known = wanted.filter((step) => step !== undefined);
  return version <= layoutVersion && known.length === wanted.length ? known : undefined;
}

/** Message numbers per counted block. */
export const blockSize = 4096;

/** Bits of a rowid of `search` that hold the number; the place stands above them. */
export const numberBits = 40;

export const tables = [
  "journal_position",
  "messages",
  "places",
  "gone",
  "blocks",
  "marks",
  "mentions",
  "texts",
  "search",
  "audit",
  "votes",
  "ended_polls",
  "here",
  "adoption",
  "adoption_counts",
  "adoption_clients",
  "adoption_day",
] as const;

export const layout = `
CREATE TABLE journal_position (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  id TEXT NOT NULL
) STRICT;
CREATE TABLE places (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  thread TEXT NOT NULL,
  total INTEGER NOT NULL DEFAULT 0,
  UNIQUE (channel, thread)
) STRICT;
CREATE TABLE gone (place INTEGER PRIMARY KEY) STRICT;
CREATE TABLE messages (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  place INTEGER NOT NULL,
  json TEXT NOT NULL,
  reply_to TEXT,
  pinned INTEGER NOT NULL DEFAULT 0,
  reactions TEXT
) STRICT;
CREATE INDEX messages_by_place ON messages (place, number);
CREATE INDEX replies ON messages (reply_to, place, number) WHERE reply_to IS NOT NULL;
CREATE INDEX pinned ON messages (place, number) WHERE pinned = 1;
CREATE TABLE mentions (
  token TEXT NOT NULL,
  number INTEGER NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (token, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE texts (
  place INTEGER NOT NULL,
  number INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (place, number)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(
  text, content = '', detail = none, tokenize = 'trigram case_sensitive 1'
);
CREATE TABLE blocks (
  place INTEGER NOT NULL,
  block INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (place, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE marks (
  user TEXT NOT NULL,
  place INTEGER NOT NULL,
  number INTEGER NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (user, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_by_place ON marks (place);
${auditLayout}${voteLayout}${adoptionLayout}
INSERT INTO journal_position VALUES (1, 0, '');
PRAGMA user_version = ${layoutVersion};
`;
