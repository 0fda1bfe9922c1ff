import { assert, describe, it } from "@effect/vitest"
import { Apply, BatchReport, Holdings, type Plan, Preflight, Progress, TestMps, Update } from "@iiif-ingest/core"
import { Deferred, Effect, Fiber, FileSystem } from "effect"
import { sheet } from "./support/batch.ts"
import { again, draw, inMemory, plan, withManifest } from "./support/books.ts"

const batch = (title: string, test: Effect.Effect<void, unknown>) => it.live(title, () => test)

/** An image with more said of it. */
const changed = (image: Plan.PlannedImage | undefined, description: Plan.PlannedImage["description"]) =>
  image === undefined ? undefined : { ...image, description: { ...image.description, ...description } }

describe("an update", () => {
  batch(
    "names what it would change, and after it is applied is empty",
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([4, 2, 2])
      const apply = yield* Apply.Apply
      const first = { ...planned, manifests: planned.manifests.slice(0, 2) }
      assert.deepStrictEqual(
        (yield* Update.diff(planned, root)).map(({ name, state }) => [name, state]),
        [["BOOK1", "new"], ["BOOK2", "new"], ["BOOK3", "new"]]
      )
      // a book without its last page
      const before = withManifest(first, 0, (manifest) => ({ ...manifest, images: manifest.images.slice(0, 3) }))
      assert.isTrue(BatchReport.isComplete(yield* apply.run(before, { root }), before))
      assert.isTrue(Update.isEmpty(yield* Update.diff(before, root)))

      draw(root, "book1/page2.png", 2 + 7)
      const next = withManifest(
        yield* again(planned),
        0,
        ({ description, images: [one, two, three, four], ...rest }) => ({
          ...rest,
          description: {
            ...description,
            label: "Book one",
            rights: "http://creativecommons.org/publicdomain/mark/1.0/"
          },
          images: [
            changed(three, { policyDefinition: { policyGroupName: "private" } }),
            changed(one, { label: "Cover", metadata: [{ label: "Hand", value: "A" }] }),
            two,
            four
          ].filter((image) => image !== undefined)
        })
      )
      const changes = yield* Update.diff(next, root)
      const text = Update.describe(changes)
      for (
        const expected of [
          /^BOOK1: changed$/m,
          /^ {2}~ label: \{"none":\["Book 1"\]\} -> \{"none":\["Book one"\]\}$/m,
          /^ {2}~ rights: nothing -> "http:/m,
          /^ {2}~ book1\/page1\.png: label: \{"none":\["Page 1"\]\} -> \{"none":\["Cover"\]\}$/m,
          /^ {2}~ book1\/page1\.png: metadata: /m,
          /^ {2}~ book1\/page3\.png: moved from position 3 to 1$/m,
          /^ {2}~ book1\/page3\.png: policy: \{"policyGroupName":"default"\} -> \{"policyGroupName":"private"\}$/m,
          /^ {2}~ book1\/page2\.png: replaces book1page2 \(CRC-32 [0-9a-f]{8} -> [0-9a-f]{8}\)$/m,
          /^ {2}\+ book1\/page4\.png: new, as book1page4 at position 4$/m,
          /^BOOK3: new, 2 images$/m,
          /^1 manifest unchanged$/m
        ]
      ) assert.match(text, expected)
      assert.strictEqual(text.split("\n").length, 11, text)
      assert.deepStrictEqual(Update.replaced(changes).map(({ file }) => file), ["book1/page2.png"])

      const report = yield* apply.run(next, { root, action: "upsert" })
      assert.isTrue(BatchReport.isComplete(report, next), BatchReport.describe(report))
      assert.isTrue(Update.isEmpty(yield* Update.diff(next, root)), Update.describe(yield* Update.diff(next, root)))
      const kept = yield* (yield* Holdings.Holdings).versions(next.manifests[0]?.id ?? "")
      assert.deepStrictEqual(kept.map(({ images }) => images.length), [4, 3])
    }).pipe(Effect.provide(inMemory()), Effect.scoped)
  )

  batch(
    "names a page that is not there any more",
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([3])
      yield* (yield* Apply.Apply).run(planned, { root })
      const fewer = withManifest(planned, 0, (manifest) => ({ ...manifest, images: manifest.images.slice(1) }))
      assert.match(
        Update.describe(yield* Update.diff(fewer, root)),
        /^BOOK1: changed\n {2}- TEST:book1page1: no longer at position 1; it stays ingested$/
      )
    }).pipe(Effect.provide(inMemory()), Effect.scoped)
  )

  batch(
    "of a picture is made once, though the plan is made again",
    Effect.gen(function*() {
      const root = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const table = sheet(root, ["file", "manifest", "label"], ["a.png", "ONE", "One"], ["b.png", "ONE", "Two"])
      const planned = Effect.gen(function*() {
        const { findings, plan } = yield* (yield* Preflight.Preflight).check({ tables: [table], root, update: true })
        return plan ?? (yield* Effect.die(findings.map(({ message }) => message).join("\n")))
      })
      const apply = yield* Apply.Apply
      const posts = Effect.flatMap(TestMps.TestMps, ({ requests }) => Effect.map(requests, (all) => all.length))
      draw(root, "a.png", 1)
      draw(root, "b.png", 2)
      yield* apply.run(yield* planned, { root })
      draw(root, "b.png", 9)
      const other = yield* planned
      assert.deepStrictEqual(other.manifests[0]?.images.map(({ replaces }) => replaces), [undefined, true])
      const report = yield* apply.run(other, { root })
      assert.isTrue(BatchReport.isComplete(report, other), BatchReport.describe(report))
      assert.strictEqual(yield* posts, 2)
      const again = yield* planned
      assert.deepStrictEqual((yield* apply.preview(again, { root })).map(({ state }) => state), ["unchanged"])
      assert.isTrue(Update.isEmpty(yield* Update.diff(again, root)), Update.describe(yield* Update.diff(again, root)))
      assert.isTrue(BatchReport.isComplete(yield* apply.run(again, { root }), again))
      assert.strictEqual(yield* posts, 2)
    }).pipe(Effect.provide(inMemory()), Effect.scoped)
  )

  batch(
    "replaces no picture but those that the plan says it replaces",
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([2])
      const apply = yield* Apply.Apply
      yield* apply.run(planned, { root })
      draw(root, "book1/page1.png", 1 + 7)
      draw(root, "book1/page2.png", 2 + 7)
      const next = withManifest(yield* again(planned), 0, ({ images: [one, two], ...rest }) => ({
        ...rest,
        images: [one, two === undefined ? undefined : { ...two, replaces: true as const }].filter((image) =>
          image !== undefined
        )
      }))
      const [report] = (yield* apply.run(next, { root })).manifests
      assert.deepStrictEqual(report?.images.map(({ fate }) => fate._tag), ["UploadFailed", "NotSubmitted"])
    }).pipe(Effect.provide(inMemory()), Effect.scoped)
  )

  batch(
    "that was cut off is not taken for made",
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([2])
      const apply = yield* Apply.Apply
      const submitted = yield* Deferred.make<void>()
      const running = yield* apply.run(planned, { root }).pipe(
        Effect.provide(
          Progress.layer((event) =>
            event._tag === "JobSeen" ? Effect.asVoid(Deferred.succeed(submitted, undefined)) : Effect.void
          )
        ),
        Effect.forkChild
      )
      yield* Deferred.await(submitted)
      yield* Fiber.interrupt(running)
      assert.match(Update.describe(yield* Update.diff(planned, root)), /BOOK1: changed\n {2}~ nothing, but the job/)
      assert.isTrue(BatchReport.isComplete(yield* apply.run(planned, { root }), planned))
      assert.isTrue(Update.isEmpty(yield* Update.diff(planned, root)))
    }).pipe(Effect.provide(inMemory()), Effect.scoped)
  )
})
