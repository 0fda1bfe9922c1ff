/**
 * A sandbox behind Promises, for tests and programs that do not use Effect.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import type { FaultHits } from "./Faults.ts"
import * as Connections from "./internal/connection.ts"
import type { Job, JobState } from "./Job.ts"
import type { InFlight, RequestFilter, RequestLogEntry } from "./RequestLog.ts"
import { type S3Object, type S3Session, Sandbox, type SandboxOptions, type Seeded } from "./Sandbox.ts"
import type { Fault } from "./Scenarios.ts"
import type { ServedOptions, ServedReport } from "./Served.ts"

/**
 * All that a client needs, as `iiif-ingest-sandbox start --json` prints it. The keys give access to this sandbox only.
 *
 * @category models
 * @since 0.1.0
 */
export type Connection = ReturnType<typeof Connections.connection>

/**
 * A running sandbox. Its methods are those of the service `Sandbox`, with promises; a promise rejects with the typed
 * error itself.
 *
 * - `connection` and `variables`: what a client needs, as an object and as the variables that `iiif-ingest` and the AWS
 *   tools read.
 * - `use`: runs an effect with the service itself.
 * - `dispose`: stops the sandbox, within two seconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface SandboxClient {
  readonly url: string
  readonly connection: Connection
  readonly variables: Readonly<Record<string, string>>
  readonly viewerUrl: (id: string) => string
  readonly dataDirectory: string
  readonly requests: (filter?: RequestFilter) => Promise<ReadonlyArray<RequestLogEntry>>
  readonly awaitRequest: (predicate: (entry: RequestLogEntry) => boolean) => Promise<RequestLogEntry>
  readonly inFlight: () => Promise<Readonly<Record<string, InFlight>>>
  readonly openSockets: () => Promise<number>
  readonly awaitIdle: () => Promise<void>
  readonly issueSession: (options: { readonly lifetime: Duration.Input }) => Promise<S3Session>
  readonly faults: {
    readonly set: (faults: ReadonlyArray<Fault>) => Promise<void>
    readonly add: (fault: Fault) => Promise<void>
    readonly remove: (fault: Fault) => Promise<void>
    readonly clear: () => Promise<void>
    readonly hits: () => Promise<ReadonlyArray<FaultHits>>
  }
  readonly jobs: {
    readonly get: (id: string) => Promise<Job | undefined>
    readonly list: () => Promise<ReadonlyArray<Job>>
    readonly awaitTerminal: (id: string) => Promise<Job>
    readonly awaitJob: (id: string, predicate: (job: Job) => boolean) => Promise<Job>
    readonly setState: (id: string, state: JobState) => Promise<void>
  }
  readonly clock: {
    readonly now: () => Promise<number>
    readonly advance: (duration: Duration.Input) => Promise<void>
  }
  readonly assertServed: (manifestUrl: string, options?: ServedOptions) => Promise<ServedReport>
  readonly object: (bucket: string, key: string) => Promise<S3Object | undefined>
  readonly seed: () => Promise<Seeded>
  readonly reset: () => Promise<void>
  readonly snapshot: (name: string) => Promise<void>
  readonly restore: (name: string) => Promise<void>
  readonly use: <A, E>(use: (sandbox: Sandbox["Service"]) => Effect.Effect<A, E>) => Promise<A>
  readonly dispose: () => Promise<void>
}

/**
 * Starts a sandbox, on a free port and in a temporary folder unless the options say otherwise. Dispose of it in the end.
 *
 * @example
 * ```ts
 * import * as SandboxClient from "@iiif-ingest/sandbox/SandboxClient"
 *
 * const sandbox = await SandboxClient.make()
 * await sandbox.faults.add({ match: { op: "Version" }, times: 1, effect: { type: "status", status: 503 } })
 * const { status } = await fetch(`${sandbox.url}/admin/ingest/version`)
 * const [request] = await sandbox.requests({ op: "Version" })
 * await sandbox.dispose()
 *
 * console.log([status, request?.status]) // => [503, 503]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = async (options?: SandboxOptions): Promise<SandboxClient> => {
  const runtime = ManagedRuntime.make(Sandbox.layer(options))
  const sandbox = await runtime.runPromise(Sandbox)
  const run = <A, E>(effect: Effect.Effect<A, E>) => runtime.runPromise(effect)
  const { clock, faults, jobs } = sandbox
  return {
    url: sandbox.url,
    connection: Connections.connection(sandbox),
    variables: Connections.variables(sandbox),
    viewerUrl: sandbox.viewerUrl,
    dataDirectory: sandbox.dataDirectory,
    requests: (filter) => run(sandbox.requests(filter)),
    awaitRequest: (predicate) => run(sandbox.awaitRequest(predicate)),
    inFlight: () => run(sandbox.inFlight),
    openSockets: () => run(sandbox.openSockets),
    awaitIdle: () => run(sandbox.awaitIdle),
    issueSession: (options) => run(sandbox.issueSession(options)),
    faults: {
      set: (rules) => run(faults.set(rules)),
      add: (fault) => run(faults.add(fault)),
      remove: (fault) => run(faults.remove(fault)),
      clear: () => run(faults.clear),
      hits: () => run(faults.hits)
    },
    jobs: {
      get: (id) => run(Effect.map(jobs.get(id), Option.getOrUndefined)),
      list: () => run(jobs.list),
      awaitTerminal: (id) => run(jobs.awaitTerminal(id)),
      awaitJob: (id, predicate) => run(jobs.awaitJob(id, predicate)),
      setState: (id, state) => run(jobs.setState(id, state))
    },
    clock: { now: () => run(clock.now), advance: (duration) => run(clock.advance(duration)) },
    assertServed: (manifestUrl, options) => run(sandbox.assertServed(manifestUrl, options)),
    object: (bucket, key) => run(Effect.map(sandbox.object(bucket, key), Option.getOrUndefined)),
    seed: () => run(sandbox.seed),
    reset: () => run(sandbox.reset),
    snapshot: (name) => run(sandbox.snapshot(name)),
    restore: (name) => run(sandbox.restore(name)),
    use: (use) => run(use(sandbox)),
    dispose: () => runtime.dispose()
  }
}
