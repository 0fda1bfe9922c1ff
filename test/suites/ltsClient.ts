/** The tests that every layer of `LtsClient` must pass. A driver sets up the service's replies for each layer. */
import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import type { IngestRequest } from "@iiif-ingest/core/mps/IngestRequest"
import { LtsClient, LtsError } from "@iiif-ingest/core/mps/LtsClient"
import type { LtsReason } from "@iiif-ingest/core/mps/LtsClient"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

export type Fails = { readonly _tag: "Fails"; readonly reason: LtsReason["_tag"] }
export type Accepted = {
  readonly _tag: "Accepted"
  readonly jobId: JobId
  readonly identifiers: ReadonlyArray<string>
}
export type State = { readonly _tag: "State"; readonly state: string }
export type Version = { readonly _tag: "Version"; readonly json: Schema.Json }

/** The replies to each call, in order; the last one repeats. */
export interface Arrangement {
  readonly initialize?: ReadonlyArray<Accepted | Fails>
  readonly jobStatus?: ReadonlyArray<State | Fails>
  readonly version?: ReadonlyArray<Version | Fails>
}

/**
 * - `layer`: a client whose calls get these replies.
 * - `silent`: a client of a service that accepts requests and never replies; `arrived` waits for a request, `released`
 *   for the end of its connection. A layer without connections has none.
 */
export interface Driver {
  readonly layer: (arrangement: Arrangement) => Layer.Layer<LtsClient>
  readonly silent?: Effect.Effect<
    {
      readonly layer: Layer.Layer<LtsClient>
      readonly arrived: Effect.Effect<void>
      readonly released: Effect.Effect<void>
    },
    never,
    Scope.Scope
  >
}

const ofReads: ReadonlyArray<LtsReason["_tag"]> = [
  "Unauthorized",
  "Forbidden",
  "NotFound",
  "Redirected",
  "Unreachable",
  "ConnectionLost",
  "TimedOut",
  "Throttled",
  "Unavailable",
  "Challenged",
  "Undecodable",
  "Rejected"
]

const operations = [
  { operation: "initialize", reasons: [...ofReads, "TooLarge", "NoJobId", "TokenUnavailable"] },
  { operation: "jobStatus", reasons: ofReads },
  { operation: "version", reasons: ofReads }
] as const satisfies ReadonlyArray<{ operation: keyof Arrangement; reasons: ReadonlyArray<LtsReason["_tag"]> }>

const fails = (operation: keyof Arrangement, reason: LtsReason["_tag"]): Arrangement => ({
  [operation]: [{ _tag: "Fails", reason }]
})

export const request: IngestRequest = {
  globalSettings: { actionDefault: "upsert", spaceDefault: "space" },
  metadata: {},
  assets: {
    audio: [],
    video: [],
    text: [],
    image: ["AT:one", "AT:two"].map((identifier) => ({
      action: "create",
      storageSrcPath: "images/",
      storageSrcKey: `${identifier.slice(3)}.tif`,
      identifier,
      space: "space",
      createdByAgent: "agent",
      createDate: "2026-11-22 06:46:33",
      lastModifiedByAgent: "agent",
      lastModifiedDate: "2026-11-22 06:46:33",
      status: "ACTIVE",
      iiifApiVersion: "3",
      policyDefinition: { policyGroupName: "default" },
      assetMetadata: [{ fieldName: "imageSize", jsonValue: { width: 640, height: 427 } }]
    }))
  },
  manifest: { id: "https://nrs.example/URN-3:AT:ONE:MANIFEST:3", type: "Manifest", label: { none: ["Großes Bild"] } }
}

export const identifiers = ["AT:one", "AT:two"]
export const jobId = JobId.make("6255a8a966b08c163ac5c880")

const call = (operation: keyof Arrangement) =>
  LtsClient.use((client): Effect.Effect<unknown, LtsError> =>
    operation === "initialize"
      ? client.initialize(request)
      : operation === "jobStatus"
      ? client.jobStatus(jobId)
      : client.version
  )

const LtsErrorJson = Schema.toCodecJson(LtsError)

export const ltsClientSuite = (name: string, driver: Driver) =>
  describe(`LtsClient: ${name}`, () => {
    it.live("an accepted request returns its job id and the assets' identifiers", () =>
      Effect.gen(function*() {
        const submission = yield* LtsClient.use((client) => client.initialize(request))
        assert.strictEqual(submission.jobId, jobId)
        assert.deepStrictEqual(submission.identifiers, identifiers)
        assert.isObject(submission.raw)
      }).pipe(Effect.provide(driver.layer({ initialize: [{ _tag: "Accepted", jobId, identifiers }] }))))

    it.live("a job has the requested id, its state as sent, and the raw reply", () => {
      const states = ["ready", "queued", "running", "Paused for maintenance", "success"]
      return Effect.gen(function*() {
        const client = yield* LtsClient
        for (const state of [...states, "success"]) {
          const job = yield* client.jobStatus(jobId)
          assert.strictEqual(job.id, jobId)
          assert.strictEqual(job.state, state)
          assert.include(JSON.stringify(job.raw), state)
        }
      }).pipe(Effect.provide(driver.layer({ jobStatus: states.map((state) => ({ _tag: "State", state })) })))
    })

    it.live("the version is the JSON that the service returns", () =>
      Effect.gen(function*() {
        const version = yield* LtsClient.use((client) => client.version)
        assert.deepStrictEqual(version, { version: "2.7", built: null })
      }).pipe(
        Effect.provide(driver.layer({ version: [{ _tag: "Version", json: { version: "2.7", built: null } }] }))
      ))

    for (const { operation, reasons } of operations) {
      it.live.each(reasons)(`${operation}: %s`, (reason) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(call(operation))
          assert.instanceOf(error, LtsError)
          assert.strictEqual(error.reason._tag, reason)
          assert.strictEqual(error.operation, operation)
          assert.match(error.message, new RegExp(`^${operation}: .{20}`))
          // A journal stores errors, so they must round-trip through JSON.
          const kept = yield* Schema.encodeEffect(LtsErrorJson)(error)
          const again = yield* Schema.decodeUnknownEffect(LtsErrorJson)(JSON.parse(JSON.stringify(kept)))
          assert.strictEqual(again.message, error.message)
        }).pipe(Effect.provide(driver.layer(fails(operation, reason)))))
    }

    it.live("a failed call is not retried, and the next call succeeds", () =>
      Effect.gen(function*() {
        const client = yield* LtsClient
        const lost = yield* Effect.flip(client.initialize(request))
        const down = yield* Effect.flip(client.initialize(request))
        const { jobId: accepted } = yield* client.initialize(request)
        assert.deepStrictEqual([lost.reason._tag, down.reason._tag, accepted], ["ConnectionLost", "Unavailable", jobId])
      }).pipe(
        Effect.provide(driver.layer({
          initialize: [
            { _tag: "Fails", reason: "ConnectionLost" },
            { _tag: "Fails", reason: "Unavailable" },
            { _tag: "Accepted", jobId, identifiers }
          ]
        }))
      ))

    const { silent } = driver
    if (silent !== undefined) {
      it.live.each(["initialize", "jobStatus", "version"] as const)(
        "%s: interrupting closes the connection",
        (operation) =>
          Effect.gen(function*() {
            const { arrived, layer, released } = yield* silent
            const fiber = yield* Effect.forkChild(call(operation).pipe(Effect.provide(layer)))
            yield* arrived
            yield* Fiber.interrupt(fiber)
            yield* released
            const exit = yield* Fiber.await(fiber)
            assert.isTrue(Exit.hasInterrupts(exit))
          })
      )
    }
  })
