import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as Ingest from "@iiif-ingest/core/mps/Ingest"
import type { Description } from "@iiif-ingest/core/mps/IngestImage"
import * as IngestRequest from "@iiif-ingest/core/mps/IngestRequest"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import type * as Submission from "@iiif-ingest/core/mps/Submission"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as UploadedAssets from "@iiif-ingest/core/upload/UploadedAsset"
import type { UploadedAsset } from "@iiif-ingest/core/upload/UploadedAsset"
import { Effect, Exit, Fiber, Layer, Option, Result, Schedule, Schema } from "effect"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import { asset, uploaded } from "../support/assets.ts"
import { layer as config, options } from "../support/config.ts"

const pythonRequest = Schema.decodeUnknownSync(IngestRequest.IngestRequest)(
  JSON.parse(readFileSync(new URL("../../../../test/data/seed-wire/ingest-request.json", import.meta.url), "utf8"))
)

const offline = (settings: Layer.Layer<MpsConfig.MpsConfig, MpsConfig.MpsConfigError> = config) =>
  Ingest.layer.pipe(Layer.provide([LtsClient.layerScripted(), Journal.layerMemory, settings]), Layer.orDie)

const request = (input: Ingest.Input, settings?: Layer.Layer<MpsConfig.MpsConfig, MpsConfig.MpsConfigError>) =>
  Ingest.Ingest.use((ingest) => ingest.request(input)).pipe(Effect.provide(offline(settings)))

/** Descriptions by asset id. */
const descriptionsOf = (...entries: ReadonlyArray<readonly [UploadedAsset, Description]>) =>
  new Map(entries.map(([{ asset }, description]) => [asset.id, description]))

const image = (asset: UploadedAsset, input: Partial<Ingest.Input> = {}, description: Description = {}) =>
  Effect.map(
    request({ assets: [asset], descriptions: descriptionsOf([asset, description]), ...input }),
    ({ assets }) => {
      const [only] = assets.image
      assert(only !== undefined)
      return only
    }
  )

describe("Ingest.request", () => {
  it.effect("equals the request of the Python client field by field", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 10, 22, 11, 46, 33))
      const [first, second] = pythonRequest.assets.image
      assert(first !== undefined && second !== undefined)
      const made = yield* request({
        assets: [
          uploaded(asset(first.identifier.slice(3), {}, { key: "images/falcon9-strips.tif" })),
          uploaded(asset(second.identifier.slice(3), {}, { key: "images/falcon9.tif" }))
        ],
        manifest: pythonRequest.manifest
      })
      assert.deepStrictEqual(made, pythonRequest)
      const encoded = yield* Schema.encodeEffect(IngestRequest.IngestRequest)(made)
      assert.deepStrictEqual(Object.keys(encoded.assets.image[0] ?? {}), Object.keys(first))
    }))

  it.effect.each(
    [
      ["winter", Date.UTC(2026, 0, 5, 3, 4, 5), "2026-01-04 22:04:05"],
      ["summer", Date.UTC(2026, 6, 1, 3, 59, 59), "2026-06-30 23:59:59"],
      ["the hour before clocks go forward", Date.UTC(2026, 2, 8, 6, 59, 59), "2026-03-08 01:59:59"],
      ["the hour after", Date.UTC(2026, 2, 8, 7, 0, 0), "2026-03-08 03:00:00"],
      ["midnight", Date.UTC(2026, 0, 5, 5, 0, 0), "2026-01-05 00:00:00"]
    ] as const
  )("is dated with New York's wall-clock time in %s", ([, now, expected]) =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      const made = yield* image(uploaded(asset("one")))
      assert.deepStrictEqual([made.createDate, made.lastModifiedDate], [expected, expected])
    }))

  it.effect("is dated with the time of another zone if one is configured", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 6, 1, 23, 30, 0))
      const made = yield* request(
        { assets: [uploaded(asset("one"))] },
        MpsConfig.layer({ ...options, timeZone: "Asia/Tokyo" })
      )
      assert.strictEqual(made.assets.image[0]?.createDate, "2026-07-02 08:30:00")
    }))

  it.effect("is dated when it is made, not when the program started", () =>
    Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      const input = { assets: [uploaded(asset("one"))] }
      const before = yield* ingest.request(input)
      yield* TestClock.adjust("1 day")
      const after = yield* ingest.request(input)
      assert.notStrictEqual(before.assets.image[0]?.createDate, after.assets.image[0]?.createDate)
    }).pipe(Effect.provide(offline())))

  it.effect("uses the fields of an asset's description instead of the configured ones", () =>
    Effect.gen(function*() {
      const policyDefinition = {
        policy: {
          authenticated: { height: 2400, width: 2400 },
          public: { height: 1200, width: 1200 }
        },
        thumbnail: { authenticated: { height: 250, width: 250 }, public: { height: 250, width: 250 } }
      }
      const own = {
        space: "other",
        agent: "somebody",
        action: "update",
        status: "INACTIVE",
        iiifApiVersion: "2",
        policyDefinition,
        thumbSizes: [150, 300],
        assetMetadata: [{ fieldName: "admin", jsonValue: { any: ["thing"] } }],
        createDate: "2001-02-03 04:05:06",
        lastModifiedDate: "2007-08-09 10:11:12"
      } as const
      const made = yield* image(uploaded(asset("one")), { policyDefinition: { policyGroupName: "other" } }, own)
      assert.deepStrictEqual(made, {
        action: "update",
        storageSrcPath: "images/",
        storageSrcKey: "one.tif",
        thumbSizes: [150, 300],
        identifier: "AT:one",
        space: "other",
        createdByAgent: "somebody",
        createDate: "2001-02-03 04:05:06",
        lastModifiedByAgent: "somebody",
        lastModifiedDate: "2007-08-09 10:11:12",
        status: "INACTIVE",
        iiifApiVersion: "2",
        policyDefinition,
        assetMetadata: [
          { fieldName: "imageSize", jsonValue: { width: 640, height: 427 } },
          { fieldName: "admin", jsonValue: { any: ["thing"] } }
        ]
      })
    }))

  it.effect("uses the values of the batch for assets without their own", () =>
    Effect.gen(function*() {
      const [one, two] = [uploaded(asset("one")), uploaded(asset("two"))]
      const made = yield* request({
        assets: [one, two],
        descriptions: descriptionsOf([two, { action: "create" }]),
        action: "upsert",
        actionDefault: "update",
        metadata: { from: "here" },
        policyDefinition: { policyGroupName: "closed" }
      })
      assert.deepStrictEqual(made.globalSettings, { actionDefault: "update", spaceDefault: "atspace" })
      assert.deepStrictEqual(made.metadata, { from: "here" })
      assert.deepStrictEqual(made.assets.image.map(({ action }) => action), ["upsert", "create"])
      assert.deepStrictEqual(made.assets.image[0]?.policyDefinition, { policyGroupName: "closed" })
      assert.deepStrictEqual(made.manifest, {})
    }))

  it.effect("with the form of the Python client, has atagent as the last to modify an asset, whoever created it", () =>
    Effect.gen(function*() {
      const agentsOf = (more: Partial<Ingest.Input>) =>
        Effect.map(
          image(uploaded(asset("one")), more, { agent: "somebody" }),
          ({ createdByAgent, lastModifiedByAgent }) => [createdByAgent, lastModifiedByAgent]
        )
      assert.deepStrictEqual(yield* agentsOf({ wire: "iiifingest" }), ["somebody", "atagent"])
      assert.deepStrictEqual(yield* agentsOf({}), ["somebody", "somebody"])
    }))

  it.effect("creates assets whose key was free, and upserts others", () =>
    Effect.gen(function*() {
      for (const [how, action] of [["sent", "create"], ["identical", "upsert"], ["resumed", "upsert"]] as const) {
        assert.strictEqual((yield* image(uploaded(asset("one"), how))).action, action)
      }
    }))

  it.effect("has the probed image size once, even if the description has another", () =>
    Effect.gen(function*() {
      const imageSize = { fieldName: "imageSize", jsonValue: { width: 1, height: 1 } }
      const made = yield* image(uploaded(asset("one")), {}, { assetMetadata: [imageSize, imageSize] })
      assert.deepStrictEqual(made.assetMetadata, [{ fieldName: "imageSize", jsonValue: { width: 640, height: 427 } }])
    }))

  it.effect.each(
    [
      ["a/b/c.tif", "a/b/", "c.tif"],
      ["images/c.d.tif", "images/", "c.d.tif"],
      ["c.tif", "/", "c.tif"]
    ] as const
  )("splits the key %s into folder and name", ([key, folder, name]) =>
    Effect.gen(function*() {
      const made = yield* image(uploaded(asset("one", {}, { key })))
      assert.deepStrictEqual([made.storageSrcPath, made.storageSrcKey], [folder, name])
    }))
})

const id = "https://nrs-qa.lib.harvard.edu/URN-3:AT:ONE:MANIFEST:3"
const jobId = JobId.make("6255a8a966b08c163ac5c880")
const accepted = { jobId, identifiers: ["AT:one"], raw: {} }
const busy = new Reason.Throttled({ evidence: Reason.evidence(429, "") })
const lost = new Reason.ConnectionLost({ host: "mps", detail: "ECONNRESET" })
const down = new Reason.Unavailable({ evidence: Reason.evidence(503, "") })
const refused = new LtsClient.Unauthorized({ evidence: Reason.evidence(401, "") })
const unreachable = new Reason.Unreachable({ host: "mps", detail: "ECONNREFUSED" })

type Reply = NonNullable<LtsClient.Script["initialize"]>[number]

/** Logs what is journaled and what is posted, in order. */
const logged = (replies: ReadonlyArray<Reply>, log: Array<string>, before?: Journal.SubmissionRecord) => {
  const journal = Layer.effect(
    Journal.Journal,
    Effect.gen(function*() {
      const inner = yield* Journal.Journal
      if (before !== undefined) yield* inner.saveSubmission(before)
      return {
        ...inner,
        saveSubmission: (record: Journal.SubmissionRecord) =>
          Effect.andThen(
            Effect.sync(() => void log.push("jobId" in record ? `${record.state} ${record.jobId}` : record.state)),
            inner.saveSubmission(record)
          )
      }
    })
  ).pipe(Layer.provide(Journal.layerMemory))
  const client = Layer.effect(
    LtsClient.LtsClient,
    Effect.map(LtsClient.LtsClient, (inner) => ({
      ...inner,
      initialize: (body: IngestRequest.IngestRequest) =>
        Effect.andThen(Effect.sync(() => void log.push("POST")), inner.initialize(body))
    }))
  ).pipe(Layer.provide(LtsClient.layerScripted({ initialize: replies })))
  return Ingest.layer.pipe(Layer.provideMerge(journal), Layer.provide([client, config]))
}

/** The record of an earlier request that has not ended. */
const openOf = (earlier: Submission.Earlier): Submission.Submitting | Submission.Submitted | undefined =>
  "record" in earlier && earlier.record.state !== "ended" ? earlier.record : undefined

const submitting = (replies: ReadonlyArray<Reply>, before?: Journal.SubmissionRecord) =>
  Effect.gen(function*() {
    const log: Array<string> = []
    const fiber = yield* Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      const made = yield* ingest.request({ assets: [uploaded(asset("one"))] })
      const exit = yield* Effect.exit(ingest.submit(id, made))
      return { exit, left: openOf(yield* ingest.earlier(id, made)) }
    }).pipe(
      Effect.provide(logged(replies, log, before)),
      Effect.provideService(RetryPolicy.RetryPolicy, {
        ...RetryPolicy.standard,
        submit: Schedule.max([Schedule.spaced("1 second"), Schedule.recurs(3)])
      }),
      Effect.forkChild
    )
    yield* TestClock.adjust("1 minute")
    const { exit, left } = yield* Fiber.join(fiber)
    const reason = Option.match(Exit.findErrorOption(exit), {
      onNone: () => undefined,
      onSome: (error) => error._tag === "LtsError" ? error.reason._tag : error._tag
    })
    return { log, reason, left }
  })

const submittingRecord: Submission.Submitting = { id, state: "submitting", identifiers: ["AT:one"], at: 0 }

describe("Ingest.submit", () => {
  it.effect("journals that it is submitting before the POST, and the job after it", () =>
    Effect.gen(function*() {
      const { left, log, reason } = yield* submitting([accepted])
      assert.isUndefined(reason)
      assert.deepStrictEqual(log, ["submitting", "POST", `submitted ${jobId}`])
      assert.deepStrictEqual(left, { id, state: "submitted", identifiers: ["AT:one"], jobId, at: 0 })
    }))

  it.effect("retries only requests that were certainly not accepted", () =>
    Effect.gen(function*() {
      const { log } = yield* submitting([busy, unreachable, accepted])
      assert.deepStrictEqual(log, ["submitting", "POST", "POST", "POST", `submitted ${jobId}`])
    }))

  it.effect.each([lost, down, new Reason.TimedOut({ host: "mps", limit: RetryPolicy.standard.attemptLimit })])(
    "does not retry after $_tag, and does not end the request",
    (reason) =>
      Effect.gen(function*() {
        const { left, log, reason: failed } = yield* submitting([reason, accepted])
        assert.strictEqual(failed, reason._tag)
        assert.deepStrictEqual(log, ["submitting", "POST"])
        assert.deepStrictEqual(left, submittingRecord)
      })
  )

  it.effect("does not end a request that was lost on a later attempt", () =>
    Effect.gen(function*() {
      const { left, log } = yield* submitting([busy, lost, accepted])
      assert.deepStrictEqual(log, ["submitting", "POST", "POST"])
      assert.deepStrictEqual(left, submittingRecord)
    }))

  it.effect("ends the request after a refusal", () =>
    Effect.gen(function*() {
      const { left, log, reason } = yield* submitting([refused])
      assert.strictEqual(reason, "Unauthorized")
      assert.deepStrictEqual(log, ["submitting", "POST", "ended"])
      assert.isUndefined(left)
      const alwaysBusy = yield* submitting([busy])
      assert.deepStrictEqual(alwaysBusy.log, ["submitting", "POST", "POST", "POST", "POST", "ended"])
    }))

  it.effect("does not end an earlier request that may have arrived after a refusal", () =>
    Effect.gen(function*() {
      const { left, log } = yield* submitting([refused], submittingRecord)
      assert.deepStrictEqual(log, ["submitting", "POST", "submitting"])
      assert.deepStrictEqual(left, submittingRecord)
    }))

  it.effect("does not post a request that cannot be journaled", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      const broken = new Journal.JournalError({ operation: "write", detail: "the disk is full" })
      const journal = Layer.effect(
        Journal.Journal,
        Effect.map(Journal.Journal, (inner) => ({ ...inner, saveSubmission: () => Effect.fail(broken) }))
      ).pipe(Layer.provide(Journal.layerMemory))
      const client = Layer.effect(
        LtsClient.LtsClient,
        Effect.map(LtsClient.LtsClient, (inner) => ({
          ...inner,
          initialize: (body: IngestRequest.IngestRequest) =>
            Effect.andThen(Effect.sync(() => void log.push("POST")), inner.initialize(body))
        }))
      ).pipe(Layer.provide(LtsClient.layerScripted()))
      const error = yield* Effect.gen(function*() {
        const ingest = yield* Ingest.Ingest
        return yield* Effect.flip(ingest.submit(id, pythonRequest))
      }).pipe(Effect.provide(Ingest.layer.pipe(Layer.provide([journal, client, config]))))
      assert.strictEqual(error, broken)
      assert.deepStrictEqual(log, [])
    }))

  it.effect("does not end a request that was interrupted", () =>
    Effect.gen(function*() {
      const client = Layer.effect(
        LtsClient.LtsClient,
        Effect.map(LtsClient.LtsClient, (inner) => ({ ...inner, initialize: () => Effect.never }))
      ).pipe(Layer.provide(LtsClient.layerScripted()))
      const record = yield* Effect.gen(function*() {
        const ingest = yield* Ingest.Ingest
        const fiber = yield* Effect.forkChild(ingest.submit(id, pythonRequest))
        yield* TestClock.adjust("1 minute")
        yield* Fiber.interrupt(fiber)
        return openOf(yield* ingest.earlier(id, pythonRequest))
      }).pipe(Effect.provide(Ingest.layer.pipe(Layer.provide([Journal.layerMemory, client, config]))))
      assert.strictEqual(record?.state, "submitting")
    }))
})

describe("Ingest.earlier", () => {
  it.effect("finds a request by its id and its assets in order, until it has ended", () =>
    Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      const [one, two] = [uploaded(asset("one")), uploaded(asset("two"))]
      const made = yield* ingest.request({ assets: [one, two] })
      const tagOf = (id: string, assets: ReadonlyArray<UploadedAsset>) =>
        Effect.map(
          Effect.flatMap(ingest.request({ assets }), (request) => ingest.earlier(id, request)),
          ({ _tag }) => _tag
        )
      yield* ingest.submit(id, made)
      const earlier = yield* ingest.earlier(id, made)
      assert(earlier._tag === "Going")
      assert.strictEqual(yield* tagOf(`${id}x`, [one, two]), "None")
      assert.strictEqual(yield* tagOf(id, [two, one]), "Superseded")
      assert.strictEqual(yield* tagOf(id, []), "Superseded")
      yield* ingest.ended(earlier.record, true)
      assert.strictEqual(yield* tagOf(id, [one, two]), "Over")
    }).pipe(Effect.provide(offline())))
})

describe("Ingest.content", () => {
  const one = uploaded(asset("one"))
  const two = uploaded(asset("two"))
  const base: Ingest.Input = {
    assets: [one, two],
    descriptions: new Map([[one.asset.id, { label: "One" }]]),
    manifest: { id, label: "x" },
    metadata: { batch: 1 }
  }
  const contentOf = (input: Ingest.Input) =>
    Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      return Ingest.content(input, yield* ingest.request(input)).digest
    }).pipe(Effect.provide(offline()))

  it.effect("is the same however and whenever the images came into the bucket", () =>
    Effect.gen(function*() {
      const first = yield* contentOf(base)
      yield* TestClock.adjust("3 days")
      const later = yield* contentOf({ ...base, assets: [{ ...one, how: "identical" }, { ...two, how: "resumed" }] })
      assert.strictEqual(later, first)
      assert.match(first, /^[0-9a-f]{64}$/)
    }))

  const describing = (description: Description): Ingest.Input => ({
    ...base,
    descriptions: new Map([[one.asset.id, description]])
  })
  const changes: ReadonlyArray<readonly [string, Ingest.Input]> = [
    ["the order of the images", { ...base, assets: [two, one] }],
    ["one image fewer", { ...base, assets: [one] }],
    ["a byte of an image", { ...base, assets: [{ ...one, crc32: Crc32.Crc32.make(1) }, two] }],
    ["the size of a file", { ...base, assets: [uploaded({ ...one.asset, fingerprint: { size: 4 } }), two] }],
    ["the size of an image", { ...base, assets: [uploaded({ ...one.asset, width: 641 }), two] }],
    ["a key", { ...base, assets: [uploaded({ ...one.asset, key: "images/else.tif" }), two] }],
    ["a label in the manifest", { ...base, manifest: { id, label: "y" } }],
    ["the metadata of the request", { ...base, metadata: { batch: 2 } }],
    ["the policy of all", { ...base, policyDefinition: { policyGroupName: "closed" } }],
    ["the policy of one", describing({ policyDefinition: { policyGroupName: "closed" } })],
    ["the metadata of one", describing({ assetMetadata: [{ fieldName: "admin", jsonValue: 1 }] })],
    ["a space", describing({ space: "other" })],
    ["a given date", describing({ createDate: "2001-02-03 04:05:06" })],
    ["a given action", describing({ action: "update" })],
    ["the action of all", { ...base, action: "upsert" }],
    ["a text", { ...base, text: [{ identifier: "AT:t", storageSrcPath: "", storageSrcKey: "t.txt" }] }]
  ]
  it.effect("changes with anything that is asked for", () =>
    Effect.gen(function*() {
      const digests = yield* Effect.forEach(changes, ([, input]) => contentOf(input))
      const all = [yield* contentOf(base), ...digests]
      assert.strictEqual(new Set(all).size, all.length, changes.map(([what]) => what).join())
    }))
})

describe("a request for an object that was in the bucket already", () => {
  it.effect("is not taken for the one that was ingested, since its bytes are not known", () =>
    Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      const stored = Result.getOrThrow(UploadedAssets.stored({ id: "one", key: "a/one.tif", width: 1, height: 1 }))
      const input = { assets: [stored] }
      const made = yield* ingest.request(input)
      const content = Ingest.content(input, made)
      assert.isUndefined(content.bytes)
      yield* ingest.submit(id, made, content)
      const earlier = yield* ingest.earlier(id, made, content)
      assert(earlier._tag === "Going")
      yield* ingest.ended(earlier.record, true)
      assert.strictEqual((yield* ingest.earlier(id, made, content))._tag, "Over")
    }).pipe(Effect.provide(offline())))
})

describe("Ingest.idOf", () => {
  it.effect("is the address of the manifest, or else made of the assets", () =>
    Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      const idOf = (input: Ingest.Input) => Effect.map(ingest.request(input), Ingest.idOf)
      const [one, two, three] = ["one", "two", "three"].map((name) => uploaded(asset(name)))
      assert(one !== undefined && two !== undefined && three !== undefined)
      assert.strictEqual(yield* idOf({ assets: [one], manifest: { id } }), id)
      assert.strictEqual(yield* idOf({ assets: [one], manifest: { "@id": id } }), id)
      assert.strictEqual(yield* idOf({ assets: [one] }), "AT:one without a manifest")
      const [a, b] = [yield* idOf({ assets: [one, two] }), yield* idOf({ assets: [one, three] })]
      assert.match(a, /^AT:one and 1 more without a manifest \([0-9a-f]{16}\)$/)
      assert.notStrictEqual(a, b)
    }).pipe(Effect.provide(offline())))
})
