/**
 * Everything that `ingestProgram` needs, live, in one layer: S3, MPS over HTTP, the journal in a SQLite file, Node's
 * file system and hashing, through the HTTP proxies of the network. Settings come from the environment or from code.
 *
 * @since 0.1.0
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as S3Client from "@iiif-ingest/aws/S3Client"
import * as S3ObjectStore from "@iiif-ingest/aws/S3ObjectStore"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import { MpsConfig, MpsConfigError } from "@iiif-ingest/core/config/MpsConfig"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import * as Settings from "@iiif-ingest/core/config/Settings"
import * as TokenSigner from "@iiif-ingest/core/config/TokenSigner"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import type { Delivery } from "@iiif-ingest/core/mps/Delivery"
import * as Holdings from "@iiif-ingest/core/mps/Holdings"
import type { LtsClient } from "@iiif-ingest/core/mps/LtsClient"
import * as Pace from "@iiif-ingest/core/mps/Pace"
import { type Journal, type JournalError, layerMemory } from "@iiif-ingest/core/upload/Journal"
import type { ObjectStore } from "@iiif-ingest/core/upload/ObjectStore"
import * as HttpDelivery from "@iiif-ingest/lts-http/HttpDelivery"
import * as HttpLtsClient from "@iiif-ingest/lts-http/HttpLtsClient"
import * as NodeFiles from "@iiif-ingest/node/NodeFiles"
import * as NodeFixity from "@iiif-ingest/node/NodeFixity"
import * as NodeJournal from "@iiif-ingest/node/NodeJournal"
import * as ProxiedHttpClient from "@iiif-ingest/node/ProxiedHttpClient"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"

/**
 * Settings given in code; each takes precedence over its variable, field by field.
 *
 * - `config`: account, environment, addresses (`MpsConfig.Options`; variables `LTS_IIIF_*`).
 * - `credentials`: issuer, kid and key (`Credentials.Options`; `LTS_IIIF_ISSUER`, `_KID`, `_PRIVATE_KEY_PATH`,
 *   `_PRIVATE_KEY_STRING`).
 * - `s3`: region, profile, keys (`S3Client.Options`; `AWS_*` and profiles). The endpoint is `config.s3Endpoint`.
 * - `store`, `lts`, `delivery`: `S3ObjectStore.Options`, `HttpLtsClient.Options`, `HttpDelivery.Options`.
 * - `journal`: `NodeJournal.Options`, with the path that `NodeJournal.path` finds by default (`LTS_IIIF_JOURNAL`); or
 *   `memory`, for a run that leaves no file and cannot be resumed.
 * - `proxies`: `ProxySettings.Options` (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
 * - `upload`: how images are uploaded, such as how many at a time (`Upload.Options`).
 * - `pace`: how many requests per second are posted and sent to the delivery side at most; no bound by default.
 * - `retry`: parts of the retry policy, in place of those of `RetryPolicy.standard`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Settings.Options, IngestProgram.LayerOptions {
  readonly s3?: Omit<S3Client.Options, "endpoint" | "proxies">
  readonly store?: S3ObjectStore.Options
  readonly lts?: HttpLtsClient.Options
  readonly delivery?: HttpDelivery.Options
  readonly journal?: Partial<NodeJournal.Options> | "memory"
  readonly proxies?: ProxySettings.Options
  readonly pace?: Pace.Bounds
  readonly retry?: Partial<RetryPolicy.Policy>
}

/**
 * All services and ports that the layer provides.
 *
 * @category models
 * @since 0.1.0
 */
export type Services =
  | Layer.Success<ReturnType<typeof IngestProgram.layer>>
  | Layer.Success<typeof Settings.layerConfig>
  | ObjectStore
  | LtsClient
  | Delivery
  | Journal
  | S3Client.S3Client
  | TokenSigner.TokenSigner
  | HttpClient
  | NodeServices.NodeServices

const problemsOf = <A>(result: Result.Result<A, MpsConfigError>) =>
  Result.isFailure(result) ? result.failure.problems : []

/** Settings and proxies; what is wrong with either is reported at once. */
const resolve = Effect.fnUntraced(function*(options: Options) {
  const settings = yield* Effect.result(Settings.resolve(options))
  const proxies = yield* Effect.result(ProxySettings.resolve(options.proxies ?? {}))
  if (Result.isFailure(settings) || Result.isFailure(proxies)) {
    return yield* new MpsConfigError({ problems: [...problemsOf(settings), ...problemsOf(proxies)] })
  }
  return { settings: settings.success, proxies: proxies.success }
})

/** The S3 client, for the endpoint of the environment. */
const s3Client = (proxies: ProxySettings.ProxySettings, options: Options["s3"]) =>
  Layer.unwrap(
    Effect.map(MpsConfig, ({ environment: { s3Endpoint } }) =>
      S3Client.layer({ ...options, proxies, ...(s3Endpoint === undefined ? {} : { endpoint: s3Endpoint }) }))
  )

const journal = (options: Options["journal"] = {}): Layer.Layer<Journal, JournalError, MpsConfig> =>
  options === "memory"
    ? Layer.merge(layerMemory, Holdings.layerMemory)
    : Layer.unwrap(
      Effect.map(NodeJournal.path, (path) => NodeJournal.layer({ ...options, path: options.path ?? path }))
    )

const retry = (options: Partial<RetryPolicy.Policy>) =>
  Layer.succeed(RetryPolicy.RetryPolicy, { ...RetryPolicy.standard, ...options })

/**
 * Everything that `ingestProgram` needs, live. Settings given in code take precedence over the environment's, field by
 * field. All that is missing or wrong with either is reported at once; nothing is sent before.
 *
 * @example
 * ```ts
 * import { Live } from "iiif-ingest"
 *
 * const live = Live.layer({ config: { environment: "qa", assetPrefix: "myapp" }, upload: { concurrency: 4 } })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Services, MpsConfigError | JournalError> =>
  Layer.unwrap(Effect.map(resolve(options), ({ proxies, settings }) => {
    const clients = Layer.mergeAll(
      s3Client(proxies, options.s3),
      ProxiedHttpClient.layer(proxies),
      TokenSigner.layer
    )
    const ports = Layer.mergeAll(
      S3ObjectStore.layer(options.store),
      HttpLtsClient.layer(options.lts),
      HttpDelivery.layer(options.delivery),
      journal(options.journal),
      NodeFixity.layer,
      NodeFiles.layer,
      options.pace === undefined ? Layer.empty : Pace.layer(options.pace),
      options.retry === undefined ? Layer.empty : retry(options.retry)
    )
    const all = IngestProgram.layer(options).pipe(
      Layer.provideMerge(ports),
      Layer.provideMerge(clients),
      Layer.provideMerge(Layer.succeedContext(settings))
    )
    // Shares nothing with another live layer around this one, whose account it must not use.
    return Layer.suspend(() => Layer.fresh(all))
  })).pipe(Layer.provideMerge(NodeServices.layer))

/**
 * Everything that `ingestProgram` needs, live, with settings from the environment alone.
 *
 * @example
 * ```ts
 * import { Console, Effect } from "effect"
 * import { IngestImage, ingestProgram, IngestReport, Live, Main } from "iiif-ingest"
 *
 * const program = ingestProgram({
 *   images: [IngestImage.file("scans/001.tif", { label: "Title page" })],
 *   manifest: { name: "HAMLET", label: "Hamlet" }
 * }).pipe(
 *   Effect.flatMap((report) => Console.log(IngestReport.describe(report))),
 *   Effect.provide(Live.layerConfig)
 * )
 *
 * const main = () => Main.run(program)
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<Services, MpsConfigError | JournalError> = layer({})
