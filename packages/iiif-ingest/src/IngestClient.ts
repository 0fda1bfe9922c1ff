/**
 * The same programs behind Promises, for code that does not use Effect: layers are put together once, everything after
 * that is `async`.
 *
 * @since 0.1.0
 */
import { redacted } from "@iiif-ingest/core/base/Reason"
import type { ImageSource } from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import type { Input } from "@iiif-ingest/core/mps/Ingest"
import type { Descriptions } from "@iiif-ingest/core/mps/IngestImage"
import type { IngestReport } from "@iiif-ingest/core/mps/IngestReport"
import type { Job, JobResult } from "@iiif-ingest/core/mps/Job"
import type { Submission } from "@iiif-ingest/core/mps/LtsClient"
import type { Description } from "@iiif-ingest/core/mps/Manifests"
import * as Status from "@iiif-ingest/core/mps/Status"
import type * as Upload from "@iiif-ingest/core/upload/Upload"
import type { InBucket, StoredOptions } from "@iiif-ingest/core/upload/UploadedAsset"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import * as Arguments from "./internal/arguments.ts"
import * as Steps from "./internal/steps.ts"
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
 * An asset in the bucket: one that `upload` put there, or what is known of one that was there already.
 *
 * @category models
 * @since 0.1.0
 */
export type AssetInBucket = InBucket | StoredOptions

/**
 * - `descriptions`: what is said of the images, by asset id; nothing by default.
 * - `uri`: the address of the manifest, by default the one that the `name` of its description gives.
 *
 * @category models
 * @since 0.1.0
 */
export interface BuildOptions extends CallOptions {
  readonly descriptions?: Descriptions
  readonly uri?: string
}

/**
 * The input of a request, as in `Ingest.Input`, and
 *
 * - `assets`: the assets, in the order of the pages.
 * - `manifest`: the manifest that `build` returned, or any other; none by default.
 * - `id`: what the journal knows the request by: the manifest's address, or without a manifest a text that is made of the
 *   assets' identifiers.
 *
 * @category models
 * @since 0.1.0
 */
export interface SubmitOptions extends Omit<Input, "assets"> {
  readonly assets: ReadonlyArray<AssetInBucket>
  readonly id?: string
}

/**
 * `limit`: how long to wait for the job to end; the policy's `jobLimit` (6 hours) by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface AwaitOptions extends CallOptions {
  readonly limit?: Duration.Input
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
 * - `upload`, `build`, `submit`, `jobStatus`: the steps one by one. `upload` puts images into the bucket, with an
 *   outcome for each, in their order; `build` makes a manifest of them; `submit` posts a request for them, with a
 *   manifest or without; `jobStatus` is how its job is doing now, and `awaitJob` how it ended. `build` and `submit` also
 *   take what was in the bucket already: `{ id, key, width, height }`.
 * - `serviceVersion`: whether the service answers, and as what.
 * - `dispose`: stops what still runs and releases everything; every later call rejects with {@link ClientDisposed}.
 *
 * A promise rejects with the typed error itself (`LtsError`, `ManifestError`, `JournalError`, ...; the layer's own
 * where it cannot be built; `InputInvalid` for arguments of a wrong type): tell them apart by `instanceof` or `_tag`.
 * Where the reply to `submit` is lost, `reason.outcome` of its `LtsError` is `unknown`: unlike `ingest`, it does not
 * look whether the request arrived.
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
  readonly build: (
    description: Description,
    assets: ReadonlyArray<AssetInBucket>,
    options?: BuildOptions
  ) => Promise<Presentation3.Manifest>
  readonly submit: (options: SubmitOptions, call?: CallOptions) => Promise<Submission>
  readonly jobStatus: (id: string, call?: CallOptions) => Promise<Job>
  readonly awaitJob: (id: string, options?: AwaitOptions) => Promise<JobResult>
  readonly serviceVersion: (call?: CallOptions) => Promise<Schema.Json>
  readonly dispose: () => Promise<void>
}

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

  const run = async <A, E>(effect: Effect.Effect<A, E, Services>, call: CallOptions | undefined): Promise<A> => {
    if (disposed) throw new ClientDisposed()
    const signal = Arguments.signalOf(call)
    const current = runtime
    const exit = await current.runPromiseExit(effect, { signal })
    if (Exit.isSuccess(exit)) return exit.value
    if (runtime !== current) await current.dispose()
    throw rejection(exit.cause, signal)
  }

  return {
    ingest: (options, call) => run(IngestProgram.ingestProgram(options), call),
    upload: (images, options) => run(Steps.upload(images, options), options),
    build: (description, assets, options) => run(Steps.build(description, assets, options), options),
    submit: (options, call) => run(Steps.submit(options), call),
    jobStatus: (id, call) => run(Steps.jobStatus(id), call),
    awaitJob: (id, options) => run(Steps.awaitJob(id, options), options),
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
