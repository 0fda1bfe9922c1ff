import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Crc32 } from "../Crc32.ts"
import type { JobId } from "../Ids.ts"
import { Ingest, SubmissionUnknown } from "../Ingest.ts"
import type { IngestRequest, MediaAsset } from "../IngestRequest.ts"
import type { JournalError, SubmissionRecord } from "../Journal.ts"
import type { LtsError } from "../LtsClient.ts"
import * as Progress from "../Progress.ts"
import { servedProves } from "./servedProves.ts"

type Failure = LtsError | JournalError | SubmissionUnknown

interface Submitted {
  readonly jobId: JobId | undefined
  readonly resubmitted: boolean
  readonly record: SubmissionRecord
}

const upserted = (item: MediaAsset): MediaAsset => "action" in item ? { ...item, action: "upsert" } : item

/** The same request with `upsert`, which does no harm where the first one arrived after all. */
const asUpsert = (request: IngestRequest): IngestRequest => ({
  ...request,
  globalSettings: { ...request.globalSettings, actionDefault: "upsert" },
  assets: {
    audio: request.assets.audio.map(upserted),
    video: request.assets.video.map(upserted),
    text: request.assets.text.map(upserted),
    image: request.assets.image.map((image) => ({ ...image, action: "upsert" }))
  }
})

/**
 * Submits a request so that it is taken once. Where it is not known whether an earlier one was (its answer was lost, or
 * the process died in between), what it asked for is looked for first; only what is not served is posted again.
 */
export const submitOnce = Effect.fnUntraced(function*<R>(options: {
  readonly id: string
  readonly request: IngestRequest
  readonly content?: Crc32
  readonly onUnknown: "resubmit" | "stop"
  readonly isServed: Effect.Effect<boolean, never, R>
}): Effect.fn.Return<Submitted, Failure, Ingest | R> {
  const { content, id, request } = options
  const ingest = yield* Ingest
  const identifiers = request.assets.image.map((image) => image.identifier)

  const post = (body: IngestRequest, resubmitted: boolean) =>
    Effect.gen(function*() {
      const { jobId } = yield* ingest.submit(id, body, content)
      yield* Progress.emit({ _tag: "Submitted", jobId, assets: identifiers.length })
      const record: SubmissionRecord = { id, state: "submitted", identifiers, jobId }
      return { jobId, resubmitted, record }
    })

  /** `lost` says what left it open, `proves` whether what is served can tell. */
  const unknown = (lost: string, proves: boolean): Effect.Effect<Submitted, Failure, R> =>
    Effect.gen(function*() {
      yield* Effect.logWarning("it is not known whether the ingest request arrived: looking for what it asked for")
      if (proves && (yield* options.isServed)) {
        return { jobId: undefined, resubmitted: false, record: { id, state: "submitting" as const, identifiers } }
      }
      if (options.onUnknown === "stop") return yield* new SubmissionUnknown({ id, detail: lost })
      return yield* post(asUpsert(request), true)
    })

  const earlier = yield* ingest.lookup(id, request)
  if (Option.isSome(earlier)) {
    const { jobId, proof } = earlier.value
    const proves = servedProves(request) || (content !== undefined && proof === content)
    return jobId === undefined
      ? yield* unknown("an earlier run ended while it was posted", proves)
      : { jobId, resubmitted: false, record: earlier.value }
  }
  return yield* post(request, false).pipe(
    Effect.catchIf(
      (error) => error._tag === "LtsError" && error.reason.outcome === "unknown",
      (error) => unknown(error.message, servedProves(request))
    )
  )
})
