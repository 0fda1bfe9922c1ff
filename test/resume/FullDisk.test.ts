import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ImageSource, IngestProgram, Journal, ObjectStore, Upload } from "@iiif-ingest/core"
import { Effect, FileSystem, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import * as Path from "node:path"
import { layer as config } from "../../packages/core/test/support/config.ts"
import * as JournalDatabase from "../../packages/node/src/internal/journalDatabase.ts"
import * as NodeJournal from "../../packages/node/src/internal/nodeJournal.ts"

const concurrency = 4

/** A journal that cannot grow by a single page. */
const fullJournal = Layer.effect(
  Journal.Journal,
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = Path.join(yield* fs.makeTempDirectoryScoped(), "journal.sqlite")
    const database = yield* JournalDatabase.open(path)
    database.exec("PRAGMA max_page_count = 1")
    return yield* NodeJournal.make(database, path)
  })
)

const layers = IngestProgram.layerUpload({ concurrency }).pipe(
  Layer.provideMerge(Layer.merge(ObjectStore.layerMemory, fullJournal)),
  Layer.provide([config, SecureRandom.layerWebCrypto]),
  Layer.provideMerge(NodeFileSystem.layer)
)

const image = (i: number) =>
  ImageSource.bytes(new Uint8Array(100).fill(i), { name: `page${i}.tif`, width: 1, height: 1, mediaType: "image/tiff" })

describe("a full disk under the journal", () => {
  it.live("ends the batch, and nothing further is sent that cannot be recorded", () =>
    Effect.gen(function*() {
      const upload = yield* Upload.Upload
      const journal = yield* Journal.Journal
      const store = yield* ObjectStore.ObjectStore
      const outcomes = yield* upload.all(Array.from({ length: 500 }, (_, i) => image(i)))
      const failed = outcomes.flatMap((outcome) => outcome._tag === "Failed" ? [outcome.error] : [])
      assert.isAtLeast(failed.length, 100)
      for (const error of failed) {
        assert.strictEqual(error._tag, "JournalError")
        assert.include(error.message, "the disk is full: free some space, then run again")
      }
      const isStored = (i: number) => Effect.map(store.head(`images/page${i}.tif`), Option.isSome)
      const isRecorded = (i: number) => Effect.map(journal.upload(store.bucket, `images/page${i}.tif`), Option.isSome)
      const all = outcomes.map((_, i) => i)
      const stored = yield* Effect.filter(all, isStored)
      const recorded = yield* Effect.filter(all, isRecorded)
      assert.isAbove(recorded.length, 0)
      assert.strictEqual(recorded.length, 500 - failed.length)
      assert.isAtMost(stored.length, recorded.length + concurrency)
    }).pipe(Effect.provide(layers)))
})
