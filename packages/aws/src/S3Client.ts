/**
 * The AWS SDK's S3 client as a scoped service, configured for MPS buckets: path-style addressing (bucket names have
 * dots) and no retries by the SDK (`RetryPolicy` decides about retries). The SDK is loaded when the client is first
 * used.
 *
 * @since 0.1.0
 */
import type * as Sdk from "@aws-sdk/client-s3"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import type { MpsConfigError } from "@iiif-ingest/core/config/MpsConfig"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import type { Settings } from "./internal/client.ts"
import { load, once } from "./internal/load.ts"

/**
 * The checksum that is sent with a body for the store to verify:
 *
 * - `"whenSupported"` (default): CRC-32, which S3 verifies, stores with the object and reports.
 * - `"whenRequired"`: `Content-MD5`, for stores that do not support newer checksums or respond with HTTP 411 to a
 *   chunked body with a trailer (Ceph before 18 does both). Such stores keep no CRC-32 that could be read later.
 *
 * @category models
 * @since 0.1.0
 */
export type Checksums = "whenSupported" | "whenRequired"

/**
 * An access key, with the session token if it is temporary.
 *
 * @category models
 * @since 0.1.0
 */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted
  readonly sessionToken?: Redacted.Redacted
}

/**
 * Options of the client. Settings that are not given are taken from environment variables and then profiles, as in
 * every AWS tool.
 *
 * - `endpoint`: the URL of a store other than Amazon's.
 * - `region`: by default, or if it is empty, `AWS_REGION`, then the profile's region, then `us-east-1`.
 * - `profile`: the profile to read; by default `AWS_PROFILE`.
 * - `credentials`: an access key, or a credential provider of the AWS SDK.
 * - `checksums`: by default `AWS_REQUEST_CHECKSUM_CALCULATION` (`when_supported`, `when_required`), then the profile's.
 * - `maxSockets`: the limit on open connections; 50 by default.
 * - `connectTimeout`: 5 seconds by default.
 * - `stallTimeout`: how long a connection may be idle during a request; 30 seconds by default. It does not limit a slow
 *   transfer.
 * - `proxies`: HTTP proxies; none by default. {@link layerConfig} reads the usual variables.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly endpoint?: string
  readonly region?: string
  readonly profile?: string
  readonly credentials?: Credentials | Sdk.S3ClientResolvedConfig["credentials"]
  readonly checksums?: Checksums
  readonly maxSockets?: number
  readonly connectTimeout?: Duration.Input
  readonly stallTimeout?: Duration.Input
  readonly proxies?: ProxySettings.ProxySettings
}

/**
 * The SDK's client, for operations that `ObjectStore` does not have. The first use loads the SDK and makes the client.
 *
 * @example
 * ```ts
 * import { S3Client } from "@iiif-ingest/aws"
 * import { Effect } from "effect"
 *
 * const region = Effect.gen(function*() {
 *   const client = yield* (yield* S3Client.S3Client).client
 *   return yield* Effect.promise(() => client.config.region())
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class S3Client extends Context.Service<S3Client, {
  readonly client: Effect.Effect<Sdk.S3Client>
}>()("@iiif-ingest/aws/S3Client") {}

/** Code without types may give a key as it is, which would then be shown by whatever prints the options. */
const secretOf = (name: string, secret: Redacted.Redacted): string => {
  if (Redacted.isRedacted(secret)) return Redacted.value(secret)
  throw new Error(`the credentials given in code have a ${name} that is not redacted: give it as Redacted.make(...)`)
}

const credentialProvider = (credentials: Credentials | Sdk.S3ClientResolvedConfig["credentials"]) =>
  typeof credentials === "function" ? credentials : async () => ({
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: secretOf("secretAccessKey", credentials.secretAccessKey),
    ...(credentials.sessionToken === undefined
      ? {}
      : { sessionToken: secretOf("sessionToken", credentials.sessionToken) })
  })

/** Apart, since the SDK takes a third as long to load as all else that an ingest program needs. */
const loadClient = load(() => import("./internal/client.ts"))

const settingsOf = (options: Options): Settings => ({
  config: {
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.credentials === undefined ? {} : { credentials: credentialProvider(options.credentials) }),
    ...(options.checksums === undefined ? {} : {
      requestChecksumCalculation: options.checksums === "whenRequired" ? "WHEN_REQUIRED" : "WHEN_SUPPORTED"
    })
  },
  maxSockets: options.maxSockets ?? 50,
  connectMillis: Duration.toMillis(options.connectTimeout ?? "5 seconds"),
  stallMillis: Duration.toMillis(options.stallTimeout ?? "30 seconds"),
  proxies: options.proxies ?? ProxySettings.none
})

/** The client, which an interrupted first use leaves to the next one, or to the end of the scope. */
const make = Effect.fnUntraced(function*(options: Options) {
  const scope = yield* Effect.scope
  const settings = settingsOf(options)
  const client = Effect.acquireRelease(
    Effect.map(loadClient, (client) => client.make(settings)),
    (client) => Effect.sync(() => client.destroy())
  )
  return { client: yield* once(Scope.provide(client, scope)) }
})

/**
 * A client with the given options, made when it is first used. Its sockets are closed when the layer is released.
 *
 * @example
 * ```ts
 * import { S3Client } from "@iiif-ingest/aws"
 *
 * const s3 = S3Client.layer({ profile: "mps-qa", stallTimeout: "1 minute" })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<S3Client> => Layer.effect(S3Client, make(options))

/**
 * The client for the environment in `MpsConfig`, with its endpoint, the AWS variables and profiles, and the proxies in
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (`ProxySettings.fromConfig`). Node itself trusts the certificates in the
 * file that `NODE_EXTRA_CA_CERTS` names.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<S3Client, MpsConfigError, MpsConfig> = Layer.unwrap(
  Effect.gen(function*() {
    const { environment } = yield* MpsConfig
    const proxies = yield* ProxySettings.fromConfig
    return layer(environment.s3Endpoint === undefined ? { proxies } : { proxies, endpoint: environment.s3Endpoint })
  })
)

/**
 * An existing client, which the layer does not destroy. Set `forcePathStyle: true` on it, since the names of MPS
 * buckets have dots, and `maxAttempts: 1`, so that the SDK does not repeat the retries of `RetryPolicy`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFrom = (client: Sdk.S3Client): Layer.Layer<S3Client> =>
  Layer.succeed(S3Client, { client: Effect.succeed(client) })
