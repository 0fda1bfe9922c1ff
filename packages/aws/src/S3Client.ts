/**
 * The AWS SDK's S3 client as a scoped service, set up the way MPS buckets need it: path-style addresses (bucket names
 * have dots), and no retries of its own (they live in `RetryPolicy`).
 *
 * @since 0.1.0
 */
import * as Sdk from "@aws-sdk/client-s3"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import type { MpsConfigError } from "@iiif-ingest/core/config/MpsConfig"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { throughProxies } from "./internal/proxies.ts"
import { regionOrDefault } from "./internal/sdk/region.ts"
import { TunnelAgent } from "./internal/tunnelAgent.ts"

/**
 * What the store is told about the bytes of a body, so that it can check them:
 *
 * - `"whenSupported"` (default): their CRC-32, which S3 verifies, keeps with the object and reports.
 * - `"whenRequired"`: `Content-MD5`, for stores that know no newer checksums or answer 411 to a body of chunks with a
 *   trailer (Ceph before 18 does both). They keep no CRC-32 to ask for later.
 *
 * @category models
 * @since 0.1.0
 */
export type Checksums = "whenSupported" | "whenRequired"

/**
 * A fixed pair of keys, with the session token where they are temporary.
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
 * Whatever is left out is looked for where every AWS tool looks: environment variables, then profiles.
 *
 * - `endpoint`: only for a store that is not Amazon's own.
 * - `region`: else `AWS_REGION`, else the profile's, else `us-east-1`.
 * - `credentials`: a fixed pair, or any credential provider of the AWS SDK.
 * - `checksums`: else `AWS_REQUEST_CHECKSUM_CALCULATION` (`when_supported`, `when_required`), else the profile's.
 * - `maxSockets`: connections open at a time, 50 unless told.
 * - `connectTimeout`: 5 seconds unless told.
 * - `stallTimeout`: how long a connection may lie still within a request, 30 seconds unless told. A slow transfer
 *   is not a stalled one.
 * - `proxies`: none unless told; {@link layerConfig} reads the usual variables.
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
 * The raw client, for calls that `ObjectStore` has no name for.
 *
 * @category services
 * @since 0.1.0
 */
export class S3Client extends Context.Service<S3Client, {
  readonly client: Sdk.S3Client
}>()("@iiif-ingest/aws/S3Client") {}

const identity = (credentials: Credentials | Sdk.S3ClientResolvedConfig["credentials"]) =>
  typeof credentials === "function" ? credentials : async () => ({
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: Redacted.value(credentials.secretAccessKey),
    ...(credentials.sessionToken === undefined ? {} : { sessionToken: Redacted.value(credentials.sessionToken) })
  })

/** What goes wrong is in the errors; the SDK would print some of it as well. */
const silent: Sdk.S3ClientResolvedConfig["logger"] = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {}
}

const makeClient = (options: Options): Sdk.S3Client => {
  const agent = { keepAlive: true, maxSockets: options.maxSockets ?? 50 }
  const source = options.profile === undefined ? {} : { profile: options.profile }
  const connectionTimeout = Duration.toMillis(options.connectTimeout ?? "5 seconds")
  const proxies = options.proxies ?? ProxySettings.none
  const client = new Sdk.S3Client({
    ...source,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: identity(options.credentials) }),
    ...(options.checksums === undefined ? {} : {
      requestChecksumCalculation: options.checksums === "whenRequired" ? "WHEN_REQUIRED" : "WHEN_SUPPORTED"
    }),
    region: options.region ?? regionOrDefault(new Sdk.S3Client(source).config.region, "us-east-1"),
    forcePathStyle: true,
    maxAttempts: 1,
    logger: silent,
    // a clock that is wrong is said, not mended: the token for MPS would be wrong too
    disableClockSkewCorrection: true,
    requestHandler: {
      connectionTimeout,
      socketTimeout: Duration.toMillis(options.stallTimeout ?? "30 seconds"),
      httpAgent: agent,
      httpsAgent: proxies.https === undefined ? agent : new TunnelAgent(proxies, connectionTimeout, agent)
    }
  })
  if (proxies.http !== undefined) throughProxies(client, proxies)
  return client
}

/**
 * A client made from options. Its sockets are closed when the layer is released.
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
export const layer = (options: Options = {}): Layer.Layer<S3Client> =>
  Layer.effect(
    S3Client,
    Effect.acquireRelease(
      Effect.sync(() => ({ client: makeClient(options) })),
      ({ client }) => Effect.sync(() => client.destroy())
    )
  )

/**
 * The client for the environment in `MpsConfig`: its endpoint, AWS's own variables and profiles, and the proxies in
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (`ProxySettings.fromConfig`). Certificates in the file that
 * `NODE_EXTRA_CA_CERTS` names are trusted by Node itself.
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
 * A client of your own, which stays yours to destroy. Set `forcePathStyle` (bucket names of MPS have dots) and
 * `maxAttempts: 1` on it, or what is retried here is retried there too.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFrom = (client: Sdk.S3Client): Layer.Layer<S3Client> => Layer.succeed(S3Client, { client })
