import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as Ingest from "@iiif-ingest/core/mps/Ingest"
import type { IngestRequest } from "@iiif-ingest/core/mps/IngestRequest"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as MpsProgress from "@iiif-ingest/core/mps/MpsProgress"
import * as Status from "@iiif-ingest/core/mps/Status"
import * as Submission from "@iiif-ingest/core/mps/Submission"
import * as Submit from "@iiif-ingest/core/mps/Submit"
import type { Settled } from "@iiif-ingest/core/mps/Verify"
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

const absent: Settled = { _tag: "NotServed", problem: "one: HTTP 404" }
const served: Settled = { _tag: "Served" }
const unclear: Settled = { _tag: "Unclear", problem: "one: delivery cannot be reached" }

interface World {
  readonly replies: ReadonlyArray<NonNullable<LtsClient.Script["initialize"]>[number]>
  readonly jobStatus?: NonNullable<LtsClient.Script["jobStatus"]>
  readonly settled?: Settled
  readonly content?: Submission.Content
  readonly onUnknown?: "resubmit" | "stop"
  readonly onUnchanged?: "verify" | "submit"
  readonly before?: Journal.SubmissionRecord
  readonly action?: "create" | "update" | "upsert"
}

/** Submits a request and logs everything that happens, in order. */
const run = (world: World) =>
  Effect.gen(function*() {
    const log: Array<string> = []
    const posted: Array<IngestRequest> = []
    const checkedSince: Array<number> = []
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
    ).pipe(Layer.provide(LtsClient.layerScripted({ initialize: world.replies, jobStatus: world.jobStatus ?? [] })))
    const { action, before, content, settled = absent, onUnchanged, onUnknown = "resubmit" } = world
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
        ...(content === undefined ? {} : { content }),
        ...(onUnchanged === undefined ? {} : { onUnchanged }),
        settle: (since) =>
          Effect.sync(() => {
            log.push("check")
            checkedSince.push(since)
            return settled
          })
      }))
      return { exit, request, journalled: Option.getOrUndefined(yield* journal.submission(id)) }
    }).pipe(
      Effect.provide(
        Layer.merge(Ingest.layer, Status.layer).pipe(
          Layer.provideMerge(Journal.layerMemory),
          Layer.provide([client, config])
        )
      ),
      Effect.provideService(MpsProgress.MpsProgress, (event) => Effect.sync(() => void log.push(event._tag)))
    )
    return { ...result, log, posted, checkedSince }
  })

const value = <A, E>(exit: Exit.Exit<A, E>): A => {
  assert(Exit.isSuccess(exit))
  return exit.value
}

/** The job of a result that has one. */
const job = (exit: Exit.Exit<Submit.Submitted, unknown>) => {
  const submitted = value(exit)
  assert(submitted._tag === "Job")
  return submitted
}

const submitting: Submission.Submitting = { id, state: "submitting", identifiers }

describe("Submit.once", () => {
  it.effect("posts a new request once, without checking what is served", () =>
    Effect.gen(function*() {
      const { exit, journalled, log, posted, request } = yield* run({ replies: [accepted] })
      assert.deepStrictEqual(log, ["POST", "Submitted"])
      assert.deepStrictEqual(posted, [request])
      assert.deepStrictEqual(value(exit), {
        _tag: "Job",
        jobId: first,
        resubmitted: false,
        record: { id, state: "submitted", identifiers, jobId: first, at: 0 }
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
    const at = before === undefined ? { at: 0 } : {}

    it.effect(`if ${cause}: checks first, and does not post again if everything is served`, () =>
      Effect.gen(function*() {
        const { exit, log } = yield* run({ ...world, replies: [...lostFirst, accepted], settled: served })
        assert.deepStrictEqual(log, [...posts, "check"])
        assert.deepStrictEqual(value(exit), { _tag: "Served", record: { ...submitting, ...at } })
      }))

    it.effect(`if ${cause}: posts again, as upsert with the same ids and bytes, if not everything is served`, () =>
      Effect.gen(function*() {
        const { exit, log, posted, request } = yield* run({ ...world, replies: [...lostFirst, accepted] })
        assert.deepStrictEqual(log, [...posts, "check", "POST", "Submitted"])
        assert.isTrue(job(exit).resubmitted)
        assert.strictEqual(job(exit).jobId, first)
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
        assert.deepStrictEqual(journalled, { ...submitting, ...at })
      }))

    it.effect(`if ${cause}: succeeds with onUnknown stop if everything is served`, () =>
      Effect.gen(function*() {
        const { exit } = yield* run({ ...world, replies: [...lostFirst], settled: served, onUnknown: "stop" })
        assert.strictEqual(value(exit)._tag, "Served")
      }))

    it.effect.each(["update", "upsert"] as const)(
      `if ${cause}: %s is posted again, since what is served proves nothing`,
      (action) =>
        Effect.gen(function*() {
          const { exit, log } = yield* run({ ...world, replies: [...lostFirst, accepted], settled: served, action })
          assert.deepStrictEqual(log, [...posts, "POST", "Submitted"])
          assert.isTrue(job(exit).resubmitted)
        })
    )

    it.effect(`if ${cause}: a refusal of the second POST does not end the first request`, () =>
      Effect.gen(function*() {
        const { exit, journalled } = yield* run({ ...world, replies: [...lostFirst, refused] })
        const error = Exit.findErrorOption(exit)
        assert(Option.isSome(error) && error.value._tag === "LtsError")
        assert.strictEqual(error.value.reason._tag, "Forbidden")
        assert.deepStrictEqual(journalled, { ...submitting, ...at })
      }))

    it.effect(`if ${cause}: fails if the second reply is lost too, and does not end the request`, () =>
      Effect.gen(function*() {
        const { exit, journalled, log } = yield* run({ ...world, replies: [lost] })
        assert.deepStrictEqual(log, [...posts, "check", "POST"])
        assert.isTrue(Exit.isFailure(exit))
        assert.deepStrictEqual(journalled, { ...submitting, at: 0, resubmitted: true })
      }))

    it.effect(`if ${cause}: fails and says why, if it cannot be seen whether it is served`, () =>
      Effect.gen(function*() {
        const { exit, journalled, log } = yield* run({ ...world, replies: [...lostFirst, accepted], settled: unclear })
        assert.deepStrictEqual(log, [...posts, "check"])
        const error = Exit.findErrorOption(exit)
        assert(Option.isSome(error) && error.value._tag === "SubmissionUnknown")
        assert.include(error.value.message, "one: delivery cannot be reached")
        assert.match(error.value.message, /run the same again once that is mended, or with onUnchanged: "submit"/)
        assert.deepStrictEqual(journalled, { ...submitting, ...at })
      }))
  }

  it.effect("continues with the job of an earlier run", () =>
    Effect.gen(function*() {
      const before: Submission.Submitted = { id, state: "submitted", identifiers, jobId: first }
      const { exit, log } = yield* run({ before, replies: [accepted] })
      assert.deepStrictEqual(log, [])
      assert.deepStrictEqual(value(exit), { _tag: "Job", jobId: first, resubmitted: false, record: before })
    }))

  it.effect("says of the job of an earlier run that it was posted again", () =>
    Effect.gen(function*() {
      const before: Submission.Submitted = { id, state: "submitted", identifiers, jobId: first, resubmitted: true }
      const { exit } = yield* run({ before, replies: [accepted] })
      assert.deepStrictEqual(value(exit), { _tag: "Job", jobId: first, resubmitted: true, record: before })
    }))

  it.effect("posts an ended request again as a new one", () =>
    Effect.gen(function*() {
      const { exit, log } = yield* run({ before: { ...submitting, state: "ended" }, replies: [accepted] })
      assert.deepStrictEqual(log, ["POST", "Submitted"])
      assert.isFalse(job(exit).resubmitted)
    }))

  it.effect("fails with a refusal, without checking what is served", () =>
    Effect.gen(function*() {
      const { exit, journalled, log } = yield* run({ replies: [refused] })
      assert.deepStrictEqual(log, ["POST"])
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(journalled?.state, "ended")
    }))
})

const bytes = Crc32.Crc32.make(7)
const content: Submission.Content = { digest: "a".repeat(64), bytes }
const other: Submission.Content = { digest: "b".repeat(64), bytes }
const ingested: Submission.Ended = {
  id,
  identifiers,
  content: content.digest,
  at: 5,
  state: "ended",
  jobId: first,
  succeeded: true
}

describe("Submit.once, with the journal of an earlier run", () => {
  it.effect("posts nothing if the same was ingested", () =>
    Effect.gen(function*() {
      const { exit, journalled, log } = yield* run({ before: ingested, content, replies: [accepted] })
      assert.deepStrictEqual(log, [])
      assert.deepStrictEqual(value(exit), { _tag: "Ingested", record: ingested })
      assert.deepStrictEqual(journalled, ingested)
    }))

  const { succeeded: _succeeded, ...unknown } = ingested
  const { content: _content, ...undigested } = ingested
  it.effect.each(
    [
      ["it failed", { ...ingested, succeeded: false }, content],
      ["it is not known how it ended", unknown, content],
      ["it asked for something else", ingested, other],
      ["it has no digest", undigested, content]
    ] as const
  )("posts once more, as a new request, if %s", ([, before, content]) =>
    Effect.gen(function*() {
      const { exit, journalled, log, posted, request } = yield* run({ before, content, replies: [accepted] })
      assert.deepStrictEqual(log, ["POST", "Submitted"])
      assert.deepStrictEqual(posted, [request])
      assert.isFalse(job(exit).resubmitted)
      const record = { id, identifiers, content: content.digest, at: 0, state: "submitted", jobId: first }
      assert.deepStrictEqual<unknown>(journalled, record)
    }))

  it.effect("posts again what was ingested with onUnchanged: \"submit\"", () =>
    Effect.gen(function*() {
      const { exit, log } = yield* run({ before: ingested, content, onUnchanged: "submit", replies: [accepted] })
      assert.deepStrictEqual(log, ["POST", "Submitted"])
      assert.isFalse(job(exit).resubmitted)
    }))

  const going: Submission.Submitted = { id, identifiers, content: content.digest, state: "submitted", jobId: first }

  it.effect("waits for the job of the same request", () =>
    Effect.gen(function*() {
      const { exit, log } = yield* run({ before: going, content, replies: [accepted] })
      assert.deepStrictEqual(log, [])
      assert.deepStrictEqual(value(exit), { _tag: "Job", jobId: first, resubmitted: false, record: going })
    }))

  it.effect.each([identifiers, ["AT:zero", ...identifiers]])(
    "waits for the job of another request for %j, and then posts",
    (identifiers) =>
      Effect.gen(function*() {
        const before = { ...going, identifiers }
        const { log } = yield* run({
          before,
          content: other,
          replies: [accepted],
          jobStatus: [{ state: "success" }]
        })
        assert.deepStrictEqual(log, ["JobSeen", "POST", "Submitted"])
      })
  )

  const unsettled: Submission.Submitting = { ...submitting, content: content.digest, at: -5000, proof: bytes }

  it.effect("counts the limit from when the request was posted", () =>
    Effect.gen(function*() {
      const { checkedSince, exit } = yield* run({ before: unsettled, content, replies: [accepted], settled: served })
      assert.deepStrictEqual(checkedSince, [-5000])
      assert.deepStrictEqual(value(exit), { _tag: "Served", record: unsettled })
      const ahead = yield* run({ before: { ...unsettled, at: 5000 }, content, replies: [accepted], settled: served })
      assert.deepStrictEqual(ahead.checkedSince, [0])
    }))

  it.effect("posts at once, whatever is served, if that request asked for something else", () =>
    Effect.gen(function*() {
      const { journalled, log } = yield* run({
        before: unsettled,
        content: other,
        replies: [accepted],
        settled: served
      })
      assert.deepStrictEqual(log, ["POST", "Submitted"])
      assert.strictEqual(journalled?.content, other.digest)
    }))

  it.effect("keeps that request if the other one is refused, and does not take one for the other", () =>
    Effect.gen(function*() {
      const refusal = yield* run({ before: unsettled, content: other, replies: [refused] })
      assert.deepStrictEqual(refusal.journalled, unsettled)
      const lostAgain = yield* run({ before: unsettled, content: other, replies: [lost, accepted], settled: served })
      assert.deepStrictEqual(lostAgain.log, ["POST", "POST", "Submitted"])
    }))

  it.effect.each(["as success", "as failed", "not yet"])(
    "keeps what is known of a request that ended %s, if another one is refused",
    (how) =>
      Effect.gen(function*() {
        const submitted = Submission.accepted(unsettled, first, 7)
        const before = how === "not yet" ? submitted : Submission.ended(submitted, how === "as success", 8)
        const refusal = yield* run({
          before,
          content: other,
          replies: [refused],
          jobStatus: [{ state: "success" }]
        })
        assert.deepStrictEqual(refusal.journalled, before)
      })
  )

  it.effect("posts again at once what may have arrived, with onUnchanged: \"submit\"", () =>
    Effect.gen(function*() {
      const { exit, log } = yield* run({ before: unsettled, content, onUnchanged: "submit", replies: [accepted] })
      assert.deepStrictEqual(log, ["POST", "Submitted"])
      assert.isTrue(job(exit).resubmitted)
    }))
})
