import { assert, describe, it } from "@effect/vitest"
import {
  Apply,
  BatchReport,
  FileContent,
  Journal,
  LtsClient,
  ObjectStoreError,
  Progress,
  RetryPolicy,
  TestMps
} from "@iiif-ingest/core"
import * as Reason from "@iiif-ingest/core/base/Reason"
import { Deferred, Duration, Effect, Fiber, Layer, Schedule, Schema, type Scope } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { again, draw, inMemory, plan, withManifest } from "./support/books.ts"

const quick = Effect.provideService(RetryPolicy.RetryPolicy, {
  ...RetryPolicy.standard,
  upload: RetryPolicy.backoff({ first: "1 millis", longest: "2 millis", times: 2 }),
  submit: RetryPolicy.backoff({ first: "1 millis", longest: "2 millis", times: 2 }),
  read: RetryPolicy.backoff({ first: "1 millis", longest: "2 millis", times: 2 }),
  poll: Schedule.spaced("2 millis"),
  delivery: Schedule.spaced("2 millis"),
  deliveryLimit: Duration.millis(40)
})

type Services = Layer.Success<ReturnType<typeof inMemory>> | Scope.Scope

const batch = <E>(
  title: string,
  test: () => Effect.Effect<void, E, Services>,
  options: TestMps.Options = {}
) => it.live(title, () => test().pipe(quick, Effect.provide(inMemory(options)), Effect.scoped))

const posts = Effect.flatMap(TestMps.TestMps, ({ requests }) => Effect.map(requests, (all) => all.length))
const puts = Effect.flatMap(
  TestMps.TestMps,
  ({ calls }) =>
    Effect.map(calls, (all) => all.filter((call) => call._tag === "ObjectStore" && call.operation === "put").length)
)

const problemsOf = (refused: Apply.PlanRefused) => refused.problems.map(({ place, problem }) => `${place}: ${problem}`)

describe("a plan that names files outside its folder", () => {
  batch("is refused, by path and through a link, unless that is allowed", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([3])
      const apply = yield* Apply.Apply
      const [manifest] = planned.manifests
      const files = manifest?.images.map(({ file }) => file) ?? []
      const [first = "", second = "", third = ""] = files
      const elsewhere = Fs.mkdtempSync(`${root}-elsewhere-`)
      yield* Effect.addFinalizer(() => Effect.sync(() => Fs.rmSync(elsewhere, { recursive: true })))
      for (const file of [first, second]) {
        const [from, to] = [Path.join(root, file), Path.join(elsewhere, Path.basename(file))]
        Fs.renameSync(from, to)
      }
      const outside = Path.join(elsewhere, Path.basename(first))
      Fs.symlinkSync(Path.join(elsewhere, Path.basename(second)), Path.join(root, second))
      const edited = {
        ...planned,
        manifests: manifest === undefined ? [] : [{
          ...manifest,
          images: manifest.images.map((image) =>
            image.file === first ? Object.assign({}, image, { file: outside }) : image
          )
        }]
      }
      const refused = yield* Effect.flip(apply.run(edited, { root }))
      assert.strictEqual(refused._tag, "PlanRefused")
      const says = "it is outside the folder of the plan: look whether it is meant, and then allow files outside"
      assert.deepStrictEqual(refused._tag === "PlanRefused" ? problemsOf(refused) : [], [
        `${outside}: ${says}`,
        `${second}: ${says}`
      ])
      assert.notInclude(refused.message, third)
      assert.strictEqual(yield* puts, 0)
      const report = yield* apply.run(edited, { root, allowOutside: true })
      assert.isTrue(BatchReport.isComplete(report, edited), BatchReport.describe(report))
    }))
})

describe("a plan that is applied", () => {
  batch("is served whole, and a second run posts and sends nothing", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([3, 2, 4])
      const apply = yield* Apply.Apply
      const report = yield* apply.run(planned, { root })
      assert.isTrue(BatchReport.isComplete(report, planned), BatchReport.describe(report))
      assert.strictEqual(BatchReport.describe(report), "qa: 3 of 3 manifests served, 9 of 9 images served")
      assert.strictEqual(yield* posts, 3)
      assert.deepStrictEqual(
        (yield* apply.preview(planned, { root })).map(({ bytes, name, state }) => ({ name, state, bytes })),
        ["BOOK1", "BOOK2", "BOOK3"].map((name) => ({ name, state: "unchanged" as const, bytes: 0 }))
      )
      const sent = yield* puts
      const second = yield* apply.run(planned, { root })
      assert.isTrue(BatchReport.isComplete(second, planned))
      assert.isTrue(second.manifests.every(({ report }) => report?.job?.earlier === true))
      assert.deepStrictEqual([yield* posts, yield* puts], [3, sent])
      assert.deepStrictEqual(
        { ...(yield* BatchReport.fromJournal(planned)), at: 0 },
        { ...second, at: 0 }
      )
      assert.deepStrictEqual(
        yield* Schema.decodeUnknownEffect(BatchReport.BatchReport)(JSON.parse(JSON.stringify(second))),
        second
      )
    }))

  batch(
    "again with one label changed posts that manifest alone, and with upsert leaves the others unchanged",
    () =>
      Effect.gen(function*() {
        const { plan: planned, root } = yield* plan([2, 2, 2])
        const apply = yield* Apply.Apply
        yield* apply.run(planned, { root })
        const changed = withManifest(planned, 1, (manifest) => ({
          ...manifest,
          description: { ...manifest.description, label: "Another" }
        }))
        const states = (yield* apply.preview(changed, { root, action: "upsert" })).map(({ state }) => state)
        assert.deepStrictEqual(states, ["unchanged", "changed", "unchanged"])
        const report = yield* apply.run(changed, { root, action: "upsert" })
        assert.isTrue(BatchReport.isComplete(report, changed))
        assert.strictEqual(yield* posts, 4)
      })
  )

  batch("with upsert replaces a picture, and without refuses to", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([2, 2])
      const apply = yield* Apply.Apply
      yield* apply.run(planned, { root })
      draw(root, "book1/page2.png", 2 + 7)
      const replaced = yield* again(planned)
      const refused = yield* apply.run(replaced, { root })
      assert.isFalse(BatchReport.isComplete(refused, replaced))
      assert.deepStrictEqual(BatchReport.counts(refused).fates, {
        ...BatchReport.counts(refused).fates,
        NotSubmitted: 1,
        UploadFailed: 1,
        Served: 2
      })
      const preview = yield* apply.preview(replaced, { root, action: "upsert" })
      assert.deepStrictEqual(preview.map(({ send, state }) => [state, send]), [["changed", 1], ["unchanged", 0]])
      const report = yield* apply.run(replaced, { root, action: "upsert" })
      assert.isTrue(BatchReport.isComplete(report, replaced), BatchReport.describe(report))
      assert.strictEqual(yield* posts, 3)
      yield* apply.run(replaced, { root, action: "upsert" })
      assert.strictEqual(yield* posts, 3)
    }))

  batch("applies only the manifests that are named, in the order of the plan", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([1, 1, 1])
      const report = yield* (yield* Apply.Apply).run(planned, {
        root,
        manifests: ["BOOK3", planned.manifests[0]?.id ?? ""]
      })
      assert.deepStrictEqual(report.manifests.map(({ name }) => name), ["BOOK1", "BOOK3"])
      assert.isTrue(BatchReport.isComplete(report))
      assert.isFalse(BatchReport.isComplete(report, planned))
      const known = yield* BatchReport.fromJournal(planned)
      assert.deepStrictEqual(known.manifests.map(({ problem }) => problem?.kind), [undefined, "stopped", undefined])
    }))

  batch("emits the events of the batch", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([1, 2])
      const events: Array<string> = []
      yield* (yield* Apply.Apply).run(planned, { root, jobsInFlight: 1 }).pipe(
        Effect.provide(Progress.layer((event) =>
          Effect.sync(() => {
            if (event._tag === "BatchStarted") events.push(`${event.manifests} manifests, ${event.images} images`)
            if (event._tag === "ManifestStarted") events.push(`begin ${event.name}`)
            if (event._tag === "ManifestEnded") events.push(`end ${event.outcome.name}`)
          })
        ))
      )
      assert.deepStrictEqual(events, ["2 manifests, 3 images", "begin BOOK1", "end BOOK1", "begin BOOK2", "end BOOK2"])
    }))
})

describe("a plan that cannot be applied", () => {
  batch("is refused in few words if a folder of many files is not there", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([30, 1])
      Fs.rmSync(Path.join(root, "book1"), { recursive: true })
      const refused = yield* Effect.flip((yield* Apply.Apply).run(planned, { root }))
      assert(refused._tag === "PlanRefused")
      assert.strictEqual(refused.problems.length, 30)
      const files = [1, 2, 3, 4, 5].map((page) => `book1/page${page}.png`).join(", ")
      assert.match(
        refused.message,
        new RegExp(`^the plan cannot be applied:\\n {2}${files} and 25 more: .*no such file.*$`)
      )
    }))

  batch("is refused with every reason at once, and nothing is sent", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([3, 1])
      Fs.rmSync(Path.join(root, "book1/page1.png"))
      Fs.appendFileSync(Path.join(root, "book1/page2.png"), "more")
      Fs.utimesSync(Path.join(root, "book1/page3.png"), 1, 1)
      const wrong = withManifest({ ...planned, environment: "prod", bucket: "other.bucket" }, 1, (manifest) => ({
        ...manifest,
        images: manifest.images.map((image) => ({ ...image, key: "images/else.png" }))
      }))
      const apply = yield* Apply.Apply
      const refused = yield* Effect.flip(apply.run(wrong, { root, manifests: ["BOOK1", "BOOK9"] }))
      assert.strictEqual(refused._tag, "PlanRefused")
      const problems = refused._tag === "PlanRefused" ? problemsOf(refused) : []
      for (
        const expected of [
          /^environment: the plan is for prod, and this is configured for qa/,
          /^bucket: /,
          /^manifests\[1\]\.images\[0\]\.key: .*edited apart/,
          /^BOOK9: there is no manifest of this name/,
          /^book1\/page1\.png: /,
          /^book1\/page2\.png: it has \d+ bytes, and had \d+/,
          /^book1\/page3\.png: it was changed after the plan was made/
        ]
      ) {
        assert.isTrue(problems.some((problem) => expected.test(problem)), `${expected}\n${problems.join("\n")}`)
      }
      assert.strictEqual(problems.length, 7)
      assert.deepStrictEqual(yield* Effect.flip(apply.preview(wrong, { root, manifests: ["BOOK1", "BOOK9"] })), refused)
      assert.deepStrictEqual(yield* Effect.flatMap(TestMps.TestMps, ({ calls }) => calls), [])
    }))

  batch("is none if a file was only touched, and the plan knows its content", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([1])
      const path = Path.join(root, "book1/page1.png")
      const content = yield* FileContent.whole(path)
      const known = withManifest(planned, 0, (manifest) => ({
        ...manifest,
        images: manifest.images.map((image) => ({ ...image, content }))
      }))
      Fs.utimesSync(path, 1, 1)
      const apply = yield* Apply.Apply
      yield* apply.check(known, { root })
      const bytes = Fs.readFileSync(path)
      bytes[bytes.length - 20] = 0
      Fs.writeFileSync(path, bytes)
      const refused = yield* Effect.flip(apply.check(known, { root }))
      assert.match(refused.message, /its content was changed/)
    }))
})

describe("a file that is changed while a batch runs", () => {
  batch("is not sent, and is named", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([1, 2])
      const report = yield* (yield* Apply.Apply).run(planned, { root, jobsInFlight: 1 }).pipe(
        Effect.provide(Progress.layer((event) =>
          Effect.sync(() => {
            if (event._tag === "ManifestEnded") draw(root, "book2/page2.png", 99)
          })
        ))
      )
      assert.deepStrictEqual(report.manifests.map(({ problem }) => problem?.kind), [undefined, "input"])
      assert.match(BatchReport.describe(report), /BOOK2: .*changed or removed while the batch was applied/)
      assert.deepStrictEqual(report.manifests[1]?.images.map(({ fate }) => fate._tag), ["NotSent", "Refused"])
      assert.deepStrictEqual([yield* posts, yield* puts], [1, 1])
    }))
})

describe("a manifest that fails", () => {
  const dead = (identifier: string) => identifier === "TEST:book2page1" ? "it is dead" : undefined

  batch("does not stop the others", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([2, 2, 2])
      const report = yield* (yield* Apply.Apply).run(planned, { root })
      assert.deepStrictEqual(BatchReport.counts(report), {
        ...BatchReport.counts(report),
        complete: 2,
        failed: 1,
        stopped: 0
      })
      assert.match(BatchReport.describe(report), /BOOK2: book2\/page1\.png: not served/)
    }), { faults: { asset: dead } })

  batch("stops the others as soon as no more may", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([1, 2, 1, 1])
      const report = yield* (yield* Apply.Apply).run(planned, { root, maxFailures: 1, jobsInFlight: 1 })
      assert.deepStrictEqual(report.manifests.map(({ problem }) => problem?.kind), [
        undefined,
        undefined,
        "stopped",
        "stopped"
      ])
      assert.match(BatchReport.describe(report), /BOOK3, BOOK4: not begun: 1 manifest failed, and no more may/)
    }), { faults: { asset: dead } })

  batch("is submitted without the images that were refused if that is asked for", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([3])
      const report = yield* (yield* Apply.Apply).run(planned, { root, onAssetFailure: "submitRest" })
      assert.deepStrictEqual(report.manifests[0]?.images.map(({ fate }) => fate._tag), [
        "Served",
        "UploadFailed",
        "Served"
      ])
      assert.isFalse(BatchReport.isComplete(report))
    }), {
    faults: {
      store: ({ key }) =>
        key.includes("page2") ? TestMps.refuse(new ObjectStoreError.AccessDenied({ detail: "no" })) : undefined
    }
  })

  batch(
    "whose reply was lost leaves unknown whether the images that were uploaded arrived, and no other",
    () =>
      Effect.gen(function*() {
        const { plan: planned, root } = yield* plan([3])
        const report = yield* (yield* Apply.Apply).run(planned, { root, onAssetFailure: "submitRest" })
        assert.strictEqual(report.manifests[0]?.problem?.kind, "unknown")
        assert.deepStrictEqual(report.manifests[0]?.images.map(({ fate }) => fate._tag), [
          "Unknown",
          "UploadFailed",
          "Unknown"
        ])
      }),
    {
      faults: {
        store: ({ key }) =>
          key.includes("page2") ? TestMps.refuse(new ObjectStoreError.AccessDenied({ detail: "no" })) : undefined,
        initialize: () => TestMps.lose(new Reason.ConnectionLost({ host: "mps", detail: "ECONNRESET" })),
        imageInfo: () => TestMps.refuse(new Reason.Unreachable({ host: "mps", detail: "ECONNREFUSED" }))
      }
    }
  )

  for (
    const [what, faults, kind] of [
      ["there is no bucket", {
        store: () => TestMps.refuse(new ObjectStoreError.NoSuchBucket({ bucket: "b" }))
      }, undefined],
      ["no image may be stored", {
        store: () => TestMps.refuse(new ObjectStoreError.AccessDenied({ detail: "no" }))
      }, undefined],
      ["the token is not accepted", {
        initialize: () => TestMps.refuse(new LtsClient.Unauthorized({ evidence: Reason.evidence(401, "no") }))
      }, "configuration"]
    ] as const
  ) {
    batch(`stops the others if ${what}`, () =>
      Effect.gen(function*() {
        const { plan: planned, root } = yield* plan([2, 2, 2])
        const report = yield* (yield* Apply.Apply).run(planned, { root, jobsInFlight: 1 })
        assert.deepStrictEqual(report.manifests.map(({ problem }) => problem?.kind), [kind, "stopped", "stopped"])
        assert.deepStrictEqual(BatchReport.counts(report).images, 6)
        assert.match(BatchReport.describe(report), /BOOK2, BOOK3: not begun: what went wrong would go wrong with each/)
        assert.strictEqual(yield* posts, 0)
      }), { faults })
  }
})

describe("a journal that cannot be written", () => {
  const full = Layer.effect(
    Journal.Journal,
    Effect.map(Journal.Journal, (journal) => ({
      ...journal,
      saveUpload: () => Effect.fail(new Journal.JournalError({ operation: "write", detail: "the disk is full" }))
    }))
  ).pipe(Layer.provide(Journal.layerMemory))

  it.live("stops the batch, with one message", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([2, 2, 2])
      const report = yield* (yield* Apply.Apply).run(planned, { root, jobsInFlight: 1 })
      assert.strictEqual(yield* posts, 0)
      assert.strictEqual(BatchReport.counts(report).stopped, 2)
      const text = BatchReport.describe(report)
      assert.strictEqual(text.split("\n").filter((line) => /^BOOK.*not begun/.test(line)).length, 1)
      assert.match(text, /the disk is full/)
    }).pipe(quick, Effect.provide(inMemory({}, full)), Effect.scoped))
})

describe("a run that is interrupted", () => {
  batch("loses nothing, and is continued by running the same again", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([3, 3, 3, 3])
      const apply = yield* Apply.Apply
      const ended = yield* Deferred.make<void>()
      const running = yield* apply.run(planned, { root, jobsInFlight: 2 }).pipe(
        Effect.provide(Progress.layer((event) =>
          event._tag === "ManifestEnded" ? Effect.asVoid(Deferred.succeed(ended, undefined)) : Effect.void
        )),
        Effect.forkChild
      )
      yield* Deferred.await(ended)
      yield* Fiber.interrupt(running)
      const known = yield* BatchReport.fromJournal(planned)
      assert.isAtLeast(BatchReport.counts(known).stopped, 1)
      assert.isAtLeast(BatchReport.counts(known).complete, 1)
      assert.isFalse(BatchReport.isComplete(known, planned))
      const report = yield* apply.run(planned, { root, jobsInFlight: 2 })
      assert.isTrue(BatchReport.isComplete(report, planned), BatchReport.describe(report))
      assert.strictEqual(yield* posts, 4)
    }))
})
