/**
 * The same programs behind Promises, for code that does not use Effect: layers are put together once, everything after
 * that is `async`.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { JobId } from "./base/Ids.ts"
import { redactText } from "./base/internal/text.ts"
import type * as Asset from "./image/Asset.ts"
import type { ImageSource } from "./image/ImageSource.ts"
import * as IngestProgram from "./IngestProgram.ts"
import type { IngestReport } from "./IngestReport.ts"
import type { Job, JobResult } from "./mps/Job.ts"
import * as Status from "./mps/Status.ts"
import * as Upload from "./upload/Upload.ts"

/**
 * What a client needs: all services of `ingestProgram`, as `IngestProgram.layer` provides them on the ports.
 *
 * @category models
 * @since 0.1.0
 */
export type Services = Effect.Services<ReturnType<typeof IngestProgram.ingestProgram>>

/**
 * `signal`: aborting it stops the call and all that it started, and then rejects the promise with the signal's reason,
 * as `fetch` does.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * The client was disposed of, before the call or during it.
 *
 * @category errors
 * @since 0.1.0
 */
export class ClientDisposed extends Schema.TaggedError<ClientDisposed>()("ClientDisposed", {}) {
  override get message() {
    return "the client was disposed of: make another with IngestClient.make"
  }
}

/**
 * A mistake in this library or in a layer, not in what it was given. Of what was thrown only the text is kept, without
 * whatever looks like a secret in it.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnexpectedError extends Schema.TaggedError<UnexpectedError>()("UnexpectedError", {
  detail: Schema.String
}) {
  override get message() {
    return `unexpected, please report it: ${this.detail}`
  }
}

/**
 * A client: each call is one run of the program or service of the same name.
 *
 * - `ingest`: {@link IngestProgram.ingestProgram}. It resolves with the fate of every image, good or bad; look at it with
 *   `IngestReport.isComplete`.
 * - `upload`: images into the bucket and nothing else; an outcome for each, in their order.
 * - `jobStatus`: how a job is doing now. `awaitJob`: how it ended.
 * - `serviceVersion`: whether the service answers, and as what.
 * - `dispose`: stops what still runs and releases everything; every later call rejects with {@link ClientDisposed}.
 *
 * A promise rejects with the typed error itself (`LtsError`, `ManifestError`, `JournalError`, ...; the layer's own where
 * it cannot be built): tell them apart by `instanceof` or `_tag`.
 *
 * @category models
 * @since 0.1.0
 */
export interface IngestClient {
  readonly ingest: (options: IngestProgram.Options, call?: CallOptions) => Promise<IngestReport>
  readonly upload: (
    images: Iterable<ImageSource>,
    options?: Asset.ProbeOptions & CallOptions
  ) => Promise<ReadonlyArray<Upload.AssetOutcome>>
  readonly jobStatus: (id: string, call?: CallOptions) => Promise<Job>
  readonly awaitJob: (id: string, call?: CallOptions) => Promise<JobResult>
  readonly serviceVersion: (call?: CallOptions) => Promise<Schema.Json>
  readonly dispose: () => Promise<void>
}

const jobId = Schema.decodeUnknownEffect(JobId)

/** With the stack, without which nobody could find the mistake. */
const unexpected = (defect: unknown): UnexpectedError =>
  new UnexpectedError({ detail: redactText(defect instanceof Error ? defect.stack ?? defect.message : String(defect)) })

/** What a promise rejects with. */
const rejection = <E>(cause: Cause.Cause<E>, signal: AbortSignal | undefined): unknown => {
  const failure = cause.reasons.find(Cause.isFailReason)
  if (failure !== undefined) return failure.error
  const death = cause.reasons.find(Cause.isDieReason)
  if (death !== undefined) return unexpected(death.defect)
  return signal?.aborted === true ? signal.reason : new ClientDisposed()
}

/**
 * A client on a layer. Nothing is built before the first call; dispose of the client in the end.
 *
 * Retries, waits and progress are changed in the layer, by merging `Layer.succeed(RetryPolicy.RetryPolicy, ...)` or
 * `Layer.succeed(Progress.Progress, ...)` into it.
 *
 * @example
 * ```ts
 * import { Delivery, ImageSource, IngestClient, IngestProgram, IngestReport, Journal, LtsClient, MpsConfig, ObjectStore } from "@iiif-ingest/core"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * const client = IngestClient.make(
 *   IngestProgram.layer().pipe(
 *     Layer.provide([ObjectStore.layerMemory, LtsClient.layerScripted(), Delivery.layerScripted(), Journal.layerMemory]),
 *     Layer.provideMerge(MpsConfig.layer({
 *       environment: "qa",
 *       account: "at",
 *       space: "atdarth",
 *       namespace: "at",
 *       agent: "atagent"
 *     })),
 *     Layer.provideMerge(NodeFileSystem.layer)
 *   )
 * )
 *
 * const report = await client.ingest({
 *   images: [ImageSource.file("examples/images/coffee.png", { label: "Coffee" })],
 *   manifest: { name: "COFFEE", label: "Coffee" },
 *   verify: false
 * }, { signal: AbortSignal.timeout(60_000) })
 * await client.dispose()
 *
 * console.log(report.assets.map((asset) => Fate.describeAsset(asset.fate)))
 * // => ["ingested from images/coffee.png, not verified"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E>(layer: Layer.Layer<Services, E>): IngestClient => {
  const runtime = ManagedRuntime.make(layer)
  let disposed = false

  const run = async <A, E>(effect: Effect.Effect<A, E, Services>, call: CallOptions = {}): Promise<A> => {
    if (disposed) throw new ClientDisposed()
    const exit = await runtime.runPromiseExit(effect, { signal: call.signal })
    if (Exit.isSuccess(exit)) return exit.value
    throw rejection(exit.cause, call.signal)
  }

  return {
    ingest: (options, call) => run(IngestProgram.ingestProgram(options), call),
    upload: (images, options) => run(Upload.Upload.use((upload) => upload.all(images, options)), options),
    jobStatus: (id, call) =>
      run(Effect.flatMap(jobId(id), (id) => Status.Status.use((status) => status.get(id))), call),
    awaitJob: (id, call) =>
      run(Effect.flatMap(jobId(id), (id) => Status.Status.use((status) => status.await(id))), call),
    serviceVersion: (call) => run(Status.Status.use((status) => status.version), call),
    dispose: () => {
      disposed = true
      return runtime.dispose()
    }
  }
}
