import { assert, describe, it } from "@effect/vitest"
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
import * as JournalDatabase from "../src/internal/journalDatabase.ts"
import { applicationId, migrations } from "../src/internal/journalSchema.ts"
import { StatFs } from "../src/internal/networkFileSystem.ts"
import * as internal from "../src/internal/nodeJournal.ts"
import * as NodeJournal from "../src/NodeJournal.ts"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "journal-"))),
  (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
)

const temporaryPath = Effect.map(temporaryFolder, (folder) => Path.join(folder, "journal.sqlite"))

/** Uses a journal, and closes it. */
const using = <A, E, R>(path: string, use: (journal: Journal["Service"]) => Effect.Effect<A, E, R>) =>
  Journal.use(use).pipe(Effect.provide(NodeJournal.layer({ path })))

/** A test with a path to a journal that is not there yet. */
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

/** Closes the file whenever no call is under way: what a call has said is done must have left the process. */
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

journalSuite("SQLite, closed after each step", { layer: Layer.effect(Journal, reopening), durable: true })

describe("versions", () => {
  check("an empty file of version 0 is brought up to date", (path) =>
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

  check("a migration keeps what is there; a journal of a later release is refused", (path) =>
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
        `it has version ${later.length}, this release knows ${migrations.length}: update iiif-ingest`
      )
    }))

  check("a migration that fails leaves the journal as it was", (path) =>
    Effect.gen(function*() {
      yield* using(path, (journal) => journal.saveUpload(upload))
      const broken = [...migrations, (database: DatabaseSync) => database.exec("DROP TABLE parts; DROP TABLE nothing")]
      const error = yield* Effect.flip(Effect.scoped(JournalDatabase.open(path, broken)))
      assert.include(error.message, "nothing")
      const record = yield* using(path, (journal) => journal.upload(bucket, key))
      assert.deepStrictEqual(record, Option.some(upload))
    }))
})

describe("files that are no journal", () => {
  check("another program's SQLite file is left alone", (path) =>
    Effect.gen(function*() {
      const other = new DatabaseSync(path)
      other.exec("CREATE TABLE bookmarks (url TEXT)")
      other.close()
      const before = Fs.readFileSync(path)
      assert.include(yield* openFails(path), "it is the SQLite file of another program: give another path")
      assert.deepStrictEqual(Fs.readFileSync(path), before)
    }))

  check("a file of another kind is left alone", (path) =>
    Effect.gen(function*() {
      const text = "not a database, and long enough to be looked at as one\n".repeat(100)
      Fs.writeFileSync(path, text)
      assert.include(yield* openFails(path), "it is not an SQLite file: give another path, or move it away")
      assert.strictEqual(Fs.readFileSync(path, "utf8"), text)
    }))

  check("a damaged journal is told, with what to do", (path) =>
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
      assert.include(yield* openFails(path), "it is damaged: move it away and run again")
    }))

  check("a row that was changed by hand is told, the others are read", (path) =>
    Effect.gen(function*() {
      yield* using(path, (journal) =>
        Effect.andThen(journal.saveUpload(upload), journal.saveUpload({ ...upload, key: "images/b.tif" })))
      const tool = new DatabaseSync(path)
      tool.exec("UPDATE uploads SET crc32 = -1 WHERE key = 'images/b.tif'")
      tool.close()
      const error = yield* Effect.flip(using(path, (journal) =>
        journal.upload(bucket, "images/b.tif")))
      assert.include(error.message, "read failed")
      assert.include(error.message, `${bucket}/images/b.tif was changed by hand or is damaged: delete that row`)
      assert.deepStrictEqual(yield* using(path, (journal) => journal.upload(bucket, key)), Option.some(upload))
    }))
})

/** A child process that holds a journal; the first line that it says. */
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
      let said = ""
      child.stdout.setEncoding("utf8").on("data", (text: string) => void (said += text))
      const says = (pattern: RegExp) =>
        Effect.callback<string>((resume) => {
          const look = () => {
            const found = said.split("\n").slice(0, -1).find((line) => pattern.test(line))
            if (found !== undefined) resume(Effect.succeed(found))
          }
          child.stdout.on("data", look).on("end", () => resume(Effect.succeed(`ended without ${pattern}: ${said}`)))
          look()
        })
      const ended = Effect.callback<void>((resume) => {
        if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
        child.once("exit", () => resume(Effect.void))
      })
      return { child, says, ended }
    }
  )

describe("one process at a time", () => {
  check("a second process is refused with the first one's pid", (path) =>
    Effect.gen(function*() {
      const { child, says } = yield* hold(path)
      assert.strictEqual(yield* says(/./), "open true")
      assert.match(
        yield* openFails(path),
        new RegExp(`${path} is in use by process ${child.pid} since 20\\d\\d-.*: wait until that has ended, or give`)
      )
    }))

  check(
    "a second layer in the same process is refused too, and the lock ends with its scope",
    (path) =>
      Effect.gen(function*() {
        yield* using(
          path,
          () => Effect.map(openFails(path), (message) => assert.include(message, `process ${process.pid}`))
        )
        yield* using(path, (journal) => journal.saveUpload(upload))
      })
  )

  check("a lock ends with a process that is killed", (path) =>
    Effect.gen(function*() {
      const { child, ended, says } = yield* hold(path)
      assert.strictEqual(yield* says(/./), "open true")
      child.kill("SIGKILL")
      yield* ended
      yield* using(path, (journal) => journal.saveUpload(upload))
    }))

  check("a second process waits where it is told to", (path) =>
    Effect.gen(function*() {
      const waiting = yield* using(path, () =>
        Effect.gen(function*() {
          const waiting = yield* hold(path, "wait")
          assert.include(
            yield* waiting.says(/./),
            `waiting for ${path}, which is in use by process ${process.pid} since`
          )
          return waiting
        }))
      assert.strictEqual(yield* waiting.says(/^open|ended/), "open true")
      waiting.child.stdin.end()
      yield* waiting.ended
      assert.strictEqual(waiting.child.exitCode, 0)
    }))

  check("who says to hold it is not believed: only the lock counts", (path) =>
    Effect.gen(function*() {
      yield* using(path, () => Effect.void)
      const lock = new DatabaseSync(`${path}.lock`)
      // the pid of a process that lives, as after a crash and a reused pid
      lock.prepare("INSERT INTO holder (pid, since) VALUES (?, ?)").run(process.pid, "2026-01-01T00:00:00.000Z")
      lock.close()
      yield* using(path, (journal) => journal.saveUpload(upload))
    }))
})

describe("where it may be", () => {
  const onFileSystem = (type: number) => Effect.provideService(StatFs, () => Promise.resolve({ type }))

  for (
    const [name, type] of [["NFS", 0x6969], ["CIFS", 0xff534d42], ["SMB", -0x1acb2be], ["9p", 0x01021997], [
      "FUSE",
      0x65735546
    ]] as const
  ) {
    it.live.skipIf(process.platform !== "linux")(
      `not on ${name}, unless that is allowed (Linux only)`,
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

  check("a folder that cannot be made", (path) =>
    Effect.gen(function*() {
      Fs.writeFileSync(path, "")
      assert.include(yield* openFails(Path.join(path, "below", "journal.sqlite")), "ENOTDIR")
    }))

  check("a folder in the place of the file", (path) =>
    Effect.gen(function*() {
      Fs.mkdirSync(path)
      assert.include(yield* openFails(path), "it cannot be opened: check that its folder exists and may be written")
    }))

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
    "by default in the state folder, a file for each bucket (where XDG holds)",
    () =>
      Effect.gen(function*() {
        const folder = yield* temporaryFolder
        yield* configured({ XDG_STATE_HOME: folder })
        assert.isTrue(Fs.existsSync(Path.join(folder, "iiif-ingest", `${bucket}.sqlite`)))
        assert.strictEqual(Fs.statSync(Path.join(folder, "iiif-ingest")).mode & 0o777, 0o700)
      }).pipe(Effect.scoped)
  )

  check("or where LTS_IIIF_JOURNAL says", (path) =>
    Effect.gen(function*() {
      yield* configured({ LTS_IIIF_JOURNAL: path })
      assert.isTrue(Fs.existsSync(path))
    }))
})

const frameHeader = 24
const walHeader = 32

/** The frames of a WAL: where each ends, in bytes, and whether it ends a transaction. Source: sqlite.org/fileformat2.html, 4.1. */
const framesOf = (wal: Buffer): ReadonlyArray<{ readonly end: number; readonly commits: boolean }> => {
  const pageSize = wal.readUInt32BE(8)
  const salt = wal.subarray(16, 24)
  const frames = []
  for (let at = walHeader; at + frameHeader + pageSize <= wal.length; at += frameHeader + pageSize) {
    // frames of an earlier round of the WAL have other salts
    if (!wal.subarray(at + 8, at + 16).equals(salt)) break
    frames.push({ end: at + frameHeader + pageSize, commits: wal.readUInt32BE(at + 4) > 0 })
  }
  return frames
}

const commitsIn = (path: string): number =>
  framesOf(Fs.readFileSync(`${path}-wal`)).filter(({ commits }) => commits).length

describe("what is written", () => {
  check("parts that come together share a transaction", (path) =>
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

  check("a write whose fiber is interrupted is written all the same", (path) =>
    Effect.gen(function*() {
      yield* using(path, (journal) =>
        Effect.gen(function*() {
          yield* journal.saveUpload(upload)
          yield* Effect.race(journal.savePart(bucket, key, part(1)), Effect.void)
        }))
      const record = yield* using(path, (journal) => journal.upload(bucket, key))
      assert.deepStrictEqual(Option.getOrThrow(record).parts, [part(1)])
    }))

  check("a full disk is told, and what was written before stays", (path) =>
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
      assert.include(failed.message, "the disk is full: make room, then run again; what it holds is kept")
      assert.deepStrictEqual(yield* using(path, (journal) => journal.upload(bucket, key)), Option.some(upload))
    }))

  const sqlite3 = ChildProcess.spawnSync("sqlite3", ["--version"]).status === 0

  it.live.skipIf(!sqlite3)(
    "the sqlite3 tool reads it while it is in use (needs sqlite3)",
    () =>
      Effect.gen(function*() {
        const path = yield* temporaryPath
        yield* using(path, (journal) =>
          Effect.gen(function*() {
            yield* journal.saveUpload(upload)
            yield* journal.savePart(bucket, key, part(1))
            yield* journal.saveSubmission(submission("https://nrs/M1"))
            const ask = (sql: string) =>
              ChildProcess.execFileSync("sqlite3", ["-readonly", path, sql], { encoding: "utf8" })
            assert.strictEqual(
              ask(
                "SELECT bucket, key, size, modified_millis, crc32, session_key, session_token, part_size FROM uploads"
              ),
              `${bucket}|${key}|12000000|1700000000123.5||${key}|upload-1|5242880\n`
            )
            assert.strictEqual(
              ask(
                "SELECT key, part_number, parts.size, parts.crc32, token FROM parts JOIN uploads ON uploads.id = upload"
              ),
              `${key}|1|5242880|1|"etag-1"\n`
            )
            assert.strictEqual(
              ask("SELECT id, state, job_id, identifiers FROM submissions"),
              "https://nrs/M1|submitting||[\"AT:a\",\"AT:b\"]\n"
            )
            assert.strictEqual(ask("PRAGMA integrity_check"), "ok\n")
          }))
      }).pipe(Effect.scoped)
  )

  const strace = process.platform === "linux" &&
    ChildProcess.spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0

  it.live.skipIf(!strace)(
    "a submission is synced to the disk before it is reported, a part is not (needs strace)",
    () =>
      Effect.gen(function*() {
        const folder = yield* temporaryFolder
        const [path, trace] = [Path.join(folder, "journal.sqlite"), Path.join(folder, "trace")]
        const program = Path.join(import.meta.dirname, "support/writeJournal.ts")
        const calls = "trace=fsync,fdatasync,kill"
        ChildProcess.spawnSync("strace", ["-f", "-y", "-e", calls, "-o", trace, process.execPath, program, path])
        // the stages that the program marks: opening, parts, submissions, its end
        const stages = Fs.readFileSync(trace, "utf8").split(/^.* kill\(.*$/m)
        const syncs = stages.map((stage) => stage.match(/f(?:data)?sync\(\d+<[^>]*journal\.sqlite-wal>/g)?.length ?? 0)
        assert.deepStrictEqual(syncs.slice(1, 3), [0, 3], stages.join("\nkill\n"))
      }).pipe(Effect.scoped)
  )
})

describe("cut off at any frame of its WAL", () => {
  /** What a journal holds of the keys and ids that a run uses. */
  const contentOf = (journal: Journal["Service"], keys: ReadonlyArray<string>, ids: ReadonlyArray<string>) =>
    Effect.all({
      uploads: Effect.forEach(keys, (key) => journal.upload(bucket, key)),
      submissions: Effect.forEach(ids, (id) => journal.submission(id))
    })

  check("it opens, and holds what had been reported by then", (path) =>
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
      // at every boundary, and once within every frame, where half of it is there
      const cuts = [0, walHeader, ...frames.flatMap(({ end }) => [end - 2000, end])]
      for (const cut of cuts) {
        const own = `${path}.${cut}`
        Fs.copyFileSync(copy, own)
        Fs.writeFileSync(`${own}-wal`, wal.subarray(0, cut))
        const content = yield* using(own, (journal) => contentOf(journal, keys, ids))
        assert.deepStrictEqual(content, reported.findLast(({ size }) => size <= cut)?.content, `cut at ${cut} bytes`)
      }
    }))
})
