/** Batches on a journal file: of several plans, of two people at once, and on a disk that is full. */
import { NodeFileSystem, NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Apply, BatchReport, Journal, TestMps } from "@iiif-ingest/core"
import { NodeJournal } from "@iiif-ingest/node"
import { Effect, FileSystem, Layer, type Scope } from "effect"
import * as Path from "node:path"
import { inMemory, onJournal, plan, withManifest } from "../../packages/core/test/batch/support/books.ts"
import * as JournalDatabase from "../../packages/node/src/internal/journalDatabase.ts"
import * as nodeJournal from "../../packages/node/src/internal/nodeJournal.ts"

const temporary = Effect.flatMap(
  FileSystem.FileSystem,
  (fs) => Effect.map(fs.makeTempDirectoryScoped(), (folder) => Path.join(folder, "journal.sqlite"))
)

const world = (path: string) => inMemory({}, NodeJournal.layer({ path }).pipe(Layer.orDie))

const posts = Effect.flatMap(TestMps.TestMps, ({ requests }) => Effect.map(requests, (all) => all.length))

const check = (title: string, test: Effect.Effect<void, unknown, FileSystem.FileSystem | Scope.Scope>) =>
  it.live(title, () => test.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

describe("a journal file", () => {
  check(
    "serves several plans, and knows each of their manifests in a later run",
    Effect.gen(function*() {
      const path = yield* temporary
      const { plan: one, root } = yield* plan([2, 1])
      const { plan: all, root: other } = yield* plan([2, 1, 2])
      const two = { ...all, manifests: all.manifests.slice(2) }
      const applied = Effect.gen(function*() {
        const apply = yield* Apply.Apply
        assert.isTrue(BatchReport.isComplete(yield* apply.run(one, { root }), one))
        assert.isTrue(BatchReport.isComplete(yield* apply.run(two, { root: other }), two))
        assert.strictEqual(yield* posts, 3)
      })
      yield* Effect.provide(applied, world(path))
      const later = Effect.gen(function*() {
        const states = yield* (yield* Apply.Apply).preview(two, { root: other })
        assert.deepStrictEqual(states.map(({ state }) => state), ["unchanged"])
        const known = yield* BatchReport.fromJournal(all)
        assert.deepStrictEqual(BatchReport.counts(known).complete, 3)
        const unknown = withManifest(one, 0, (manifest) => ({ ...manifest, images: manifest.images.toReversed() }))
        assert.isTrue(BatchReport.isComplete(yield* BatchReport.fromJournal(unknown), unknown))
      })
      yield* Effect.provide(later, world(path))
    })
  )

  check(
    "is refused to a second one while a batch runs",
    Effect.gen(function*() {
      const path = yield* temporary
      const { plan: planned, root } = yield* plan([1])
      yield* Effect.gen(function*() {
        const error = yield* Effect.flip(
          Effect.provide(Effect.void, Layer.fresh(NodeJournal.layer({ path })))
        )
        assert.strictEqual(error._tag, "JournalError")
        assert.match(error.message, /in use|another/)
        assert.isTrue(BatchReport.isComplete(yield* (yield* Apply.Apply).run(planned, { root }), planned))
      }).pipe(Effect.provide(world(path)))
    })
  )

  check(
    "on a full disk stops the batch with one message, and a run with room continues it",
    Effect.gen(function*() {
      const path = yield* temporary
      const { plan: planned, root } = yield* plan(Array.from({ length: 12 }, () => 40))
      const full = Layer.effect(
        Journal.Journal,
        Effect.gen(function*() {
          const database = yield* JournalDatabase.open(path)
          const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"])
          database.exec(`PRAGMA max_page_count = ${pages + 4}`)
          return yield* nodeJournal.make(database, path)
        })
      ).pipe(Layer.orDie)
      const stopped = Effect.gen(function*() {
        const report = yield* (yield* Apply.Apply).run(planned, { root, jobsInFlight: 2 })
        assert.isAtLeast(BatchReport.counts(report).stopped, 1, BatchReport.describe(report))
        const text = BatchReport.describe(report)
        assert.strictEqual(text.split("\n").filter((line) => line.includes("not begun:")).length, 1, text)
        assert.match(text, /the disk is full: free some space, then run again/)
        assert.strictEqual(BatchReport.counts(report).images, 480)
      })
      const continued = Effect.gen(function*() {
        const report = yield* (yield* Apply.Apply).run(planned, { root })
        assert.isTrue(BatchReport.isComplete(report, planned), BatchReport.describe(report))
        assert.isAtMost(yield* posts, 12)
      })
      yield* Effect.andThen(
        Effect.provide(stopped, onJournal(full)),
        Effect.provide(continued, onJournal(Layer.orDie(NodeJournal.layer({ path }))))
      ).pipe(
        Effect.provide(TestMps.layerPorts({ jobDuration: "10 millis" }).pipe(Layer.provideMerge(NodeServices.layer)))
      )
    })
  )
})
