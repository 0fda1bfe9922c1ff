import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AssetId } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import { AssetFate, ManifestFate } from "../mps/Fate.ts"
import * as Ingest from "../mps/Ingest.ts"
import type { JobReport } from "../mps/IngestReport.ts"
import * as Job from "../mps/Job.ts"
import * as Status from "../mps/Status.ts"
import type * as Submission from "../mps/Submission.ts"
import type * as Submit from "../mps/Submit.ts"
import * as Verify from "../mps/Verify.ts"

/** What came of a request. */
export interface Followed {
  readonly job: JobReport | undefined
  readonly fates: ReadonlyMap<AssetId, AssetFate>
  readonly manifestFate: ManifestFate
  /** Whether the service answered of something that it does not exist. */
  readonly absent: boolean
}

/** Waits for the job of a request, and then checks what is served. */
export const follow = Effect.fnUntraced(function*(
  submitted: Submit.Submitted,
  expected: Verify.ExpectedAll,
  verify: false | Verify.Options | undefined
) {
  const job = yield* awaitJob(submitted, expected.assets)
  const seen = verify === false ? nothingSeen(expected) : yield* look(expected, {
    wait: job?.result?.succeeded !== false,
    ...verify,
    ...(submitted._tag === "Ingested" && submitted.record.at !== undefined ? { since: submitted.record.at } : {})
  })
  const followed: Followed = { ...seen, job, fates: afterErrors(seen.fates, job?.result?.errors ?? []) }
  return followed
})

const awaitJob = Effect.fnUntraced(
  function*(submitted: Submit.Submitted, assets: ReadonlyArray<{ readonly id: AssetId }>) {
    switch (submitted._tag) {
      case "Job":
        return yield* awaitEnd(submitted.record, assets)
      case "Served":
        return yield* Effect.as((yield* Ingest.Ingest).ended(submitted.record, true), undefined)
      case "Ingested":
        return yield* earlierJob(submitted.record)
    }
  }
)

/**
 * Waits for a job. An error while waiting goes into the report, since the job itself continues. The journal marks the
 * request as ended only if the job is over: it ended, or the service no longer knows it.
 */
const awaitEnd = Effect.fnUntraced(
  function*(record: Submission.Submitted, assets: ReadonlyArray<{ readonly id: AssetId }>) {
    const { jobId: id } = record
    const ingest = yield* Ingest.Ingest
    const ended = yield* Effect.result((yield* Status.Status).await(id))
    if (Result.isSuccess(ended)) {
      const { errors, succeeded } = ended.success
      yield* ingest.ended(record, succeeded && !assets.some((asset) => errorOf(asset.id, errors) !== undefined))
      return { id, result: ended.success } satisfies JobReport
    }
    if (isGone(ended.failure)) yield* ingest.ended(record, undefined)
    return { id, problem: ended.failure.message } satisfies JobReport
  }
)

const isGone = (error: Effect.Error<ReturnType<Status.Status["Service"]["await"]>>): boolean =>
  error._tag === "LtsError" && error.reason._tag === "NotFound"

/** The job of an earlier run that ended as success. What else the service knows of it is of use, but not needed. */
const earlierJob = Effect.fnUntraced(function*({ jobId: id }: Submission.Ended) {
  yield* Effect.logInfo(
    `an earlier run ingested the same${id === undefined ? "" : `, as job ${id}`}: nothing is posted, only verified`
  )
  if (id === undefined) return undefined
  const job = yield* Effect.result((yield* Status.Status).get(id))
  if (Result.isFailure(job)) {
    return { id, problem: `ended as success, ${job.failure.message}`, earlier: true } satisfies JobReport
  }
  return Job.phase(job.success) === "Going"
    ? { id, problem: `ended as success, and is now ${visible(job.success.state)}`, earlier: true } satisfies JobReport
    : { id, result: Job.result(job.success), earlier: true } satisfies JobReport
})

type Seen = Omit<Followed, "job">

const noManifest = ManifestFate.cases.None.make({ problem: "none was asked for" })

/** With verification turned off, no fate is known. */
const nothingSeen = ({ manifest }: Verify.ExpectedAll): Seen => ({
  fates: new Map(),
  manifestFate: manifest === undefined ? noManifest : ManifestFate.cases.NotVerified.make({ url: manifest.id }),
  absent: false
})

const look = Effect.fnUntraced(function*(expected: Verify.ExpectedAll, options: Verify.Options) {
  const { absent, assets, manifest } = yield* (yield* Verify.Verify).all(expected, options)
  const seen: Seen = { fates: assets, manifestFate: manifest ?? noManifest, absent }
  return seen
})

/** Whether a text contains an id as a word; an id of one or two characters must follow its namespace. */
const mentions = (text: string, id: string): boolean =>
  new RegExp(`${id.length < 3 ? ":" : "(?<![A-Za-z0-9])"}${id}(?![A-Za-z0-9])`).test(text)

const errorOf = (id: AssetId, errors: ReadonlyArray<string>): string | undefined =>
  errors.find((text) => mentions(text, id))

/** If the job reported an error for an asset, what is served may be an earlier image with the same id. */
const afterErrors = (
  fates: ReadonlyMap<AssetId, AssetFate>,
  errors: ReadonlyArray<string>
): ReadonlyMap<AssetId, AssetFate> =>
  new Map(Array.from(fates, ([id, fate]) => {
    const error = errorOf(id, errors)
    if (error === undefined || fate._tag !== "Served") return [id, fate]
    const problem = `the job reported an error for it (${visible(error)}), and what is served may be an earlier image`
    return [id, AssetFate.cases.Unknown.make({ url: fate.url, problem })]
  }))
