/** Types of the options and the service in `Sandbox.ts`, shared with the implementation. */
import type * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Redacted from "effect/Redacted"
import type { FaultHits } from "../Faults.ts"
import type { PolicyLimits } from "../IngestRequest.ts"
import type { Job, JobState, UnknownJob } from "../Job.ts"
import type { InFlight, RequestFilter, RequestLogEntry } from "../RequestLog.ts"
import type { BadSnapshotName, ClockRuns, SeedFailed, StorageFailed, UnknownSnapshot } from "../SandboxError.ts"
import type { Fault } from "../Scenarios.ts"
import type { NotServed, ServedOptions, ServedReport } from "../Served.ts"
import type { Pace } from "./jobs/jobs.ts"
import type { S3Object } from "./s3/endpoint.ts"
import type { Seeded } from "./seed/seeded.ts"
import type { TrustedKey } from "./state/keys.ts"
import type { S3Session } from "./state/sessions.ts"

/** Documented on its public alias in `Sandbox.ts`. */
export interface SandboxOptions {
  readonly port?: number
  readonly dataDirectory?: string
  readonly rebase?: boolean
  readonly account?: string
  readonly space?: string
  readonly namespace?: string
  readonly namespaces?: ReadonlyArray<string>
  readonly bucket?: string
  readonly region?: string
  readonly childErrorLimit?: number
  readonly imageSize?: "require" | "warn"
  readonly avItems?: "refuse" | "accept"
  readonly policyGroups?: Readonly<Record<string, PolicyLimits>>
  readonly statusAuth?: boolean
  readonly trust?: ReadonlyArray<TrustedKey>
  readonly pace?: Pace
  readonly workers?: number
  readonly faults?: ReadonlyArray<Fault>
  readonly timeScale?: number
  readonly seed?: number
  readonly clock?: Clock.Clock | "manual"
}

/** The interface of the service `Sandbox`. */
export interface SandboxService {
  /** The address of the dashboard, and the start of all others. */
  readonly url: string
  /** The page that shows a manifest (its address or `URN-3:NS:NAME`) or an asset (its address or `NS:ID`). */
  readonly viewerUrl: (id: string) => string
  readonly s3: {
    readonly endpoint: string
    readonly region: string
    readonly accessKeyId: string
    readonly secretAccessKey: Redacted.Redacted
    readonly bucket: string
  }
  readonly issuer: string
  readonly kid: string
  /** A PKCS#8 PEM file, readable only by its owner. */
  readonly privateKeyPath: string
  readonly account: string
  readonly space: string
  readonly namespace: string
  readonly dataDirectory: string
  readonly faults: {
    /** Replaces all rules and scenarios. */
    readonly set: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
    /** A scenario that is on already starts anew. */
    readonly add: (fault: Fault) => Effect.Effect<void>
    /** Removes a scenario, or the rules that are equal. */
    readonly remove: (fault: Fault) => Effect.Effect<void>
    readonly clear: Effect.Effect<void>
    readonly hits: Effect.Effect<ReadonlyArray<FaultHits>>
  }
  /** The last 10,000 requests that match, oldest first. */
  readonly requests: (filter?: RequestFilter) => Effect.Effect<ReadonlyArray<RequestLogEntry>>
  /** Open requests by operation: the current number and the peak. */
  readonly inFlight: Effect.Effect<Readonly<Record<string, InFlight>>>
  /** The first request, past or future, that satisfies the predicate, which runs when a request starts and ends. */
  readonly awaitRequest: (predicate: (entry: RequestLogEntry) => boolean) => Effect.Effect<RequestLogEntry>
  readonly openSockets: Effect.Effect<number>
  /** Waits until no connection is open. */
  readonly awaitIdle: Effect.Effect<void>
  readonly issueSession: (options: { readonly lifetime: Duration.Input }) => Effect.Effect<S3Session>
  readonly jobs: {
    readonly get: (id: string) => Effect.Effect<Option.Option<Job>>
    readonly list: Effect.Effect<ReadonlyArray<Job>>
    readonly awaitTerminal: (id: string) => Effect.Effect<Job, UnknownJob>
    /** The job once it satisfies the predicate, which runs at every change. */
    readonly awaitJob: (id: string, predicate: (job: Job) => boolean) => Effect.Effect<Job, UnknownJob>
    /** Overrides a parent's state. If the new state is not terminal, the job keeps it until it is set again. */
    readonly setState: (id: string, state: JobState) => Effect.Effect<void, UnknownJob | PlatformError>
  }
  /** The time of jobs. */
  readonly clock: {
    /** Milliseconds since 1970. */
    readonly now: Effect.Effect<number>
    /** Moves a manual clock, and wakes what was to wake until then; fails if the clock is not manual. */
    readonly advance: (duration: Duration.Input) => Effect.Effect<void, ClockRuns>
  }
  /**
   * Walks a manifest as a viewer does, by its address here or at MPS: every image service, with the first and the last
   * tile of every scale, which are decoded and measured. Fails with all problems. Faults strike its requests too, and
   * `requests` has them.
   */
  readonly assertServed: (manifestUrl: string, options?: ServedOptions) => Effect.Effect<ServedReport, NotServed>
  readonly object: (bucket: string, key: string) => Effect.Effect<Option.Option<S3Object>>
  /**
   * Brings the demo seed in, as any client would: three manifests of five pictures. Waits until its jobs have ended; what
   * it brought in before is replaced by the same. Faults strike it too.
   */
  readonly seed: Effect.Effect<Seeded, SeedFailed>
  /** Deletes objects, jobs, assets, manifests, sessions and the log, and restores the layer's fault rules. */
  readonly reset: Effect.Effect<void, StorageFailed>
  /** Keeps objects, jobs, assets and manifests as they are now under a name, in place of what had it before. */
  readonly snapshot: (name: string) => Effect.Effect<void, BadSnapshotName | StorageFailed>
  /** Does what `reset` does, and brings back what a snapshot has. Its unfinished jobs go on. */
  readonly restore: (name: string) => Effect.Effect<void, UnknownSnapshot | StorageFailed>
}
