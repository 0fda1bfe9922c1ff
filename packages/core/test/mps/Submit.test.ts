import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Ingest from "@iiif-ingest/core/mps/Ingest"
import type { IngestRequest } from "@iiif-ingest/core/mps/IngestRequest"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as MpsProgress from "@iiif-ingest/core/mps/MpsProgress"
import * as Submit from "@iiif-ingest/core/mps/Submit"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import { Effect, Exit, Layer, Option } from "effect"
import { asset, uploaded } from "../support/assets.ts"
import { layer as config } from "../support/config.ts"

const id = "https://nrs-qa.lib.harvard.edu/URN-3:AT:ONE:MANIFEST:3"
const identifiers = ["AT:one", "AT:two"]
const first = JobId.make("6255a8a966b08c163ac5c880")
const accepted = { jobId: first, identifiers, raw: {} }
const lost = new Reason.ConnectionLost({ host: "mps", detail: "ECONNRESET" })
const refused = new LtsClient.Forbidden({ evidence: Reason.evidence(403, "") })

interface World {
  readonly replies: ReadonlyArray<NonNullable<LtsClient.Script["initialize"]>[number]>
  readonly isServed?: boolean
  readonly onUnknown?: "resubmit" | "stop"
  readonly before?: Journal.SubmissionRecord
  readonly action?: "create" | "update" | "upsert"
}

/** Submits a request and logs everything that happens, in order. */
const run = (world: World) =>
  Effect.gen(function*() {
    const log: Array<string> = []
    const posted: Array<IngestRequest> = []
    const client = Layer.effect(
      LtsClient.LtsClient,
      Effect.map(LtsClient.LtsClient, (inner) => ({
        ...inner,
        initialize: (body: IngestRequest) => {
          log.push("POST")
          posted.push(body)
          return inner.initialize(body)
        }
      }))
    ).pipe(Layer.provide(LtsClient.layerScripted({ initialize: world.replies })))
    const { action, before, isServed = false, onUnknown = "resubmit" } = world
    const result = yield* Effect.gen(function*() {
      const journal = yield* Journal.Journal
      if (before !== undefined) yield* journal.saveSubmission(before)
      const ingest = yield* Ingest.Ingest
      const request = yield* ingest.request({
        assets: [uploaded(asset("one")), uploaded(asset("two"))],
        ...(action === undefined ? {} : { action })
      })
      const exit = yield* Effect.exit(Submit.once({
        id,
        request,
        onUnknown,
        isServed: Effect.sync(() => {
          log.push("check")
          return isServed
        })
      }))
      return { exit, request, journalled: Option.getOrUndefined(yield* journal.submission(id)) }
    }).pipe(
      Effect.provide(Ingest.layer.pipe(Layer.provideMerge(Journal.layerMemory), Layer.provide([client, config]))),
      Effect.provideService(MpsProgress.MpsProgress, (event) => Effect.sync(() => void log.push(event._tag)))
    )
    return { ...result, log, posted }
  })

const value = <A, E>(exit: Exit.Exit<A, E>): A => {
  assert(Exit.isSuccess(exit))
  return exit.value
}

const submitting: Journal.SubmissionRecord = { id, state: "submitting", identifiers }

describe("Submit.once", () => {
  it.effect("posts a new request once, without checking what is served", () =>
    Effect.gen(function*() {
      const { exit, journalled, log, posted, request } = yield* run({ replies: [accepted] })
      assert.deepStrictEqual(log, ["POST", "Submitted"])
      assert.deepStrictEqual(posted, [request])
      assert.deepStrictEqual(value(exit), {
        jobId: first,
        resubmitted: false,
        record: { id, state: "submitted", identifiers, jobId: first }
      })
      assert.strictEqual(journalled?.state, "submitted")
    }))

  for (
    const [cause, before] of [["the reply was lost", undefined], [
      "an earlier run ended before the reply",
      submitting
    ]] as const
  ) {
    const lostFirst = before === undefined ? [lost] : []
    const posts = before === undefined ? ["POST"] : []
    const world = before === undefined ? {} : { before }

    it.effect(`if ${cause}: checks first, and does not post again if everything is served`, () =>
      Effect.gen(function*() {
        const { exit, log } = yield* run({ ...world, replies: [...lostFirst, accepted], isServed: true })
        assert.deepStrictEqual(log, [...posts, "check"])
        const { jobId, record, resubmitted } = value(exit)
        assert.deepStrictEqual([jobId, resubmitted, record], [undefined, false, submitting])
      }))

    it.effect(`if ${cause}: posts again, as upsert with the same ids and bytes, if not everything is served`, () =>
      Effect.gen(function*() {
        const { exit, log, posted, request } = yield* run({ ...world, replies: [...lostFirst, accepted] })
        assert.deepStrictEqual(log, [...posts, "check", "POST", "Submitted"])
        assert.deepStrictEqual(value(exit).resubmitted, true)
        assert.deepStrictEqual(value(exit).jobId, first)
        const again = posted.at(-1)
        assert.strictEqual(again?.globalSettings.actionDefault, "upsert")
        assert.deepStrictEqual(
          again?.assets.image,
          request.assets.image.map((image) => ({ ...image, action: "upsert" }))
        )
        assert.deepStrictEqual(again?.manifest, request.manifest)
      }))

    it.effect(`if ${cause}: fails with onUnknown stop, and does not end the request`, () =>
      Effect.gen(function*() {
        const { exit, journalled, log } = yield* run({ ...world, replies: [...lostFirst, accepted], onUnknown: "stop" })
        assert.deepStrictEqual(log, [...posts, "check"])
        const error = Exit.findErrorOption(exit)
        assert(Option.isSome(error) && error.value._tag === "SubmissionUnknown")
        assert.strictEqual(error.value.id, id)
        assert.include(error.value.message, "onUnknownSubmit")
        assert.deepStrictEqual(journalled, submitting)
      }))

    it.effect(`if ${cause}: succeeds with onUnknown stop if everything is served`, () =>
      Effect.gen(function*() {
        const { exit } = yield* run({ ...world, replies: [...lostFirst], isServed: true, onUnknown: "stop" })
        assert.isUndefined(value(exit).jobId)
      }))

    it.effect.each(["update", "upsert"] as const)(
      `if ${cause}: %s is posted again, since what is served proves nothing`,
      (action) =>
        Effect.gen(function*() {
          const { exit, log } = yield* run({ ...world, replies: [...lostFirst, accepted], isServed: true, action })
          assert.deepStrictEqual(log, [...posts, "POST", "Submitted"])
          assert.isTrue(value(exit).resubmitted)
        })
    )

    it.effect(`if ${cause}: a refusal of the second POST does not end the first request`, () =>
      Effect.gen(function*() {
        const { exit, journalled } = yield* run({ ...world, replies: [...lostFirst, refused] })
        const error = Exit.findErrorOption(exit)
        assert(Option.isSome(error) && error.value._tag === "LtsError")
        assert.strictEqual(error.value.reason._tag, "Forbidden")
        assert.deepStrictEqual(journalled, submitting)
      }))

    it.effect(`if ${cause}: fails if the second reply is lost too, and does not end the request`, () =>
      Effect.gen(function*() {
        const { exit, journalled, log } = yield* run({ ...world, replies: [lost] })
        assert.deepStrictEqual(log, [...posts, "check", "POST"])
        assert.isTrue(Exit.isFailure(exit))
        assert.deepStrictEqual(journalled, submitting)
      }))
  }

  it.effect("continues with the job of an earlier run", () =>
    Effect.gen(function*() {
      const before: Journal.SubmissionRecord = { id, state: "submitted", identifiers, jobId: first }
      const { exit, log } = yield* run({ before, replies: [accepted] })
      assert.deepStrictEqual(log, [])
      assert.deepStrictEqual(value(exit), { jobId: first, resubmitted: false, record: before })
    }))

  it.effect("posts an ended request again as a new one", () =>
    Effect.gen(function*() {
      const { exit, log } = yield* run({ before: { ...submitting, state: "ended" }, replies: [accepted] })
      assert.deepStrictEqual(log, ["POST", "Submitted"])
      assert.isFalse(value(exit).resubmitted)
    }))

  it.effect("fails with a refusal, without checking what is served", () =>
    Effect.gen(function*() {
      const { exit, journalled, log } = yield* run({ replies: [refused] })
      assert.deepStrictEqual(log, ["POST"])
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(journalled?.state, "ended")
    }))
})
