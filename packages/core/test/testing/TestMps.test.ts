import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AssetId, JobId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as IngestReport from "@iiif-ingest/core/mps/IngestReport"
import type { Action, IngestRequest } from "@iiif-ingest/core/mps/IngestRequest"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as TestMps from "@iiif-ingest/core/testing/TestMps"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import { Context, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { objectStore } from "../../../../test/suites/objectStore.ts"
import { jpeg, png } from "../support/imageCorpus.ts"

const lost = new Reason.ConnectionLost({ host: "mps", detail: "ECONNRESET" })
const throttled = new Reason.Throttled({ evidence: Reason.evidence(503, "SlowDown") })

const provided = (options?: TestMps.Options) =>
  Effect.provide(TestMps.layer(options).pipe(Layer.provideMerge(NodeFileSystem.layer)))

const images = (...names: ReadonlyArray<string>) =>
  names.map((name) => IngestImage.bytes(png(40, 30), { name: `${name}.png` }))

const options = (...names: ReadonlyArray<string>): IngestProgram.Options => ({
  images: images(...names),
  manifest: { name: "ONE", label: "One" }
})

/** Runs to the end, with as much time as it takes. */
const run = (options: IngestProgram.Options) =>
  Effect.gen(function*() {
    const running = yield* Effect.forkChild(IngestProgram.ingestProgram(options))
    yield* TestClock.adjust("1 day")
    return yield* Fiber.join(running)
  })

const fates = (report: IngestReport.IngestReport) => report.assets.map(({ fate }) => fate._tag)

const names = (count: number) => Array.from({ length: count }, (_, n) => `p${n}`)

const uri = ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:TEST:ONE:MANIFEST:3")

const info: ObjectStore.ObjectInfo = { contentType: "image/png", metadata: {} }

const put = (name: string, bytes: Uint8Array) =>
  ObjectStore.ObjectStore.use((store) => store.put(`images/${name}.png`, ObjectStore.bytes(bytes), info))

const putInParts = (name: string, bytes: Uint8Array) =>
  Effect.gen(function*() {
    const store = yield* ObjectStore.ObjectStore
    const session = yield* store.begin(`images/${name}.png`, info)
    const part = yield* store.putPart(session, 1, ObjectStore.bytes(bytes))
    yield* store.complete(session, [part], { size: bytes.length, crc32: part.crc32 })
  })

/** A request for one image of the bucket, 30 pixels high, and a manifest with its width as label. */
const requestOf = (identifier: string, action: Action, width = 40): IngestRequest => ({
  globalSettings: { actionDefault: action, spaceDefault: "testspace" },
  metadata: {},
  assets: {
    audio: [],
    video: [],
    text: [],
    image: [{
      action,
      storageSrcPath: "images/",
      storageSrcKey: `${identifier.replace(/^.*:/, "")}.png`,
      identifier,
      space: "testspace",
      createdByAgent: "testagent",
      createDate: "2026-11-22 06:46:33",
      lastModifiedByAgent: "testagent",
      lastModifiedDate: "2026-11-22 06:46:33",
      status: "ACTIVE",
      iiifApiVersion: "3",
      policyDefinition: { policyGroupName: "default" },
      assetMetadata: [{ fieldName: "imageSize", jsonValue: { width, height: 30 } }]
    }]
  },
  manifest: { id: uri, type: "Manifest", label: `${width}` }
})

/** The size of an image that is served. */
const sizeOf = (id: string) =>
  Effect.map(
    Delivery.Delivery.use((delivery) => delivery.imageInfo(AssetId.make(id))),
    (seen) => seen._tag === "Served" ? [seen.value.width, seen.value.height] : undefined
  )

class Client extends Context.Service<Client, LtsClient.LtsClient["Service"]>()("test/testing/TestMps/Client") {}

describe("what was uploaded and submitted", () => {
  it.effect("is served, with its own size, and nothing else is", () =>
    Effect.gen(function*() {
      const delivery = yield* Delivery.Delivery
      assert.strictEqual((yield* delivery.manifest(uri, "3"))._tag, "Absent")
      const report = yield* run({
        ...options("a"),
        images: [...images("a"), IngestImage.bytes(jpeg(), { name: "b.jpg" })]
      })
      assert.isTrue(IngestReport.isComplete(report))
      const info = yield* delivery.imageInfo(AssetId.make("a"))
      assert(info._tag === "Served")
      assert.deepStrictEqual([info.value.width, info.value.height], [40, 30])
      assert.strictEqual((yield* delivery.imageInfo(AssetId.make("c")))._tag, "Absent")
    }).pipe(provided()))

  it.effect("can be looked at: requests, objects and calls", () =>
    Effect.gen(function*() {
      yield* run(options("a", "b"))
      const mps = yield* TestMps.TestMps
      const [request] = yield* mps.requests
      assert.deepStrictEqual(request?.assets.image.map(({ identifier }) => identifier), ["TEST:a", "TEST:b"])
      assert.deepStrictEqual([...(yield* mps.objects).keys()], ["images/a.png", "images/b.png"])
      assert.deepStrictEqual((yield* mps.objects).get("images/a.png"), png(40, 30))
      const counts = Map.groupBy(yield* mps.calls, (call) => call._tag)
      assert.strictEqual(counts.get("ObjectStore")?.length, 2)
      assert.strictEqual(counts.get("Initialize")?.length, 1)
    }).pipe(provided()))

  it.effect("is served in Presentation 2 as well", () =>
    Effect.gen(function*() {
      yield* run(options("a"))
      const delivery = yield* Delivery.Delivery
      const seen = yield* delivery.manifest(uri, "2")
      assert(seen._tag === "Served")
      assert.deepInclude(seen.value, { "@type": "sc:Manifest", "@id": uri.replace(/3$/, "2") })
    }).pipe(provided()))

  it.effect("of a second layer is another service", () =>
    Effect.gen(function*() {
      yield* run(options("a")).pipe(provided())
      const delivery = yield* Delivery.Delivery
      assert.strictEqual((yield* delivery.imageInfo(AssetId.make("a")))._tag, "Absent")
    }).pipe(provided()))

  it.effect("of a layer within another has a request of its own, and serves it", () => {
    const oneOf = Effect.fnUntraced(function*(name: string, other: string) {
      const report = yield* run(options(name))
      assert.isTrue(IngestReport.isComplete(report))
      const requests = yield* (yield* TestMps.TestMps).requests
      assert.deepStrictEqual(
        requests.map(({ assets }) => assets.image.map(({ identifier }) => identifier)),
        [[`TEST:${name}`]]
      )
      const delivery = yield* Delivery.Delivery
      assert.deepStrictEqual(yield* sizeOf(name), [40, 30])
      assert.isUndefined(yield* sizeOf(other))
      assert.strictEqual((yield* delivery.manifest(uri, "3"))._tag, "Served")
    })
    return oneOf("b", "a").pipe(provided(), Effect.andThen(oneOf("a", "b")), provided())
  })

  it.effect("has a journal of its own, with the ports alone as well", () => {
    const ports = () => Effect.provide(TestMps.layerPorts().pipe(Layer.provideMerge(NodeFileSystem.layer)))
    return Effect.gen(function*() {
      const outer = yield* Journal.Journal
      assert.notStrictEqual(yield* Journal.Journal.pipe(ports()), outer)
    }).pipe(ports())
  })

  it.effect("of one layer used more than once is one service", () => {
    const ports = TestMps.layerPorts()
    const client = Layer.effect(Client, LtsClient.LtsClient).pipe(Layer.provide(ports))
    return Effect.gen(function*() {
      assert.strictEqual(yield* Client, yield* LtsClient.LtsClient)
    }).pipe(Effect.provide(Layer.merge(client, ports).pipe(Layer.provideMerge(NodeFileSystem.layer))))
  })

  it.effect("is of the account's namespace alone", () =>
    Effect.gen(function*() {
      yield* put("a", png(40, 30))
      const { initialize } = yield* LtsClient.LtsClient
      yield* initialize(requestOf("OTHER:a", "create"))
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(yield* sizeOf("a"))
      const { jobId } = yield* initialize(requestOf("TEST:a", "update"))
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* (yield* LtsClient.LtsClient).jobStatus(jobId)).state, "failed")
      yield* initialize(requestOf("TEST:a", "create"))
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* sizeOf("a"), [40, 30])
    }).pipe(provided()))

  it.effect("is not changed by who looks at it", () =>
    Effect.gen(function*() {
      yield* put("a", png(40, 30))
      const mps = yield* TestMps.TestMps
      const looked = (yield* mps.objects).get("images/a.png")
      looked?.fill(0)
      assert.deepStrictEqual((yield* mps.objects).get("images/a.png"), png(40, 30))
    }).pipe(provided()))

  it.effect("stays served until what replaces it is", () =>
    Effect.gen(function*() {
      const { initialize } = yield* LtsClient.LtsClient
      const replace = Effect.fnUntraced(function*(width: number) {
        yield* put("a", png(width, 30))
        yield* initialize(requestOf("TEST:a", "upsert", width))
      })
      const seen: Array<unknown> = []
      const look = Effect.gen(function*() {
        const delivery = yield* Delivery.Delivery
        const manifest = yield* delivery.manifest(uri, "3")
        seen.push([(yield* sizeOf("a"))?.[0], manifest._tag === "Served" ? manifest.value : undefined])
      })
      const served = (width: number) => [width, { id: uri, type: "Manifest", label: `${width}` }]

      yield* replace(1)
      yield* TestClock.adjust("10 minutes")
      yield* look
      yield* TestClock.adjust("50 minutes")
      yield* look
      // Two in a row, the second before the first is served.
      yield* replace(2)
      yield* TestClock.adjust("10 minutes")
      yield* replace(3)
      yield* TestClock.adjust("10 minutes")
      yield* look
      yield* TestClock.adjust("41 minutes")
      yield* look
      yield* TestClock.adjust("10 minutes")
      yield* look
      assert.deepStrictEqual(seen, [[undefined, undefined], served(1), served(1), served(2), served(3)])
    }).pipe(provided({ jobDuration: "1 minute", serveAfter: "59 minutes" })))
})

describe("a job", () => {
  const submit = Effect.gen(function*() {
    const store = yield* ObjectStore.ObjectStore
    const client = yield* LtsClient.LtsClient
    const bytes = png(40, 30)
    yield* store.put("images/a.png", ObjectStore.bytes(bytes), { contentType: "image/png", metadata: {} })
    const mps = yield* TestMps.TestMps
    yield* run(options("a"))
    const [request] = yield* mps.requests
    assert(request !== undefined)
    return { client, jobId: (yield* client.initialize(request)).jobId }
  })

  it.effect("is ready, queued, running and then a success, as the clock goes", () =>
    Effect.gen(function*() {
      const { client, jobId } = yield* submit
      const states: Array<string> = []
      for (let minute = 0; minute <= 3; minute++) {
        states.push((yield* client.jobStatus(jobId)).state)
        yield* TestClock.adjust("1 minute")
      }
      assert.deepStrictEqual(states, ["ready", "queued", "running", "success"])
    }).pipe(provided({ jobDuration: "3 minutes" })))

  it.effect.each([["put", true], ["put", false], ["complete", false]] as const)(
    "reads the bucket when it ends (%s; somebody looked: %s)",
    ([how, looked]) =>
      Effect.gen(function*() {
        const { initialize, jobStatus } = yield* LtsClient.LtsClient
        const { jobId } = yield* initialize(requestOf("TEST:a", "create"))
        yield* TestClock.adjust("1 hour")
        if (looked) yield* jobStatus(jobId)
        yield* how === "put" ? put("a", png(40, 30)) : putInParts("a", png(40, 30))
        const job = yield* jobStatus(jobId)
        assert.strictEqual(job.state, "failed")
        assert.include(JSON.stringify(job.raw), "there is no object images/a.png")
      }).pipe(provided())
  )

  it.effect("reads an object that came after the request but before its end", () =>
    Effect.gen(function*() {
      const { initialize, jobStatus } = yield* LtsClient.LtsClient
      const { jobId } = yield* initialize(requestOf("TEST:a", "create"))
      yield* TestClock.adjust("59 minutes")
      yield* put("a", png(40, 30))
      yield* TestClock.adjust("1 minute")
      yield* put("a", png(3, 3))
      assert.strictEqual((yield* jobStatus(jobId)).state, "success")
      assert.deepStrictEqual(yield* sizeOf("a"), [40, 30])
    }).pipe(provided({ jobDuration: "1 hour" })))

  it.effect("that there is not is NotFound", () =>
    Effect.gen(function*() {
      const client = yield* LtsClient.LtsClient
      const error = yield* Effect.flip(client.jobStatus(JobId.make("x")))
      assert.strictEqual(error.reason._tag, "NotFound")
    }).pipe(provided()))

  it.effect("of an hour is waited for, and what it made comes later still", () =>
    Effect.gen(function*() {
      const running = yield* Effect.forkChild(IngestProgram.ingestProgram(options("a")))
      yield* TestClock.adjust("59 minutes")
      assert.isUndefined(running.pollUnsafe())
      yield* TestClock.adjust("1 day")
      assert.isTrue(IngestReport.isComplete(yield* Fiber.join(running)))
    }).pipe(provided({ jobDuration: "1 hour", serveAfter: "5 minutes" })))

  it.effect.each([[9, 10, true], [9, 9, false], [10, 50, false]] as const)(
    "with %i dead images of %i ends as success: %s",
    ([dead, count, succeeded]) =>
      Effect.gen(function*() {
        const report = yield* run(options(...names(count)))
        assert.strictEqual(report.job?.result?.succeeded, succeeded)
        assert.lengthOf(report.job?.result?.errors ?? [], dead)
        assert.isFalse(IngestReport.isComplete(report))
      }).pipe(provided({ faults: { asset: (id) => Number(id.slice("TEST:p".length)) < dead ? "dead" : undefined } }))
  )

  it.effect("fails with an image whose object is missing, is no image, or is of another size than stated", () =>
    Effect.gen(function*() {
      const report = yield* run({
        ...options(),
        images: [
          ...images("good"),
          IngestImage.bytes(new Uint8Array(9), { name: "none.png", width: 3, height: 3, mediaType: "image/png" }),
          IngestImage.bytes(png(40, 30), { name: "other.png", width: 3, height: 3, mediaType: "image/png" })
        ]
      })
      assert.deepStrictEqual(fates(report), ["Served", "NotServed", "NotServed"])
      const errors = report.job?.result?.errors ?? []
      assert.match(errors[0] ?? "", /^TEST:none: /)
      assert.strictEqual(errors[1], "TEST:other: imageSize is 3 x 3 but the image is 40 x 30")
    }).pipe(provided()))
})

describe("faults", () => {
  it.effect("of the store are counted by operation and key, and overcome by retries", () =>
    Effect.gen(function*() {
      assert.isTrue(IngestReport.isComplete(yield* run(options("a", "b"))))
      const puts = (yield* (yield* TestMps.TestMps).calls).flatMap((call) =>
        call._tag === "ObjectStore" && call.operation === "put" ? [`${call.key} ${call.count}`] : []
      )
      assert.sameMembers(puts, ["images/a.png 1", "images/a.png 2", "images/a.png 3", "images/b.png 1"])
    }).pipe(provided({
      faults: { store: ({ count, key }) => key === "images/a.png" && count < 3 ? TestMps.refuse(throttled) : undefined }
    })))

  it.effect("that lose a reply have the call done: the request is not posted again", () =>
    Effect.gen(function*() {
      const report = yield* run(options("a"))
      assert.isTrue(IngestReport.isComplete(report))
      assert.isUndefined(report.job)
      assert.lengthOf(yield* (yield* TestMps.TestMps).requests, 1)
    }).pipe(provided({ faults: { initialize: () => TestMps.lose(lost) } })))

  it.effect("that refuse a request leave nothing behind", () =>
    Effect.gen(function*() {
      const forbidden = yield* Effect.flip(run(options("a")))
      assert(forbidden._tag === "LtsError")
      assert.strictEqual(forbidden.reason._tag, "Forbidden")
      assert.lengthOf(yield* (yield* TestMps.TestMps).requests, 0)
    }).pipe(provided({
      faults: {
        initialize: () => TestMps.refuse(new LtsClient.Forbidden({ evidence: Reason.evidence(403, "no") }))
      }
    })))

  it.effect("of status and delivery are overcome as well", () =>
    Effect.gen(function*() {
      assert.isTrue(IngestReport.isComplete(yield* run(options("a"))))
    }).pipe(provided({
      faults: {
        jobStatus: ({ count }) => count % 2 === 1 ? TestMps.refuse(lost) : undefined,
        manifest: ({ count }) => count === 1 ? TestMps.lose(lost) : undefined,
        imageInfo: ({ count }) => count === 1 ? TestMps.refuse(lost) : undefined
      }
    })))
})

describe("answers of one's own", () => {
  const withheld = { _tag: "Withheld", url: "x", evidence: Reason.evidence(429, "") } as const

  it.effect("are a firewall that never lets anyone look, and a state that nobody knows", () =>
    Effect.gen(function*() {
      const report = yield* run(options("a"))
      assert.deepStrictEqual(fates(report), ["Unknown"])
      assert.strictEqual(report.job?.result?.succeeded, true)
    }).pipe(provided({
      faults: {
        imageInfo: () => TestMps.answer(withheld),
        jobStatus: ({ count, id }) => count < 5 ? TestMps.answer({ id, state: "pondering", raw: {} }) : undefined
      }
    })))
})

objectStore("of TestMps", Layer.provideMerge(TestMps.layerPorts(), NodeFileSystem.layer))

describe("another port in its place", () => {
  it.effect("is used instead", () =>
    Effect.gen(function*() {
      const report = yield* run(options("a"))
      assert.deepStrictEqual(fates(report), ["NotServed"])
    }).pipe(
      Effect.provide(
        IngestProgram.layer().pipe(
          Layer.provide(Delivery.layerScripted()),
          Layer.provideMerge(TestMps.layerPorts()),
          Layer.provideMerge(NodeFileSystem.layer)
        )
      )
    ))
})
