/** Of what is read once and thrown away: no journal, nothing is flushed, a bounded cache, and sorting in files. */
export const stageSchema = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA temp_store = FILE;
  PRAGMA cache_size = -32768;
  CREATE TABLE faces (
    face INTEGER PRIMARY KEY,
    seen TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    number INTEGER,
    name TEXT NOT NULL,
    is_nick INTEGER NOT NULL,
    nick TEXT,
    color TEXT,
    rank INTEGER,
    perms INTEGER
  );
  CREATE TABLE said (
    ord INTEGER PRIMARY KEY,
    weight INTEGER NOT NULL,
    face INTEGER,
    channel INTEGER NOT NULL,
    text TEXT NOT NULL,
    is_action INTEGER NOT NULL,
    at_ms INTEGER,
    edited_ms INTEGER,
    is_deleted INTEGER NOT NULL,
    ident TEXT
  );
`;
