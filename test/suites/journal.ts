/** The tests that every layer of `Journal` must pass. */
import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { Journal, SubmissionRecord, UploadRecord } from "@iiif-ingest/core/upload/Journal"
import type { JournalError } from "@iiif-ingest/core/upload/Journal"
import type { PartReceipt } from "@iiif-ingest/core/upload/ObjectStore"
import { Effect, type Layer, Option, Schema } from "effect"

/** `layer`: a new, empty journal each time it is built. */
export interface Driver {
  readonly layer: Layer.Layer<Journal, JournalError>
  readonly durable: boolean
}

const bucket = "edu.harvard.huit.lts.mps.at-atspace-qa"
const key = "images/\u00e9 page'1.tif"
const jobId = JobId.make("6255a8a966b08c163ac5c880")

const begun: UploadRecord = {
  bucket,
  key,
  fingerprint: { size: 12_582_912, modifiedMillis: 1_795_347_995_123.25, identity: "42:1795347995123456789" },
  fixity: [{ algorithm: "md5", value: "d41d8cd98f00b204e9800998ecf8427e" }],
  session: { key, token: "upload \u{1F680} \"id\"" },
  partSize: 5_242_880,
  parts: []
}

const finished: UploadRecord = {
  bucket,
  key,
  fingerprint: { size: 12_582_912 },
  parts: [],
  crc32: Crc32.Crc32.make(0xffff_ffff),
  etag: "\"0123456789abcdef0123456789abcdef-3\""
}

const part = (partNumber: number, crc = partNumber): PartReceipt => ({
  partNumber,
  size: 5_242_880,
  crc32: Crc32.Crc32.make(crc),
  token: `"etag-${crc}"`
})

const submitting: SubmissionRecord = {
  id: "https://nrs/URN-3:AT:A:MANIFEST:3",
  state: "submitting",
  identifiers: ["AT:a"]
}

/**
 * A record with only values that exist outside JavaScript: no -0, and no strings with lone surrogates or with NUL (at
 * which Node 22 ends a string that it reads from SQLite).
 */
const portable = <A>(schema: Schema.Decoder<A>, record: A): A =>
  Schema.decodeUnknownSync(schema)(
    JSON.parse(JSON.stringify(record), (_, value) =>
      typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\ufffd") : value)
  )

export const journalSuite = (name: string, driver: Driver) =>
  describe(`Journal: ${name}`, () => {
    const check = (title: string, test: (journal: Journal["Service"]) => Effect.Effect<void, JournalError>) =>
      it.live(title, () => Journal.use(test).pipe(Effect.provide(driver.layer)))

    check("reports whether it is durable", (journal) =>
      Effect.sync(() => assert.strictEqual(journal.durable, driver.durable)))

    check("is empty at first", (journal) =>
      Effect.gen(function*() {
        assert.isTrue(Option.isNone(yield* journal.upload(bucket, key)))
        assert.isTrue(Option.isNone(yield* journal.submission("x")))
      }))

    check("returns an upload as it was saved", (journal) =>
      Effect.gen(function*() {
        for (const record of [begun, finished]) {
          yield* journal.saveUpload(record)
          assert.deepStrictEqual(yield* journal.upload(bucket, key), Option.some(record))
        }
      }))

    check("distinguishes uploads by bucket and key, even if only the case differs", (journal) =>
      Effect.gen(function*() {
        const others = [
          { ...begun, key: key.toUpperCase() },
          { ...begun, bucket: `${bucket}2` },
          { ...begun, key: `${key}2` },
          // The same characters, split elsewhere.
          { ...begun, bucket: "a", key: "b/c" }
        ]
        for (const record of [finished, ...others]) {
          yield* journal.saveUpload(record)
        }
        assert.deepStrictEqual(yield* journal.upload(bucket, key), Option.some(finished))
        for (const record of others) {
          assert.deepStrictEqual(yield* journal.upload(record.bucket, record.key), Option.some(record))
        }
      }))

    check("keeps parts in the order in which they were saved", (journal) =>
      Effect.gen(function*() {
        yield* journal.saveUpload(begun)
        for (const n of [3, 1, 2]) {
          yield* journal.savePart(bucket, key, part(n))
        }
        const record = yield* journal.upload(bucket, key)
        assert.deepStrictEqual(record, Option.some({ ...begun, parts: [part(3), part(1), part(2)] }))
      }))

    check("replaces a part that is sent again", (journal) =>
      Effect.gen(function*() {
        yield* journal.saveUpload(begun)
        yield* journal.savePart(bucket, key, part(1))
        yield* journal.savePart(bucket, key, part(2))
        yield* journal.savePart(bucket, key, part(1, 77))
        const record = Option.getOrThrow(yield* journal.upload(bucket, key))
        assert.sameDeepMembers([...record.parts], [part(1, 77), part(2)])
      }))

    check("drops the parts of an upload that starts over or completes", (journal) =>
      Effect.gen(function*() {
        for (const record of [{ ...begun, session: { key, token: "second" } }, finished]) {
          yield* journal.saveUpload(begun)
          yield* journal.savePart(bucket, key, part(1))
          yield* journal.saveUpload(record)
          assert.deepStrictEqual(yield* journal.upload(bucket, key), Option.some(record))
        }
      }))

    check("keeps every one of many parts saved at the same time", (journal) =>
      Effect.gen(function*() {
        yield* journal.saveUpload(begun)
        const numbers = Array.from({ length: 200 }, (_, i) =>
          i + 1)
        yield* Effect.forEach(numbers, (n) => journal.savePart(bucket, key, part(n)), { concurrency: "unbounded" })
        const record = Option.getOrThrow(yield* journal.upload(bucket, key))
        assert.sameMembers(
          record.parts.map((p) => p.partNumber),
          numbers
        )
      }))

    check("ignores a part of an unknown upload", (journal) =>
      Effect.gen(function*() {
        yield* journal.savePart(bucket, key, part(1))
        assert.isTrue(Option.isNone(yield* journal.upload(bucket, key)))
      }))

    check("returns a submission in its latest state", (journal) =>
      Effect.gen(function*() {
        for (
          const record of [
            submitting,
            { ...submitting, content: "0f".repeat(32), at: 1_795_347_995_123, proof: Crc32.Crc32.make(7) },
            { ...submitting, state: "submitted", jobId } as const,
            { ...submitting, state: "submitted", jobId, content: "0f".repeat(32), at: 0 } as const,
            { ...submitting, state: "ended", jobId } as const,
            { ...submitting, state: "ended", jobId, content: "0f".repeat(32), at: 1, succeeded: true } as const,
            { ...submitting, state: "ended", succeeded: false } as const,
            { ...submitting, identifiers: ["AT:b", "AT:a"] },
            { ...submitting, identifiers: [] }
          ]
        ) {
          yield* journal.saveSubmission(record)
          assert.deepStrictEqual(yield* journal.submission(submitting.id), Option.some(record))
        }
        assert.isTrue(Option.isNone(yield* journal.submission(submitting.id.toLowerCase())))
      }))

    it.live.prop("keeps any record", [UploadRecord, SubmissionRecord], (records) =>
      Effect.gen(function*() {
        const upload = portable(UploadRecord, records[0])
        const submission = portable(SubmissionRecord, records[1])
        const journal = yield* Journal
        yield* journal.saveUpload(upload)
        yield* journal.saveSubmission(submission)
        assert.deepStrictEqual(yield* journal.upload(upload.bucket, upload.key), Option.some(upload))
        assert.deepStrictEqual(yield* journal.submission(submission.id), Option.some(submission))
      }).pipe(Effect.provide(driver.layer)), { arbitrary: { runs: 30 } })
  })

/** Tests that every record of a journal round-trips through JSON. */
export const journalCodecs = () =>
  describe("records of a journal", () => {
    for (const [name, schema] of [["an upload", UploadRecord], ["a submission", SubmissionRecord]] as const) {
      const codec: Schema.Codec<unknown, Schema.Json> = Schema.toCodecJson(schema)
      it.prop(`round-trip through JSON: ${name}`, [schema], ([record]) => {
        const text = JSON.stringify(Schema.encodeUnknownSync(codec)(record))
        const again = Schema.decodeUnknownSync(codec)(JSON.parse(text))
        assert.strictEqual(JSON.stringify(Schema.encodeUnknownSync(codec)(again)), text)
        assert.isTrue(Schema.is(schema)(again))
      })
    }
  })
