import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { Journal, type JournalError, type SubmissionRecord, type UploadRecord } from "@iiif-ingest/core/upload/Journal"
import { ConfigProvider, Context, Effect, Layer, Option, RcRef, type Scope } from "effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { DatabaseSync } from "node:sqlite"
import { journalSuite } from "../../../test/suites/journal.ts"
import { StatFs } from "../src/internal/fileSystemType.ts"
import * as JournalDatabase from "../src/internal/journalDatabase.ts"
import { applicationId, migrations } from "../src/internal/journalSchema.ts"
import * as internal from "../src/internal/nodeJournal.ts"
import * as NodeJournal from "../src/NodeJournal.ts"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "journal-"))),
  (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
)

const temporaryPath = Effect.map(temporaryFolder, (folder) => Path.join(folder, "journal.sqlite"))

/** Opens a journal, uses it and closes it. */
const using = <A, E, R>(path: string, use: (journal: Journal["Service"]) => Effect.Effect<A, E, R>) =>
  Journal.use(use).pipe(Effect.provide(NodeJournal.layer({ path })))

/** A test that is given the path of a journal that does not exist yet. */
const check = (title: string, test: (path: string) => Effect.Effect<void, unknown, Scope.Scope>) =>
  it.live(title, () => Effect.scoped(Effect.flatMap(temporaryPath, test)))

const openFails = (path: string, options: Partial<NodeJournal.Options> = {}) =>
  Effect.void.pipe(
    Effect.provide(NodeJournal.layer({ path, ...options })),
    Effect.flip,
    Effect.map((error) => {
      assert.strictEqual(error.operation, "open")
      return error.message
    })
  )

const [bucket, key] = ["edu.harvard.huit.lts.mps.at-atdarth-qa", "images/a.tif"]

const upload: UploadRecord = {
  bucket,
  key,
  fingerprint: { size: 12_000_000, modifiedMillis: 1_700_000_000_123.5 },
  session: { key, token: "upload-1" },
  partSize: 5_242_880,
  parts: []
}

const part = (partNumber: number) => ({
  partNumber,
  size: 5_242_880,
  crc32: Crc32.Crc32.make(partNumber),
  token: `"etag-${partNumber}"`
})

const submission = (id: string): SubmissionRecord => ({ id, state: "submitting", identifiers: ["AT:a", "AT:b"] })

/** Closes the file whenever no call is in progress, so that a completed write must have left the process. */
const reopening = Effect.gen(function*() {
  const path = yield* temporaryPath
  const opened = yield* RcRef.make({ acquire: Layer.build(NodeJournal.layer({ path })) })
  const use = <A>(call: (journal: Journal["Service"]) => Effect.Effect<A, JournalError>) =>
    Effect.scoped(Effect.flatMap(RcRef.get(opened), (context) => call(Context.get(context, Journal))))
  return Journal.of({
    durable: true,
    upload: (bucket, key) => use((journal) => journal.upload(bucket, key)),
    saveUpload: (record) => use((journal) => journal.saveUpload(record)),
    savePart: (bucket, key, part) => use((journal) => journal.savePart(bucket, key, part)),
    submission: (id) => use((journal) => journal.submission(id)),
    saveSubmission: (record) => use((journal) => journal.saveSubmission(record))
  })
})

journalSuite("SQLite", {
  layer: Layer.unwrap(Effect.map(temporaryPath, (path) => NodeJournal.layer({ path }))),
  durable: true
})

journalSuite("SQLite, closed after each call", { layer: Layer.effect(Journal, reopening), durable: true })

describe("versions", () => {
  check("migrates an empty file of version 0", (path) =>
    Effect.gen(function*() {
      const old = new DatabaseSync(path)
      old.exec("PRAGMA journal_mode = WAL; PRAGMA user_version = 0; VACUUM")
      old.close()
      yield* using(path, (journal) => journal.saveUpload(upload))
      const now = new DatabaseSync(path, { readOnly: true })
      assert.deepEqual({ ...now.prepare("PRAGMA user_version").get() }, { user_version: migrations.length })
      assert.deepEqual({ ...now.prepare("PRAGMA application_id").get() }, { application_id: applicationId })
      now.close()
    }))

  check("keeps its rows in a migration; refuses a journal of a later release", (path) =>
    Effect.gen(function*() {
      yield* using(
        path,
        (journal) => Effect.andThen(journal.saveUpload(upload), journal.savePart(bucket, key, part(1)))
      )
      const later = [
        ...migrations,
        (database: DatabaseSync) => database.exec("ALTER TABLE uploads ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")
      ]
      const record = yield* Effect.scoped(Effect.gen(function*() {
        const database = yield* JournalDatabase.open(path, later)
        assert.strictEqual(database.prepare("SELECT note FROM uploads").get()?.["note"], "none")
        return yield* (yield* internal.make(database, path)).upload(bucket, key)
      }))
      assert.deepStrictEqual(record, Option.some({ ...upload, parts: [part(1)] }))
      assert.include(
        yield* openFails(path),
        `the journal has version ${later.length}, but this release supports up to ${migrations.length}: ` +
          "update iiif-ingest, or use another path"
      )
    }))

  check("reads the requests of a journal from before their content was recorded", (path) =>
    Effect.gen(function*() {
      yield* Effect.scoped(Effect.gen(function*() {
        const old = yield* JournalDatabase.open(path, migrations.slice(0, 2))
        old.exec(`
          INSERT INTO submissions (id, state, identifiers, job_id, proof) VALUES
            ('1', 'submitting', '["AT:a"]', NULL, 7),
            ('2', 'submitted', '["AT:a"]', '6255a8a966b08c163ac5c880', NULL),
            ('3', 'ended', '["AT:a"]', '6255a8a966b08c163ac5c880', NULL),
            ('4', 'ended', '["AT:a"]', NULL, 7)
        `)
      }))
      const jobId = JobId.make("6255a8a966b08c163ac5c880")
      const expected: ReadonlyArray<SubmissionRecord> = [
        { id: "1", state: "submitting", identifiers: ["AT:a"], proof: Crc32.Crc32.make(7) },
        { id: "2", state: "submitted", identifiers: ["AT:a"], jobId },
        { id: "3", state: "ended", identifiers: ["AT:a"], jobId },
        { id: "4", state: "ended", identifiers: ["AT:a"] }
      ]
      for (const record of expected) {
        assert.deepStrictEqual(yield* using(path, (journal) => journal.submission(record.id)), Option.some(record))
      }
    }))

  check("a failed migration leaves the journal unchanged", (path) =>
    Effect.gen(function*() {
      yield* using(path, (journal) => journal.saveUpload(upload))
      const broken = [...migrations, (database: DatabaseSync) => database.exec("DROP TABLE parts; DROP TABLE nothing")]
      const error = yield* Effect.flip(Effect.scoped(JournalDatabase.open(path, broken)))
      assert.include(error.message, "nothing")
      const record = yield* using(path, (journal) => journal.upload(bucket, key))
      assert.deepStrictEqual(record, Option.some(upload))
    }))
})

describe("files that are not usable journals", () => {
  check("leaves another program's SQLite file untouched", (path) =>
    Effect.gen(function*() {
      const other = new DatabaseSync(path)
      other.exec("CREATE TABLE bookmarks (url TEXT)")
      other.close()
      const before = Fs.readFileSync(path)
      assert.include(yield* openFails(path), "this SQLite file belongs to another program: use another path")
      assert.deepStrictEqual(Fs.readFileSync(path), before)
    }))

  check("leaves a file that is not SQLite untouched", (path) =>
    Effect.gen(function*() {
      const text = "not a database, but long enough to be read as one\n".repeat(100)
      Fs.writeFileSync(path, text)
      assert.include(yield* openFails(path), "the file is not an SQLite file: use another path, or move it away")
      assert.strictEqual(Fs.readFileSync(path, "utf8"), text)
    }))

  check("reports a damaged journal and what to do about it", (path) =>
    Effect.gen(function*() {
      yield* using(path, (journal) =>
        Effect.forEach(
          Array.from({ length: 300 }, (_, i) => i),
          (i) => journal.saveUpload({ ...upload, key: `images/${i}.tif` }),
          { concurrency: 50, discard: true }
        ))
      const bytes = Fs.readFileSync(path)
      bytes.fill(0x55, 2 * 4096, 6 * 4096)
      Fs.writeFileSync(path, bytes)
      assert.include(yield* openFails(path), "the journal is damaged: move it away and run again")
    }))

  check("reports a row that was edited by hand, and still reads the others", (path) =>
    Effect.gen(function*() {
      yield* using(path, (journal) =>
        Effect.andThen(journal.saveUpload(upload), journal.saveUpload({ ...upload, key: "images/b.tif" })))
      const tool = new DatabaseSync(path)
      tool.exec("UPDATE uploads SET crc32 = -1 WHERE key = 'images/b.tif'")
      tool.close()
      const error = yield* Effect.flip(using(path, (journal) =>
        journal.upload(bucket, "images/b.tif")))
      assert.include(error.message, "read failed")
      assert.include(
        error.message,
        `the row for ${bucket}/images/b.tif was edited by hand or is damaged: delete that row`
      )
      assert.deepStrictEqual(yield* using(path, (journal) => journal.upload(bucket, key)), Option.some(upload))
    }))
})

/** Starts a child process that holds a journal. `prints` waits for a line of its output that matches. */
const hold = (path: string, onLocked: "refuse" | "wait" = "refuse") =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() =>
        ChildProcess.spawn(
          process.execPath,
          [Path.join(import.meta.dirname, "support/holdJournal.ts"), path, onLocked],
          {
            stdio: ["pipe", "pipe", "inherit"]
          }
        )
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    (child) => {
      let output = ""
      child.stdout.setEncoding("utf8").on("data", (text: string) => void (output += text))
      const prints = (pattern: RegExp) =>
        Effect.callback<string>((resume) => {
          const look = () => {
            const found = output.split("\n").slice(0, -1).find((line) => pattern.test(line))
            if (found !== undefined) resume(Effect.succeed(found))
          }
          child.stdout.on("data", look).on("end", () => resume(Effect.succeed(`ended without ${pattern}: ${output}`)))
          look()
        })
      const ended = Effect.callback<void>((resume) => {
        if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
        child.once("exit", () => resume(Effect.void))
      })
      return { child, prints, ended }
    }
  )

describe("one process at a time", () => {
  check("refuses a second process and reports the first one's pid", (path) =>
    Effect.gen(function*() {
      const { child, prints } = yield* hold(path)
      assert.strictEqual(yield* prints(/./), "open true")
      assert.match(
        yield* openFails(path),
        new RegExp(`${path} is in use by process ${child.pid} since 20\\d\\d-.*: wait until it ends, or give`)
      )
    }))

  check(
    "refuses a second layer in the same process too, and releases the lock with the scope",
    (path) =>
      Effect.gen(function*() {
        yield* using(
          path,
          () =>
            Effect.map(openFails(path), (message) =>
              assert.include(message, "is in use by another run in this process since 20"))
        )
        yield* using(path, (journal) =>
          journal.saveUpload(upload))
      })
  )

  check("releases the lock when the process is killed", (path) =>
    Effect.gen(function*() {
      const { child, ended, prints } = yield* hold(path)
      assert.strictEqual(yield* prints(/./), "open true")
      child.kill("SIGKILL")
      yield* ended
      yield* using(path, (journal) => journal.saveUpload(upload))
    }))

  check("a second process waits with onLocked: \"wait\"", (path) =>
    Effect.gen(function*() {
      const waiting = yield* using(path, () =>
        Effect.gen(function*() {
          const waiting = yield* hold(path, "wait")
          assert.include(
            yield* waiting.prints(/./),
            `waiting for ${path}, which is in use by process ${process.pid} since`
          )
          return waiting
        }))
      assert.strictEqual(yield* waiting.prints(/^open|ended/), "open true")
      waiting.child.stdin.end()
      yield* waiting.ended
      assert.strictEqual(waiting.child.exitCode, 0)
    }))

  check("ignores a recorded holder that does not hold the lock", (path) =>
    Effect.gen(function*() {
      yield* using(path, () => Effect.void)
      const lock = new DatabaseSync(`${path}.lock`)
      // the pid of a live process, as if the pid of a crashed one had been reused
      lock.prepare("INSERT INTO holder (pid, since) VALUES (?, ?)").run(process.pid, "2026-01-01T00:00:00.000Z")
      lock.close()
      yield* using(path, (journal) => journal.saveUpload(upload))
    }))
})

describe("location", () => {
  const onFileSystem = (type: number) => Effect.provideService(StatFs, () => Promise.resolve({ type }))

  for (
    const [name, type] of [["NFS", 0x6969], ["CIFS", 0xff534d42], ["SMB", -0x1acb2be], ["9p", 0x01021997], [
      "FUSE",
      0x65735546
    ]] as const
  ) {
    it.live.skipIf(process.platform !== "linux")(
      `refuses ${name} by default (Linux only)`,
      () =>
        Effect.gen(function*() {
          const path = yield* temporaryPath
          const message = yield* openFails(path).pipe(onFileSystem(type))
          assert.include(message, `is on a network file system, ${name}`)
          assert.include(message, "XDG_STATE_HOME or LTS_IIIF_JOURNAL")
          assert.isFalse(Fs.existsSync(path))
          yield* Effect.void.pipe(
            Effect.provide(NodeJournal.layer({ path, networkFileSystem: "allow" })),
            onFileSystem(type)
          )
        }).pipe(Effect.scoped)
    )
  }

  check("reports a folder that cannot be created", (path) =>
    Effect.gen(function*() {
      Fs.writeFileSync(path, "")
      assert.include(yield* openFails(Path.join(path, "below", "journal.sqlite")), "a part of its path is not a folder")
    }))

  check("reports a folder where the file should be", (path) =>
    Effect.gen(function*() {
      Fs.mkdirSync(path)
      assert.include(yield* openFails(path), "a journal must be a regular file: use another path (LTS_IIIF_JOURNAL")
    }))

  it.live.skipIf(process.platform !== "linux")(
    "fails at once below /proc, where Node's mkdir never ends",
    () =>
      Effect.gen(function*() {
        for (const path of ["/proc/x/j.sqlite", "/proc/self/fd/x/y/j.sqlite"]) {
          assert.include(yield* openFails(path), "its folder cannot be created on this file system: use another path")
        }
        assert.include(yield* openFails("/proc/j.sqlite"), "the journal cannot be opened")
      })
  )

  it.live.skipIf(process.platform !== "linux")(
    "says what to do about each folder that cannot be created",
    () =>
      Effect.gen(function*() {
        const folder = yield* temporaryFolder
        Fs.symlinkSync("/no/such/folder", Path.join(folder, "broken"))
        Fs.symlinkSync("loop", Path.join(folder, "loop"))
        for (
          const [path, what] of [
            ["/sys/x/j.sqlite", /its folder cannot be created/],
            ["/dev/full/j.sqlite", /a part of its path is not a folder/],
            [`${folder}/broken/j.sqlite`, /a file or a broken link is where its folder should be/],
            [`${folder}/loop/j.sqlite`, /the links in its path form a loop/],
            [`${folder}/${"a".repeat(300)}/j.sqlite`, /its path is too long/]
          ] as const
        ) {
          const message = yield* openFails(path)
          assert.match(message, what)
          assert.include(message, "use another path (LTS_IIIF_JOURNAL, or journal: { path } in code)")
        }
      }).pipe(Effect.scoped)
  )

  it.live.skipIf(process.platform === "win32")(
    "opens neither a pipe nor a device, and leaves no file beside one",
    () =>
      Effect.gen(function*() {
        const folder = yield* temporaryFolder
        ChildProcess.execFileSync("mkfifo", [`${folder}/pipe`, `${folder}/other.lock`])
        Fs.symlinkSync("/dev/full", `${folder}/full`)
        for (const name of ["pipe", "other", "full"]) {
          assert.include(yield* openFails(`${folder}/${name}`), "a journal must be a regular file")
        }
        assert.sameMembers(Fs.readdirSync(folder), ["pipe", "other.lock", "full"])
      }).pipe(Effect.scoped)
  )

  const config = MpsConfig.layer({
    environment: "qa",
    account: "at",
    space: "atdarth",
    namespace: "at",
    agent: "atagent"
  })
  const configured = (env: Record<string, string>) =>
    Effect.void.pipe(Effect.provide(
      NodeJournal.layerConfig.pipe(Layer.provide([config, ConfigProvider.layer(ConfigProvider.fromEnv({ env }))]))
    ))

  it.live.skipIf(process.platform === "win32" || process.platform === "darwin")(
    "defaults to a file per bucket in the state folder (XDG systems only)",
    () =>
      Effect.gen(function*() {
        const folder = yield* temporaryFolder
        yield* configured({ XDG_STATE_HOME: folder })
        assert.isTrue(Fs.existsSync(Path.join(folder, "iiif-ingest", `${bucket}.sqlite`)))
        assert.strictEqual(Fs.statSync(Path.join(folder, "iiif-ingest")).mode & 0o777, 0o700)
      }).pipe(Effect.scoped)
  )

  check("uses the path in LTS_IIIF_JOURNAL", (path) =>
    Effect.gen(function*() {
      yield* configured({ LTS_IIIF_JOURNAL: path })
      assert.isTrue(Fs.existsSync(path))
    }))

  it.effect("trims the path in LTS_IIIF_JOURNAL", () =>
    Effect.gen(function*() {
      const env = { LTS_IIIF_JOURNAL: " /tmp/x.sqlite \n" }
      const path = yield* NodeJournal.path.pipe(
        Effect.provide([config, ConfigProvider.layer(ConfigProvider.fromEnv({ env }))])
      )
      assert.strictEqual(path, "/tmp/x.sqlite")
    }))
})

const frameHeader = 24
const walHeader = 32

/**
 * The frames of a WAL: the byte offset at which each ends, and whether it commits a transaction.
 * Source: sqlite.org/fileformat2.html, 4.1.
 */
const framesOf = (wal: Buffer): ReadonlyArray<{ readonly end: number; readonly commits: boolean }> => {
  const pageSize = wal.readUInt32BE(8)
  const salt = wal.subarray(16, 24)
  const frames = []
  for (let at = walHeader; at + frameHeader + pageSize <= wal.length; at += frameHeader + pageSize) {
    // frames left from before the WAL was reset have a different salt
    if (!wal.subarray(at + 8, at + 16).equals(salt)) break
    frames.push({ end: at + frameHeader + pageSize, commits: wal.readUInt32BE(at + 4) > 0 })
  }
  return frames
}

const commitsIn = (path: string): number =>
  framesOf(Fs.readFileSync(`${path}-wal`)).filter(({ commits }) => commits).length

describe("writes", () => {
  check("parts saved at the same time share a transaction", (path) =>
    using(path, (journal) =>
      Effect.gen(function*() {
        yield* journal.saveUpload(upload)
        const before = commitsIn(path)
        const numbers = Array.from({ length: 100 }, (_, i) => i + 1)
        yield* Effect.forEach(numbers, (n) => journal.savePart(bucket, key, part(n)), { concurrency: "unbounded" })
        assert.strictEqual(commitsIn(path) - before, 1)
        yield* Effect.forEach(numbers, (n) => journal.savePart(bucket, key, part(n)), { concurrency: 10 })
        assert.isAtMost(commitsIn(path) - before, 1 + 11)
        assert.strictEqual(Option.getOrThrow(yield* journal.upload(bucket, key)).parts.length, 100)
      })))

  check("interrupting a fiber does not undo its write", (path) =>
    Effect.gen(function*() {
      yield* using(path, (journal) =>
        Effect.gen(function*() {
          yield* journal.saveUpload(upload)
          yield* Effect.race(journal.savePart(bucket, key, part(1)), Effect.void)
        }))
      const record = yield* using(path, (journal) => journal.upload(bucket, key))
      assert.deepStrictEqual(Option.getOrThrow(record).parts, [part(1)])
    }))

  check("reports a full disk, and keeps earlier writes", (path) =>
    Effect.gen(function*() {
      yield* using(path, (journal) => journal.saveUpload(upload))
      const failed = yield* Effect.scoped(Effect.gen(function*() {
        const database = yield* JournalDatabase.open(path)
        database.exec("PRAGMA max_page_count = 1")
        const journal = yield* internal.make(database, path)
        const fill = Effect.forEach(
          Array.from({ length: 1000 }, (_, i) => i),
          (i) => journal.saveUpload({ ...upload, key: `images/${i}.tif` }),
          { discard: true }
        )
        return yield* Effect.flip(fill)
      }))
      assert.strictEqual(failed.operation, "write")
      assert.include(
        failed.message,
        "the disk is full: free some space, then run again; nothing already in the journal is lost"
      )
      assert.deepStrictEqual(yield* using(path, (journal) => journal.upload(bucket, key)), Option.some(upload))
    }))

  const sqlite3 = ChildProcess.spawnSync("sqlite3", ["--version"]).status === 0

  it.live.skipIf(!sqlite3)(
    "can be read with the sqlite3 tool during a run (needs sqlite3)",
    () =>
      Effect.gen(function*() {
        const path = yield* temporaryPath
        yield* using(path, (journal) =>
          Effect.gen(function*() {
            yield* journal.saveUpload(upload)
            yield* journal.savePart(bucket, key, part(1))
            yield* journal.saveSubmission(submission("https://nrs/M1"))
            const query = (sql: string) =>
              ChildProcess.execFileSync("sqlite3", ["-readonly", path, sql], { encoding: "utf8" })
            assert.strictEqual(
              query(
                "SELECT bucket, key, size, modified_millis, crc32, session_key, session_token, part_size FROM uploads"
              ),
              `${bucket}|${key}|12000000|1700000000123.5||${key}|upload-1|5242880\n`
            )
            assert.strictEqual(
              query(
                "SELECT key, part_number, parts.size, parts.crc32, token FROM parts JOIN uploads ON uploads.id = upload"
              ),
              `${key}|1|5242880|1|"etag-1"\n`
            )
            assert.strictEqual(
              query("SELECT id, state, job_id, identifiers FROM submissions"),
              "https://nrs/M1|submitting||[\"AT:a\",\"AT:b\"]\n"
            )
            assert.strictEqual(query("PRAGMA integrity_check"), "ok\n")
          }))
      }).pipe(Effect.scoped)
  )

  const strace = process.platform === "linux" &&
    ChildProcess.spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0

  it.live.skipIf(!strace)(
    "syncs a submission to disk before reporting it saved, but not a part (needs strace)",
    () =>
      Effect.gen(function*() {
        const folder = yield* temporaryFolder
        const [path, trace] = [Path.join(folder, "journal.sqlite"), Path.join(folder, "trace")]
        const program = Path.join(import.meta.dirname, "support/writeJournal.ts")
        const calls = "trace=fsync,fdatasync,kill"
        ChildProcess.spawnSync("strace", ["-f", "-y", "-e", calls, "-o", trace, process.execPath, program, path])
        // the program marks its stages: opening, parts, submissions, end
        const stages = Fs.readFileSync(trace, "utf8").split(/^.* kill\(.*$/m)
        const syncs = stages.map((stage) => stage.match(/f(?:data)?sync\(\d+<[^>]*journal\.sqlite-wal>/g)?.length ?? 0)
        assert.deepStrictEqual(syncs.slice(1, 3), [0, 3], stages.join("\nkill\n"))
      }).pipe(Effect.scoped)
  )
})

describe("a WAL truncated anywhere", () => {
  /** The records of the given keys and ids. */
  const contentOf = (journal: Journal["Service"], keys: ReadonlyArray<string>, ids: ReadonlyArray<string>) =>
    Effect.all({
      uploads: Effect.forEach(keys, (key) => journal.upload(bucket, key)),
      submissions: Effect.forEach(ids, (id) => journal.submission(id))
    })

  check("opens, and holds every write that had completed by then", (path) =>
    Effect.gen(function*() {
      const keys = ["images/a.tif", "images/b.tif", "images/c.jpg"]
      const ids = ["https://nrs/M1", "https://nrs/M2"]
      const steps = (journal: Journal["Service"]): ReadonlyArray<Effect.Effect<void, JournalError>> => [
        ...keys.slice(0, 2).map((key) => journal.saveUpload({ ...upload, key })),
        ...[2, 1, 4, 3].flatMap((n) => keys.slice(0, 2).map((key) => journal.savePart(bucket, key, part(n)))),
        journal.savePart(bucket, "images/a.tif", { ...part(2), token: "\"again\"" }),
        journal.saveUpload({ bucket, key: "images/c.jpg", fingerprint: { size: 1 }, parts: [], crc32: Crc32.empty }),
        ...keys.slice(0, 2).map((key) =>
          journal.saveUpload({ bucket, key, fingerprint: upload.fingerprint, parts: [], crc32: Crc32.Crc32.make(7) })
        ),
        journal.saveSubmission(submission("https://nrs/M1")),
        journal.saveUpload({ ...upload, session: { key: "images/b.tif", token: "upload-2" } }),
        journal.saveSubmission({ ...submission("https://nrs/M1"), state: "ended" }),
        journal.savePart(bucket, "images/a.tif", part(1)),
        journal.saveSubmission({
          ...submission("https://nrs/M2"),
          identifiers: Array.from({ length: 900 }, (_, i) => `AT:${i}`)
        })
      ]
      const copy = `${path}.copy`
      const reported = yield* using(path, (journal) =>
        Effect.gen(function*() {
          const seen = [{ size: 0, content: yield* contentOf(journal, keys, ids) }]
          for (const step of steps(journal)) {
            yield* step
            seen.push({ size: Fs.statSync(`${path}-wal`).size, content: yield* contentOf(journal, keys, ids) })
          }
          Fs.copyFileSync(path, copy)
          Fs.copyFileSync(`${path}-wal`, `${copy}-wal`)
          return seen
        }))
      const wal = Fs.readFileSync(`${copy}-wal`)
      const frames = framesOf(wal)
      assert.strictEqual(frames.at(-1)?.end, wal.length)
      assert.isAtLeast(frames.length, 30)
      // at every frame boundary, and in the middle of every frame
      const cuts = [0, walHeader, ...frames.flatMap(({ end }) => [end - 2000, end])]
      for (const cut of cuts) {
        const truncated = `${path}.${cut}`
        Fs.copyFileSync(copy, truncated)
        Fs.writeFileSync(`${truncated}-wal`, wal.subarray(0, cut))
        const content = yield* using(truncated, (journal) => contentOf(journal, keys, ids))
        assert.deepStrictEqual(content, reported.findLast(({ size }) => size <= cut)?.content, `cut at ${cut} bytes`)
      }
    }))
})
