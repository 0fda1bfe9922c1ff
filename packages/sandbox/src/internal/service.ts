/** The service `Sandbox`, from the parts of one that runs. */
import * as Effect from "effect/Effect"
import { isTerminal } from "../Job.ts"
import type { FaultEngine } from "./faults/engine.ts"
import type { HttpServer } from "./http/server.ts"
import type { JobClock } from "./jobs/clock.ts"
import type { Jobs } from "./jobs/jobs.ts"
import * as RequestFilter from "./log/requestFilter.ts"
import type { RequestLog } from "./log/requestLog.ts"
import type { S3Endpoint } from "./s3/endpoint.ts"
import type { SandboxService } from "./sandboxTypes.ts"
import * as Walk from "./served/walk.ts"
import type { State } from "./snapshots/state.ts"
import type { Sessions } from "./state/sessions.ts"

/** Where the sandbox is, who its account is, and its keys. */
export type Identity = Pick<
  SandboxService,
  "account" | "issuer" | "kid" | "namespace" | "privateKeyPath" | "s3" | "space" | "url"
>

interface Parts {
  readonly identity: Identity
  readonly directory: string
  readonly server: HttpServer
  readonly sessions: Sessions
  readonly faults: FaultEngine
  readonly log: RequestLog
  readonly jobs: Jobs
  readonly clock: JobClock
  readonly state: State
  readonly s3: S3Endpoint
  readonly seed: SandboxService["seed"]
}

export const awaitTerminal = (jobs: Jobs): SandboxService["jobs"]["awaitTerminal"] => (id) =>
  jobs.awaitJob(id, ({ state }) => isTerminal(state))

export const make = (parts: Parts): SandboxService => {
  const { clock, directory, faults, identity, jobs, log, s3, seed, server, sessions, state } = parts
  return {
    ...identity,
    viewerUrl: (id) => `${identity.url}/view/${id.slice(id.lastIndexOf("/") + 1)}`,
    dataDirectory: directory,
    faults: {
      set: (rules) => Effect.sync(() => faults.set(rules)),
      add: (fault) => Effect.sync(() => faults.add(fault)),
      remove: (fault) => Effect.sync(() => faults.remove(fault)),
      clear: Effect.sync(() => faults.set([])),
      hits: Effect.sync(() => faults.hits())
    },
    requests: (filter = {}) => Effect.sync(() => log.entries().filter(RequestFilter.compile(filter))),
    inFlight: Effect.sync(() => log.inFlight()),
    awaitRequest: log.awaitEntry,
    openSockets: Effect.sync(() => server.openSockets()),
    awaitIdle: server.awaitIdle,
    issueSession: ({ lifetime }) => sessions.issue(lifetime),
    jobs: {
      get: (id) => Effect.sync(() => jobs.get(id)),
      list: Effect.sync(() => jobs.list()),
      awaitTerminal: awaitTerminal(jobs),
      awaitJob: jobs.awaitJob,
      setState: jobs.setState
    },
    clock: { now: Effect.sync(clock.now), advance: clock.advance },
    assertServed: (manifestUrl, options) => Walk.walk(identity.url, manifestUrl, options),
    object: s3.object,
    seed,
    reset: state.reset,
    snapshot: state.snapshot,
    restore: state.restore
  }
}
