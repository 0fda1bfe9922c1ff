import type * as Sdk from "@aws-sdk/client-s3"
import type { Buffers } from "@iiif-ingest/core/base/Buffers"
import { type EnvironmentName, isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import type { ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import { ExpiredCredentials, InvalidCredentials, SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { refusal } from "./access.ts"
import { type Exchange, type RequestInfo, toDefect, toReason } from "./errors.ts"
import type { Route } from "./route.ts"
import { type HttpRequest, requestOf } from "./sdk/httpMessages.ts"
import { beforeSigning, type Command, onResponse } from "./sdk/middleware.ts"
import { watch } from "./sending.ts"

/**
 * Where requests go. Without an `environment`, any keys may be sent to any host. If `route` yields `undefined`, bodies
 * are sent by the SDK's commands like all other requests.
 */
export interface Target {
  readonly client: Sdk.S3Client
  readonly bucket: string
  readonly buffers: Buffers
  readonly route: Effect.Effect<Route | undefined>
  readonly environment?: EnvironmentName | undefined
}

/** Thrown before anything is sent, possibly inside the SDK's middleware. */
class Refused extends Error {}

/** Rejects if the environment does not allow its keys to be sent to the host. */
export const checkAccess = async ({ client, environment }: Target, hostname: string): Promise<void> => {
  if (environment === undefined) return
  const { accessKeyId } = await client.config.credentials()
  const refused = refusal(environment, hostname, accessKeyId)
  if (refused !== undefined) throw new Refused(refused)
}

/** Checks the environment, and keeps the signer from hashing a body whose checksum is in a header. */
const prepare = async (
  target: Target,
  request: HttpRequest,
  exchange: Exchange,
  hasChecksum: boolean
): Promise<void> => {
  const { headers, hostname, port, protocol } = request
  exchange.host = port === undefined ? hostname : `${hostname}:${port}`
  await checkAccess(target, hostname)
  if (hasChecksum && (protocol === "https:" || isLoopback(hostname))) {
    headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    exchange.isUnhashed = true
  }
  if (headers["x-amz-trailer"] !== undefined) exchange.isUnhashed = true
}

/** Makes a provider that can renew the session do so before the next attempt; one that cannot fails then. */
const renew = (client: Sdk.S3Client) =>
  Effect.ignore(Effect.tryPromise(() => client.config.credentials({ forceRefresh: true })))

const sendsNewChecksums = (client: Sdk.S3Client) =>
  Effect.promise(() => client.config.requestChecksumCalculation().then((mode) => mode !== "WHEN_REQUIRED", () => false))

const failure = (target: Target, error: unknown, exchange: Exchange, times: Pick<RequestInfo, "elapsed" | "now">) =>
  Effect.gen(function*() {
    if (error instanceof SourceFailed) return yield* error
    if (error instanceof Refused) return yield* new InvalidCredentials({ detail: error.message })
    const region = yield* Effect.promise(() => target.client.config.region().catch(() => "none"))
    const newChecksums = yield* sendsNewChecksums(target.client)
    const reason = toReason(error, exchange, { bucket: target.bucket, region, newChecksums, ...times })
    if (reason instanceof ExpiredCredentials) yield* renew(target.client)
    return reason === undefined ? yield* Effect.die(toDefect(error)) : yield* reason
  })

/** Maps the failure of a request to the port's reason. */
export const withReason = <A>(
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

/** Fails with the reason of a response that broke off. */
export const failed = (target: Target, exchange: Exchange, error: unknown): Effect.Effect<never, ObjectStoreReason> =>
  withReason(target, exchange, Effect.fail(new Cause.UnknownError(error)))

/**
 * Sends a command once. Interrupting it closes the connection. `hasChecksum`: a checksum of the body is in a header, so
 * the signer need not hash the body too, provided that nobody can change it on its way (TLS, or this machine).
 */
export const send = <I extends Sdk.ServiceInputTypes, O extends Sdk.ServiceOutputTypes>(
  target: Target,
  command: Command<I, O>,
  hasChecksum = false
): Effect.Effect<{ readonly output: O; readonly exchange: Exchange }, ObjectStoreReason> =>
  Effect.suspend(() => {
    const exchange: Exchange = { host: "S3", headers: {} }
    beforeSigning(command, (request) => prepare(target, request, exchange, hasChecksum))
    onResponse(command, (response) => {
      exchange.status = response.statusCode
      exchange.headers = response.headers
      const request = requestOf(response)
      exchange.sending = request && watch(request)
    })
    const sending = Effect.tryPromise((abortSignal) => target.client.send(command, { abortSignal })).pipe(
      // the SDK may have the answer before the request is sent
      Effect.tap(() => Effect.tryPromise(() => exchange.sending?.sent ?? Promise.resolve())),
      Effect.onError(() => Effect.sync(() => exchange.sending?.stop()))
    )
    return Effect.map(withReason(target, exchange, sending), (output) => ({ output, exchange }))
  })
