/**
 * The same programs behind Promises, for code that does not use Effect: layers are put together once, everything after
 * that is `async`.
 *
 * @since 0.1.0
 */
import { JobId } from "@iiif-ingest/core/base/Ids"
import { redacted } from "@iiif-ingest/core/base/Reason"
import type { ImageSource } from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import type { IngestReport } from "@iiif-ingest/core/IngestReport"
import type { Job, JobResult } from "@iiif-ingest/core/mps/Job"
import * as Status from "@iiif-ingest/core/mps/Status"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import * as Live from "./Live.ts"

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
 * - `ingest`: {@link IngestProgram.ingestProgram}. It resolves with the fate of every image, good or bad; look at it
 *   with `IngestReport.isComplete`.
 * - `upload`: images into the bucket and nothing else; an outcome for each, in their order.
 * - `jobStatus`: how a job is doing now. `awaitJob`: how it ended.
 * - `serviceVersion`: whether the service answers, and as what.
 * - `dispose`: stops what still runs and releases everything; every later call rejects with {@link ClientDisposed}.
 *
 * A promise rejects with the typed error itself (`LtsError`, `ManifestError`, `JournalError`, ...; the layer's own
 * where it cannot be built): tell them apart by `instanceof` or `_tag`.
 *
 * @category models
 * @since 0.1.0
 */
export interface IngestClient {
  readonly ingest: (options: IngestProgram.Options, call?: CallOptions) => Promise<IngestReport>
  readonly upload: (
    images: Iterable<ImageSource>,
    options?: Upload.BatchOptions & CallOptions
  ) => Promise<ReadonlyArray<Upload.AssetOutcome>>
  readonly jobStatus: (id: string, call?: CallOptions) => Promise<Job>
  readonly awaitJob: (id: string, call?: CallOptions) => Promise<JobResult>
  readonly serviceVersion: (call?: CallOptions) => Promise<Schema.Json>
  readonly dispose: () => Promise<void>
}

const jobId = Schema.decodeUnknownEffect(JobId)

/** With the stack, without which nobody could find the mistake. */
const unexpected = (defect: unknown): UnexpectedError =>
  new UnexpectedError({ detail: redacted(defect instanceof Error ? defect.stack ?? defect.message : String(defect)) })

/** What a promise rejects with. */
const rejection = <E>(cause: Cause.Cause<E>, signal: AbortSignal | undefined): unknown => {
  const failure = cause.reasons.find(Cause.isFailReason)
  if (failure !== undefined) return failure.error
  const death = cause.reasons.find(Cause.isDieReason)
  if (death !== undefined) return unexpected(death.defect)
  return signal?.aborted === true ? signal.reason : new ClientDisposed()
}

/**
 * A client on a layer, which is built by the first call, and again by the next one if that fails. Dispose of the client
 * in the end.
 *
 * Retries, waits and progress are changed in the layer, by merging `Layer.succeed(RetryPolicy.RetryPolicy, ...)` or
 * `Progress.layer(...)` into it.
 *
 * @example
 * ```ts
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { IngestClient, IngestImage, IngestReport, TestMps } from "iiif-ingest"
 *
 * const client = IngestClient.make(
 *   TestMps.layer({ jobDuration: "10 millis" }).pipe(Layer.provideMerge(NodeFileSystem.layer))
 * )
 * const report = await client.ingest({
 *   images: [IngestImage.file("examples/images/coffee.png", { label: "Coffee" })],
 *   manifest: { name: "COFFEE", label: "Coffee" }
 * }, { signal: AbortSignal.timeout(60_000) })
 * await client.dispose()
 *
 * console.log(IngestReport.isComplete(report)) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E>(layer: Layer.Layer<Services, E>): IngestClient => {
  /** A runtime whose layer cannot be built fails for good. It is replaced, since the next call may find the cause gone. */
  const start = (): ManagedRuntime.ManagedRuntime<Services, E> =>
    ManagedRuntime.make(Layer.tapCause(layer, () => Effect.sync(() => runtime = start())))
  let runtime = start()
  let disposed = false

  const run = async <A, E>(effect: Effect.Effect<A, E, Services>, call: CallOptions = {}): Promise<A> => {
    if (disposed) throw new ClientDisposed()
    const current = runtime
    const exit = await current.runPromiseExit(effect, { signal: call.signal })
    if (Exit.isSuccess(exit)) return exit.value
    if (runtime !== current) await current.dispose()
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

/**
 * A client on {@link Live.layer}: settings from the environment, those given here in their place.
 *
 * @example
 * ```ts
 * import { IngestClient } from "iiif-ingest"
 *
 * const client = IngestClient.fromEnvironment({ config: { environment: "qa" } })
 * await client.dispose()
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromEnvironment = (options: Live.Options = {}): IngestClient => make(Live.layer(options))
