/**
 * A local stand-in for MPS on one loopback port: an S3 endpoint, an ingest API that really processes images, IIIF delivery,
 * and faults on request. FIDELITY.md lists what it imitates and what it guesses; a guessed reply carries the header
 * `x-sandbox-fidelity`.
 *
 * It runs in real time, whatever Clock the context has: its clients' signatures and tokens are of real time too. Only jobs
 * may have another clock.
 *
 * @since 0.1.0
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type { Pace as JobPace } from "./internal/jobs/jobs.ts"
import type { S3Object as StoredObject } from "./internal/s3/endpoint.ts"
import { make } from "./internal/sandbox.ts"
import type { SandboxOptions as Options, SandboxService } from "./internal/sandboxTypes.ts"
import type { Seeded as DemoSeed } from "./internal/seed/seeded.ts"
import type { TrustedKey as Trusted } from "./internal/state/keys.ts"
import type { S3Session as Session } from "./internal/state/sessions.ts"
import type { SandboxError } from "./SandboxError.ts"

/**
 * How long a job takes: no longer than its processing (`instant`), at least so many milliseconds in `queued` and
 * `running`, or `per-poll`: each status read reports the next state, starting with `ready`, however fast the processing was.
 *
 * @category models
 * @since 0.1.0
 */
export type Pace = JobPace

/**
 * An additional public key (PEM) whose tokens the sandbox accepts. With `issuer`, tokens must name that issuer.
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
 * An object as the S3 endpoint stores it; `file` is the path of its content.
 *
 * @category models
 * @since 0.1.0
 */
export type S3Object = StoredObject

/**
 * What the demo seed has brought in: the address of each manifest, and that of the page which shows it.
 *
 * @category models
 * @since 0.1.0
 */
export type Seeded = DemoSeed

/**
 * Options of {@link Sandbox.layer}; all are optional.
 *
 * - `port`: 0 (default) picks the port recorded in `dataDirectory`, or a free one.
 * - `dataDirectory`: keeps all data across restarts; by default a temporary folder that is removed at the end.
 * - `rebase`: allows a different port for a data directory, a free one if it is 0, and rewrites the stored ids.
 * - `account`, `space`, `namespace`: `sandbox`, `sandbox`, `SANDBOX` by default; `bucket` is derived from account and
 *   space by MPS's template.
 * - `namespaces`: others that are registered besides `namespace`; assets and manifests of any other fail.
 * - `region`: of the S3 endpoint (default: `us-east-1`).
 * - `childErrorLimit`: the number of failed children that fails their parent (10, the default of LTS).
 * - `imageSize`: `require` (default) rejects requests with assets without `imageSize` and fails assets of a different
 *   size; `warn` accepts both with a warning.
 * - `avItems`: `refuse` (default) rejects requests with audio, video or text assets, whose form has never been
 *   observed; `accept` allows them if each has an identifier and a location in the bucket, and ignores them.
 * - `policyGroups`: what the policy groups of LTS allow, by name, since nobody outside knows it. A group that is missing
 *   here limits nothing: `default` silently, any other with a warning of the job.
 * - `statusAuth`: whether the status endpoint requires a token (default: no, like MPS).
 * - `trust`: additional keys that may sign tokens.
 * - `pace`: how long jobs take (default: `instant`).
 * - `workers`: how many assets are processed concurrently (2).
 * - `faults`: initial faults: rules, and names of scenarios.
 * - `timeScale`: multiplies the durations of scenarios and of magic asset ids, so that a test need not wait (1).
 * - `seed`: makes the probabilities of faults and the ids of jobs and uploads the same in every run, and again after
 *   every reset; by default ids are random.
 * - `clock`: the time of jobs, and of nothing else: `manual` moves only by `sandbox.clock.advance`, and a Clock, such as
 *   a `TestClock`, by its owner. Signatures and tokens are always checked against real time.
 *
 * @category models
 * @since 0.1.0
 */
export type SandboxOptions = Options

/** Not the clock of a test, in which a client over a socket would be decades away. */
const realTime = Layer.sync(Clock.Clock, Clock.Clock.defaultValue)

/**
 * A running sandbox: its addresses, its credentials, and access to its internal state.
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
   * Starts a sandbox and stops it when the scope closes. Stopping takes at most 2 seconds and leaves no connection,
   * fiber or temporary file behind.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer = (options: SandboxOptions = {}): Layer.Layer<Sandbox, SandboxError> =>
    Layer.effect(Sandbox, make(options)).pipe(Layer.provide([NodeFileSystem.layer, realTime]))
}
