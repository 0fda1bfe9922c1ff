/** `/admin/ingest/*`: submission, status and version (docs/mps.md, 2.1 to 2.3). */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type { ChildJob, Job } from "../../Job.ts"
import type { Note } from "../../RequestLog.ts"
import * as BodyBudget from "../http/bodyBudget.ts"
import type { Exchange } from "../http/exchange.ts"
import * as Reply from "../http/reply.ts"
import * as RequestBody from "../http/requestBody.ts"
import type { Jobs } from "../jobs/jobs.ts"
import { startOfBody } from "../log/requestLog.ts"
import type { KnownKey } from "../state/keys.ts"
import * as Submission from "./submission.ts"
import * as Token from "./token.ts"

interface IngestApiOptions extends Submission.Strictness {
  readonly jobs: Jobs
  readonly findKey: (kid: string) => KnownKey | undefined
  /** What to say of a request that is accepted. */
  readonly advise: (submission: Submission.Submission) => ReadonlyArray<Note>
  readonly statusAuth: boolean
}

type Answer = Effect.Effect<Reply.Reply, PlatformError | RequestBody.BodyCutOff>

export interface IngestApi {
  readonly initialize: (exchange: Exchange) => Answer
  /** `reported` overrides the state, for a fault rule. */
  readonly jobStatus: (exchange: Exchange, id: string, reported: string | undefined) => Answer
  readonly version: Reply.Reply
}

const MEBIBYTE = 1024 * 1024

/**
 * A request of 10,000 pages with two labels, a description, a policy and a thumbnail each has 24 MiB, and 41 MiB where
 * it is indented.
 */
const BODY_LIMIT = 48 * MEBIBYTE

/** Of all requests together: one of the largest, or many of the usual ones. */
const BODIES_LIMIT = 64 * MEBIBYTE

const GUESSED_ERROR = Reply.guess("status and form of an error")

const childView = (child: ChildJob) => ({
  _id: child.id,
  identifier: child.identifier,
  job_status: child.state,
  ...(child.reason === undefined ? {} : { error: child.reason }),
  ...(child.warnings.length === 0 ? {} : { warnings: child.warnings })
})

const timestamp = (millis: number) => new Date(millis).toISOString()

/** The tracker document of LTS's own programs; which of its fields the service returns is unknown. */
const trackerFile = (job: Job) => ({
  _id: job.id,
  job_name: "mps-ingest",
  parent_job_ref: null,
  creation_date: timestamp(job.createdAt),
  last_modified_date: timestamp(job.modifiedAt),
  context: {
    assets: { image: job.children.map(childView), audio: [], video: [], text: [] },
    errors_encountered: job.errors
  }
})

const statusView = (job: Job, reported: string) => ({
  data: {
    job_status: reported,
    ...trackerFile(job),
    job_management: { job_status: reported, numberOfTries: 1, maxNumberOfTries: 1 }
  }
})

const decodeText = (body: Uint8Array): Effect.Effect<string, Submission.RequestRefused> =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body),
    catch: () => new Submission.RequestRefused({ problems: [{ path: "", message: "the body is not valid UTF-8" }] })
  })

const isJson = ({ request }: Exchange) => /^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")

const tokenError = (error: Token.TokenRefused) =>
  Reply.error(error.status, error.message, {
    ...GUESSED_ERROR,
    ...(error.status === 401 ? { "www-authenticate": "Bearer error=\"invalid_token\"" } : {})
  })

const requestError = (error: Submission.RequestRefused) =>
  Reply.json(400, { error: error.message, problems: error.problems }, GUESSED_ERROR)

const notFound = (id: string) =>
  Reply.error(
    404,
    /^[0-9a-f]{24}$/.test(id) ? `There is no job ${id}` : "A job id must have 24 hexadecimal digits",
    GUESSED_ERROR
  )

export const make = (options: IngestApiOptions): IngestApi => {
  const budget = BodyBudget.make({ each: BODY_LIMIT, total: BODIES_LIMIT })
  const checkToken = ({ request }: Exchange) =>
    Effect.flatMap(Clock.currentTimeMillis, (millis) =>
      Token.check({
        authorization: request.headers.authorization,
        resource: "ingest",
        findKey: options.findKey,
        nowSeconds: millis / 1000
      }))

  const accept = Effect.fnUntraced(function*({ transcript }: Exchange, body: Uint8Array) {
    const text = yield* decodeText(body)
    transcript.requestBody = startOfBody(text)
    const submission = yield* Submission.parse(text)
    yield* Submission.checkStrictness(submission, options)
    const notes = options.advise(submission)
    if (notes.length > 0) transcript.notes = notes
    const job = yield* options.jobs.submit(submission)
    return Reply.json(
      200,
      { data: { job_tracker_file: trackerFile(job) } },
      Reply.guess("fields beyond _id")
    )
  })

  const initialize = Effect.fn("Sandbox.initialize")(
    function*(exchange: Exchange) {
      yield* checkToken(exchange)
      if (!isJson(exchange)) return Reply.error(415, "The content type must be application/json", GUESSED_ERROR)
      yield* RequestBody.checkLength(exchange.request, BODY_LIMIT)
      const body = RequestBody.read(exchange, BODY_LIMIT)
      return yield* budget(exchange.request, Effect.flatMap(body, (bytes) => accept(exchange, bytes)))
    },
    Effect.catchTags({
      BodyTooLarge: (error) => Effect.succeed(Reply.error(413, error.message, GUESSED_ERROR)),
      TokenRefused: (error) => Effect.succeed(tokenError(error)),
      RequestRefused: (error) => Effect.succeed(requestError(error))
    })
  )

  const jobStatus = Effect.fn("Sandbox.jobStatus")(function*(
    exchange: Exchange,
    id: string,
    reported: string | undefined
  ) {
    if (options.statusAuth) yield* checkToken(exchange)
    return Option.match(options.jobs.report(id), {
      onNone: () => notFound(id),
      onSome: (job) => Reply.json(200, statusView(job, reported ?? job.state), Reply.guess("fields beyond job_status"))
    })
  }, Effect.catchTag("TokenRefused", (error) => Effect.succeed(tokenError(error))))

  return {
    initialize,
    jobStatus,
    version: Reply.json(200, { version: "sandbox" }, Reply.guess("form of the version"))
  }
}
