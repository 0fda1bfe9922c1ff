import type * as Sdk from "@aws-sdk/client-s3"
import { type EnvironmentName, isLoopback } from "@iiif-ingest/core/MpsEnvironment"
import type { ObjectStoreReason } from "@iiif-ingest/core/ObjectStoreError"
import { ExpiredCredentials, InvalidCredentials } from "@iiif-ingest/core/ObjectStoreError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { refusal } from "./access.ts"
import type { Buffers } from "./buffers.ts"
import { type Exchange, toDefect, toReason } from "./errors.ts"

/** Where requests go. `environment` is missing where no rule about keys and hosts is wanted. */
export interface Target {
  readonly client: Sdk.S3Client
  readonly bucket: string
  readonly buffers: Buffers
  readonly environment?: EnvironmentName | undefined
}

type Command<I extends Sdk.ServiceInputTypes, O extends Sdk.ServiceOutputTypes> = Sdk.$Command<
  I,
  O,
  Sdk.S3ClientResolvedConfig,
  Sdk.ServiceInputTypes,
  Sdk.ServiceOutputTypes
>

interface HttpRequest {
  readonly hostname: string
  readonly port?: number | undefined
  readonly protocol: string
  readonly headers: Record<string, string>
}

interface HttpResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
}

// the SDK types what passes through its middleware as unknown, and these are its shapes
const isHttpRequest = (u: unknown): u is HttpRequest =>
  typeof u === "object" && u !== null && "hostname" in u && "protocol" in u && "headers" in u
const isHttpResponse = (u: unknown): u is HttpResponse =>
  typeof u === "object" && u !== null && "statusCode" in u && "headers" in u

/** Thrown within the SDK's pipeline, before anything is sent. */
class Refused extends Error {}

/** Takes down where a request goes and what the answer's head is, for the evidence in an error. */
const observe = <I extends Sdk.ServiceInputTypes, O extends Sdk.ServiceOutputTypes>(
  command: Command<I, O>,
  exchange: Exchange
) =>
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      if (isHttpResponse(result.response)) {
        exchange.status = result.response.statusCode
        exchange.headers = result.response.headers
      }
      return result
    },
    { step: "deserialize", name: "iiifIngestObserve", priority: "low" }
  )

/** Holds the environment's rule; tells the signer to leave a body alone that a checksum in the head speaks for. */
const prepare = <I extends Sdk.ServiceInputTypes, O extends Sdk.ServiceOutputTypes>(
  target: Target,
  command: Command<I, O>,
  exchange: Exchange,
  summed: boolean
) =>
  command.middlewareStack.add(
    (next) => async (args) => {
      if (isHttpRequest(args.request)) {
        const { headers, hostname, port, protocol } = args.request
        exchange.host = port === undefined ? hostname : `${hostname}:${port}`
        if (target.environment !== undefined) {
          const { accessKeyId } = await target.client.config.credentials()
          const refused = refusal(target.environment, hostname, accessKeyId)
          if (refused !== undefined) throw new Refused(refused)
        }
        if (summed && (protocol === "https:" || isLoopback(hostname))) {
          headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
        }
      }
      return next(args)
    },
    { step: "build", name: "iiifIngestPrepare", priority: "low" }
  )

/** A provider that can renew the session is made to do so before the next attempt; one that cannot says so then. */
const renew = (client: Sdk.S3Client) =>
  Effect.ignore(Effect.tryPromise(() => client.config.credentials({ forceRefresh: true })))

const failure = (target: Target, error: unknown, exchange: Exchange, elapsed: Duration.Duration) =>
  Effect.gen(function*() {
    if (error instanceof Refused) return yield* new InvalidCredentials({ detail: error.message })
    const region = yield* Effect.promise(() => target.client.config.region().catch(() => "none"))
    const reason = toReason(error, exchange, { bucket: target.bucket, region, elapsed })
    if (reason instanceof ExpiredCredentials) yield* renew(target.client)
    return reason === undefined ? yield* Effect.die(toDefect(error)) : yield* reason
  })

/**
 * Sends a command once. Interrupting it closes the connection. `summed`: a checksum of the body is in the head of the
 * request, so that the signer need not hash it a second time (only where nobody can change it on the way: TLS, or this
 * machine).
 */
export const send = <I extends Sdk.ServiceInputTypes, O extends Sdk.ServiceOutputTypes>(
  target: Target,
  command: Command<I, O>,
  summed = false
): Effect.Effect<{ readonly output: O; readonly exchange: Exchange }, ObjectStoreReason> =>
  Effect.gen(function*() {
    const exchange: Exchange = { host: "S3", headers: {} }
    prepare(target, command, exchange, summed)
    observe(command, exchange)
    const start = yield* Clock.currentTimeMillis
    return yield* Effect.tryPromise((abortSignal) => target.client.send(command, { abortSignal })).pipe(
      Effect.map((output) => ({ output, exchange })),
      Effect.catch(({ cause }) =>
        Effect.flatMap(Clock.currentTimeMillis, (end) => failure(target, cause, exchange, Duration.millis(end - start)))
      )
    )
  })
