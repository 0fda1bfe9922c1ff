import type { DatabaseSync } from "node:sqlite"

/** Marks an SQLite file as a journal: "IIFJ" (`PRAGMA application_id`; `file` and `sqlite3` show it). */
export const applicationId = 0x49_49_46_4a

/** Migrates a journal from one version (`PRAGMA user_version`) to the next. */
export type Migration = (database: DatabaseSync) => void

/**
 * One migration per version; the first creates version 1 in an empty file. Never change a released migration, only add
 * new ones. Tables are not STRICT, so that SQLite tools of any age can read them.
 */
export const migrations: ReadonlyArray<Migration> = [
  (database) =>
    database.exec(`
      CREATE TABLE uploads (
        id INTEGER PRIMARY KEY,
        bucket TEXT NOT NULL,
        key TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified_millis REAL,
        crc32 INTEGER,
        session_key TEXT,
        session_token TEXT,
        part_size INTEGER,
        UNIQUE (bucket, key)
      );
      CREATE TABLE parts (
        id INTEGER PRIMARY KEY,
        upload INTEGER NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
        part_number INTEGER NOT NULL,
        size INTEGER NOT NULL,
        crc32 INTEGER NOT NULL,
        token TEXT NOT NULL
      );
      CREATE INDEX parts_by_upload ON parts (upload, part_number);
      CREATE TABLE submissions (
        id TEXT PRIMARY KEY NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('submitting', 'submitted', 'ended')),
        identifiers TEXT NOT NULL,
        job_id TEXT,
        proof INTEGER
      );
    `),
  (database) => database.exec("ALTER TABLE uploads ADD COLUMN fixity TEXT"),
  (database) => database.exec("ALTER TABLE uploads ADD COLUMN identity TEXT; ALTER TABLE uploads ADD COLUMN etag TEXT"),
  (database) =>
    database.exec(`
      ALTER TABLE submissions ADD COLUMN content TEXT;
      ALTER TABLE submissions ADD COLUMN at INTEGER;
      ALTER TABLE submissions ADD COLUMN succeeded INTEGER;
    `),
  // `turn`: what was not looked at for the longest time has the smallest. It counts instead of telling the time, since
  // a clock that was wrong once would keep what it touched from being looked at for as long as it was wrong.
  (database) =>
    database.exec(`
      CREATE TABLE holdings (
        id TEXT PRIMARY KEY NOT NULL,
        turn INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('image', 'manifest')),
        manifest TEXT,
        key TEXT,
        width INTEGER,
        height INTEGER,
        crc32 INTEGER,
        ingested_at INTEGER NOT NULL,
        looked_at INTEGER,
        verdict TEXT,
        evidence TEXT,
        ok_at INTEGER,
        lost_at INTEGER
      );
      CREATE INDEX holdings_by_turn ON holdings (turn);
      CREATE TABLE manifests (
        id INTEGER PRIMARY KEY,
        manifest TEXT NOT NULL,
        at INTEGER NOT NULL,
        json TEXT NOT NULL,
        images TEXT NOT NULL
      );
      CREATE INDEX manifests_by_manifest ON manifests (manifest, id);
      CREATE TABLE reports (
        id TEXT PRIMARY KEY NOT NULL,
        report TEXT NOT NULL
      );
    `),
  (database) => database.exec("ALTER TABLE submissions ADD COLUMN resubmitted INTEGER")
]
