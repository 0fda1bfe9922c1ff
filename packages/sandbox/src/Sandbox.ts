/**
 * A complete local MPS on one loopback port: S3 endpoint, ingest API with real work behind it, IIIF delivery, faults on
 * request. What it imitates and what it guesses is listed in FIDELITY.md; a guess carries `x-sandbox-fidelity`.
 *
 * Times come from the Clock of whoever builds the layer, so tests over its sockets use the live one.
 *
 * @since 0.1.0
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Redacted from "effect/Redacted"
import type { FaultHits, FaultRule } from "./Faults.ts"
import type { Pace as JobPace } from "./internal/jobs.ts"
import type { TrustedKey as Trusted } from "./internal/keys.ts"
import type { S3Object as StoredObject } from "./internal/s3/endpoint.ts"
import { make } from "./internal/sandbox.ts"
import type { S3Session as Session } from "./internal/sessions.ts"
import type { Job, JobState, UnknownJob } from "./Job.ts"
import type { InFlight, RequestLogEntry } from "./RequestLog.ts"
import type { SandboxError } from "./SandboxError.ts"

/**
 * How long a job takes beyond its work: nothing (`instant`), milliseconds in `queued` and `running`, or `per-poll`: each
 * status read shows one state more, `ready` first, however fast the work was.
 *
 * @category models
 * @since 0.1.0
 */
export type Pace = JobPace

/**
 * A public key (PEM) that may sign tokens besides the sandbox's own. With `issuer`, tokens must name that issuer.
 *
 * @category models
 * @since 0.1.0
 */
export type TrustedKey = Trusted

/**
 * Temporary S3 credentials; `expiresAt` is in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export type S3Session = Session

/**
 * An object as the S3 endpoint keeps it; `file` holds its bytes.
 *
 * @category models
 * @since 0.1.0
 */
export type S3Object = StoredObject

/**
 * Everything may be left out.
 *
 * - `port`: 0 (default) is any free one, or the recorded one of `dataDirectory`.
 * - `dataDirectory`: keeps everything over restarts; left out, a temporary folder that is removed at the end.
 * - `rebase`: allows another port for a data directory, and rewrites stored ids.
 * - `account`, `space`, `namespace`: `sandbox`, `sandbox`, `SANDBOX`; `bucket` follows from them by MPS's template.
 * - `childErrorLimit`: failed children that make their parent fail (10, as LTS's default).
 * - `imageSize`: `require` (default) refuses assets without `imageSize` and fails those whose size is another; `warn`
 *   lets them pass with a warning.
 * - `avItems`: `refuse` (default) takes no request with audio, video or text assets, whose form nobody has seen; `accept`
 *   takes them where each has an identifier and a place in the bucket, and does nothing with them.
 * - `statusAuth`: whether the status endpoint needs a token (default: no, as MPS).
 * - `trust`: further keys that may sign. `workers`: assets worked on at once (2).
 * - `faults`: rules from the start; `faultSeed` seeds their probabilities.
 *
 * @category models
 * @since 0.1.0
 */
export interface SandboxOptions {
  readonly port?: number
  readonly dataDirectory?: string
  readonly rebase?: boolean
  readonly account?: string
  readonly space?: string
  readonly namespace?: string
  readonly bucket?: string
  readonly region?: string
  readonly childErrorLimit?: number
  readonly imageSize?: "require" | "warn"
  readonly avItems?: "refuse" | "accept"
  readonly statusAuth?: boolean
  readonly trust?: ReadonlyArray<TrustedKey>
  readonly pace?: Pace
  readonly workers?: number
  readonly faults?: ReadonlyArray<FaultRule>
  readonly faultSeed?: number
}

/**
 * A running sandbox: where it is, what to sign in with, and a view from the inside.
 *
 * @example
 * ```ts
 * import * as Sandbox from "@iiif-ingest/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* sandbox.faults.add({ match: { op: "PutObject" }, times: 1, effect: { type: "throttle" } })
 *   return sandbox.url
 * })
 *
 * const url = await Effect.runPromise(Effect.provide(program, Sandbox.Sandbox.layer()))
 * new URL(url).hostname // => "127.0.0.1"
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Sandbox extends Context.Service<Sandbox, {
  readonly url: string
  readonly s3: {
    readonly endpoint: string
    readonly region: string
    readonly accessKeyId: string
    readonly secretAccessKey: Redacted.Redacted
    readonly bucket: string
  }
  readonly issuer: string
  readonly kid: string
  /** PKCS#8 PEM, readable by its owner only. */
  readonly privateKeyPath: string
  readonly account: string
  readonly space: string
  readonly namespace: string
  readonly dataDirectory: string
  readonly faults: {
    readonly set: (rules: ReadonlyArray<FaultRule>) => Effect.Effect<void>
    readonly add: (rule: FaultRule) => Effect.Effect<void>
    readonly clear: Effect.Effect<void>
    readonly hits: Effect.Effect<ReadonlyArray<FaultHits>>
  }
  /** The last 10,000 requests, oldest first. */
  readonly requests: Effect.Effect<ReadonlyArray<RequestLogEntry>>
  /** Open requests, now and at most, by operation. */
  readonly inFlight: Effect.Effect<Readonly<Record<string, InFlight>>>
  /** The first request, past or future, that satisfies the condition: it is asked when one starts and when one ends. */
  readonly awaitRequest: (where: (entry: RequestLogEntry) => boolean) => Effect.Effect<RequestLogEntry>
  readonly openSockets: Effect.Effect<number>
  /** Waits until no connection is open. */
  readonly awaitIdle: Effect.Effect<void>
  readonly issueSession: (options: { readonly lifetime: Duration.Input }) => Effect.Effect<S3Session>
  readonly jobs: {
    readonly get: (id: string) => Effect.Effect<Option.Option<Job>>
    readonly list: Effect.Effect<ReadonlyArray<Job>>
    readonly awaitTerminal: (id: string) => Effect.Effect<Job, UnknownJob>
    /** Overrides a parent's state; a job that is not terminal after it stays so until set again. */
    readonly setState: (id: string, state: JobState) => Effect.Effect<void, UnknownJob | PlatformError>
  }
  readonly object: (bucket: string, key: string) => Effect.Effect<Option.Option<S3Object>>
  /** Back to the first start: objects, jobs, assets, manifests, sessions, log are gone, the layer's fault rules armed. */
  readonly reset: Effect.Effect<void, PlatformError>
}>()("@iiif-ingest/sandbox/Sandbox") {
  /**
   * Starts a sandbox and stops it with the scope: no connection, no fiber, no temporary file is left, within 2 seconds.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer = (options: SandboxOptions = {}): Layer.Layer<Sandbox, SandboxError> =>
    Layer.effect(Sandbox, make(options)).pipe(Layer.provide(NodeFileSystem.layer))
}
