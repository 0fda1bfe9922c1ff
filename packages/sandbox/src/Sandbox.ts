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
import * as Layer from "effect/Layer"
import type { Pace as JobPace } from "./internal/jobs.ts"
import type { TrustedKey as Trusted } from "./internal/keys.ts"
import type { S3Object as StoredObject } from "./internal/s3/endpoint.ts"
import { make } from "./internal/sandbox.ts"
import type { SandboxOptions as Options, SandboxService } from "./internal/sandboxTypes.ts"
import type { S3Session as Session } from "./internal/sessions.ts"
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
export type SandboxOptions = Options

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
export class Sandbox extends Context.Service<Sandbox, SandboxService>()("@iiif-ingest/sandbox/Sandbox") {
  /**
   * Starts a sandbox and stops it with the scope: no connection, no fiber, no temporary file is left, within 2 seconds.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer = (options: SandboxOptions = {}): Layer.Layer<Sandbox, SandboxError> =>
    Layer.effect(Sandbox, make(options)).pipe(Layer.provide(NodeFileSystem.layer))
}
