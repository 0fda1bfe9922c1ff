import type * as Sdk from "@aws-sdk/client-s3"
import { type EnvironmentName, isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import type { ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import { ExpiredCredentials, InvalidCredentials, SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { refusal } from "./access.ts"
import type { Buffers } from "./buffers.ts"
import { type About, type Exchange, toDefect, toReason } from "./errors.ts"
import type { Route } from "./route.ts"
import type { HttpRequest } from "./sdk/httpMessages.ts"
import { beforeSigning, type Command, onResponse } from "./sdk/middleware.ts"

/**
 * Where requests go. `environment` is missing where no rule about keys and hosts is wanted; `route` answers `undefined`
 * where bodies go by the SDK's commands like all else.
 */
export interface Target {
  readonly client: Sdk.S3Client
  readonly bucket: string
  readonly buffers: Buffers
  readonly route: Effect.Effect<Route | undefined>
  readonly environment?: EnvironmentName | undefined
}

/** Thrown before anything is sent, also within the SDK's pipeline. */
class Refused extends Error {}

/** Holds the environment's rule about keys and hosts. */
export const refuse = async ({ client, environment }: Target, hostname: string): Promise<void> => {
  if (environment === undefined) return
  const { accessKeyId } = await client.config.credentials()
  const refused = refusal(environment, hostname, accessKeyId)
  if (refused !== undefined) throw new Refused(refused)
}

/** Applies the environment's rule, and keeps the signer from hashing a body whose checksum is in the head. */
const prepare = async (target: Target, request: HttpRequest, exchange: Exchange, summed: boolean): Promise<void> => {
  const { headers, hostname, port, protocol } = request
  exchange.host = port === undefined ? hostname : `${hostname}:${port}`
  await refuse(target, hostname)
  if (summed && (protocol === "https:" || isLoopback(hostname))) headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
}

/** A provider that can renew the session is made to do so before the next attempt; one that cannot says so then. */
const renew = (client: Sdk.S3Client) =>
  Effect.ignore(Effect.tryPromise(() => client.config.credentials({ forceRefresh: true })))

const failure = (target: Target, error: unknown, exchange: Exchange, times: Pick<About, "elapsed" | "now">) =>
  Effect.gen(function*() {
    if (error instanceof SourceFailed) return yield* error
    if (error instanceof Refused) return yield* new InvalidCredentials({ detail: error.message })
    const region = yield* Effect.promise(() => target.client.config.region().catch(() => "none"))
    const reason = toReason(error, exchange, { bucket: target.bucket, region, ...times })
    if (reason instanceof ExpiredCredentials) yield* renew(target.client)
    return reason === undefined ? yield* Effect.die(toDefect(error)) : yield* reason
  })

/** Makes the port's reason of whatever goes wrong with a request that is sent once. */
export const reasoned = <A>(
  target: Target,
  exchange: Exchange,
  request: Effect.Effect<A, Cause.UnknownError>
): Effect.Effect<A, ObjectStoreReason> =>
  Effect.flatMap(
    Clock.currentTimeMillis,
    (start) =>
      Effect.catch(request, ({ cause }) =>
        Effect.flatMap(Clock.currentTimeMillis, (end) =>
          failure(target, cause, exchange, { elapsed: Duration.millis(end - start), now: end })))
  )

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
  Effect.suspend(() => {
    const exchange: Exchange = { host: "S3", headers: {} }
    beforeSigning(command, (request) => prepare(target, request, exchange, summed))
    onResponse(command, ({ headers, statusCode }) => {
      exchange.status = statusCode
      exchange.headers = headers
    })
    const sending = Effect.tryPromise((abortSignal) => target.client.send(command, { abortSignal }))
    return Effect.map(reasoned(target, exchange, sending), (output) => ({ output, exchange }))
  })
