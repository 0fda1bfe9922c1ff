import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { type RequestLog, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Layer, Option } from "effect"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Zlib from "node:zlib"
import { writeLargeTiff, writeSmallFiles } from "../support/pictures.ts"
import * as JournalFile from "./support/journalFile.ts"
import { openUploads } from "./support/openUploads.ts"
import * as Program from "./support/program.ts"

const MiB = 1024 * 1024
const partSize = 5 * MiB
const [concurrency, partConcurrency] = [2, 2]
/** The number of requests with a body that can be in flight at a time. */
const workers = concurrency * partConcurrency

/** The number of kills, and the random seed; `npm run soak` sets more kills. */
const kills = Number(process.env["KILLS"] ?? 15)
const seed = Number(process.env["KILL_SEED"] ?? 1)
/** The most kills per batch: after more, nothing would be left to do. */
const killsPerBatch = 7
/** The latest event at which a run is killed; an event is the start or end of a request that changes something. */
const latestEvent = 16

const sha256 = (bytes: Uint8Array): string => Crypto.createHash("sha256").update(bytes).digest("hex")

/** Six small files, with four large ones of 12 to 40 MiB among them. */
const writeBatch = (folder: string) =>
  Effect.promise(async () => {
    await writeSmallFiles(folder, 6)
    for (const [name, height] of [["000", 2500], ["001a", 7000], ["003a", 2100], ["005a", 3000]] as const) {
      writeLargeTiff(Path.join(folder, `page-${name}.tif`), 2000, height)
    }
  })

const keyOf = (name: string): string => `images/${name.replace(/[^A-Za-z0-9.]/g, "")}`

/** Everything that distinguishes an object, except when it was stored. */
const describeObject = Effect.fnUntraced(function*(name: string) {
  const sandbox = yield* Sandbox.Sandbox
  const object = Option.getOrUndefined(yield* sandbox.object(sandbox.s3.bucket, keyOf(name)))
  if (object === undefined) return { name, missing: true }
  const { contentType, crc32, etag, file, metadata, size } = object
  return { name, contentType, crc32, etag, metadata, size, sha256: sha256(Fs.readFileSync(file)) }
})

type Request = RequestLog.RequestLogEntry

const hasBody = ({ op }: Request): boolean => op === "PutObject" || op === "UploadPart"

/** The image bytes in a request, without the framing of an `aws-chunked` body. */
const payload = ({ bytesIn, headers }: Request): number =>
  Math.min(bytesIn, Number(headers["x-amz-decoded-content-length"] ?? bytesIn))

const bytesOf = (requests: ReadonlyArray<Request>): number =>
  requests.filter(hasBody).reduce((sum, request) => sum + payload(request), 0)

const query = (request: Request) => new URL(request.path, "http://sandbox").searchParams

/** A part as `session/number`. */
const partOf = (request: Request): string => `${query(request).get("uploadId")}/${query(request).get("partNumber")}`

const nameOf = (request: Request): string =>
  decodeURIComponent(new URL(request.path, "http://sandbox").pathname.split("/").slice(3).join("/"))

/** Whether the journal records that the data of a request has arrived. */
const isRecorded = (request: Request, { finished, parts }: JournalFile.Remembered): boolean =>
  finished.has(nameOf(request)) || (request.op === "UploadPart" && parts.has(partOf(request)))

/** Checks that a run repeats nothing that the journal records as done. */
const checkNothingRepeated = (run: Program.Run, journal: JournalFile.Remembered) => {
  for (const request of run.requests) {
    const isRepeated = request.op === "CreateMultipartUpload"
      ? journal.finished.has(nameOf(request)) || journal.sessions.has(nameOf(request))
      : hasBody(request) && isRecorded(request, journal)
    assert.isFalse(isRepeated, `${request.op} ${request.path} was done before`)
  }
}

/** Checks that a file is read for its checksum only if its key exists already, and never if it is sent in parts. */
const checkHashing = (run: Program.Run) => {
  const existing = new Set(run.requests.filter(({ op, status }) => op === "PutObject" && status === 412).map(nameOf))
  for (const line of run.lines) {
    if (line._tag === "Hashed") assert.isTrue(existing.has(keyOf(Path.basename(line.path))), `${line.path} was hashed`)
  }
}

const layers = Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer)

describe("a program that is killed and restarted", () => {
  it.live(`ends with the same result as an uninterrupted one (${kills} kills)`, () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const sandbox = yield* Sandbox.Sandbox
      const folder = yield* fs.makeTempDirectoryScoped()
      const journals = yield* fs.makeTempDirectoryScoped()
      yield* writeBatch(folder)
      const names = Fs.readdirSync(folder)
      const batchBytes = names.reduce((sum, name) => sum + Fs.statSync(Path.join(folder, name)).size, 0)
      const upload = { partSize, concurrency, partConcurrency }

      const uninterrupted = yield* Program.run({ folder, upload, journal: Path.join(journals, "uninterrupted.sqlite") })
      assert.strictEqual(bytesOf(uninterrupted.requests), batchBytes)
      const expected = yield* Effect.forEach(names, describeObject)
      for (const [i, name] of names.entries()) {
        const bytes = Fs.readFileSync(Path.join(folder, name))
        const crc32 = Buffer.alloc(4)
        crc32.writeUInt32BE(Zlib.crc32(bytes))
        const { contentType, etag, metadata } = { contentType: "", etag: "", metadata: {}, ...expected[i] }
        const object = { name, contentType, crc32: crc32.toString("base64"), etag, metadata, size: bytes.length }
        assert.deepStrictEqual(expected[i], { ...object, sha256: sha256(bytes) })
      }

      const next = Program.random(seed)
      const totals = { kills: 0, withParts: 0, batches: 0, resent: 0, moments: new Map<string, number>() }
      while (totals.kills < kills) {
        totals.batches += 1
        yield* sandbox.reset
        const journal = Path.join(journals, `${totals.batches}.sqlite`)
        const known = new Set<string>()
        let remembered = JournalFile.read(journal)
        let sent = 0
        let forgotten = 0
        let begunUnknown = 0
        for (let left = Math.min(killsPerBatch, kills - totals.kills);; left--) {
          let events = left === 0 ? Infinity : 1 + Math.floor(next() * latestEvent)
          let moment = ""
          const run = yield* Program.run({ folder, upload, journal }, (request) => {
            if (request.op === "HeadObject") return false
            events -= 1
            if (events === 0) moment = `${request.op} ${request.ended === undefined ? "started" : "ended"}`
            return events === 0
          })
          checkNothingRepeated(run, remembered)
          checkHashing(run)
          sent += bytesOf(run.requests)
          if (!run.killed) {
            const outcomes = run.lines.filter((line) => line._tag !== "Hashed")
            assert.deepStrictEqual(
              outcomes.map((line) => line._tag === "Uploaded" ? line.key : line).sort(),
              names.map(keyOf).sort(),
              run.stderr
            )
            break
          }
          totals.kills += 1
          totals.moments.set(moment, (totals.moments.get(moment) ?? 0) + 1)
          remembered = JournalFile.read(journal)
          for (const session of remembered.sessions.values()) known.add(session)
          if (remembered.parts.size > 0) totals.withParts += 1
          // what may have arrived without being recorded: at most one part or object per worker
          const lost = run.requests.filter((request) => hasBody(request) && !isRecorded(request, remembered))
          assert.isAtMost(lost.length, workers, lost.map(({ path }) => path).join("\n"))
          forgotten += bytesOf(lost)
          begunUnknown += run.requests.filter(({ op }) => op === "CreateMultipartUpload").length
        }
        assert.deepStrictEqual(yield* Effect.forEach(names, describeObject), expected)
        assert.isAtMost(sent, batchBytes + forgotten)
        totals.resent += sent - batchBytes
        const open = yield* openUploads
        assert.deepStrictEqual(open.filter((session) => known.has(session)), [])
        assert.isAtMost(open.length, begunUnknown)
        assert.strictEqual(JournalFile.read(journal).finished.size, names.length)
      }
      assert.strictEqual(totals.kills, kills)
      // otherwise the test would not cover resuming in the middle of an upload
      assert.isAtLeast(totals.withParts, kills / 4)
      yield* Effect.logInfo(
        `${totals.kills} kills (${totals.withParts} with parts to resume from) in ${totals.batches} batches, ` +
          `seed ${seed}; sent again: ` +
          `${Math.round(totals.resent / totals.kills / 1024)} KiB per kill; killed at: ` +
          [...totals.moments].map(([moment, times]) => `${moment} ${times} times`).join(", ")
      )
    }).pipe(Effect.scoped, Effect.provide(layers)), 60_000 + kills * 10_000)
})
