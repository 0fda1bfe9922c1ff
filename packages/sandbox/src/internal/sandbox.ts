/** Assembles a sandbox from its parts. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import { join } from "node:path"
import type { DirectoryForeign, DirectoryLocked, PortRecorded, Unreadable } from "../SandboxError.ts"
import { PortInUse, SandboxError, StorageFailed } from "../SandboxError.ts"
import * as ExchangeAdvice from "./advice/exchange.ts"
import * as SubmissionAdvice from "./advice/submission.ts"
import * as ClockControl from "./control/clock.ts"
import * as ConnectionControl from "./control/connection.ts"
import * as Control from "./control/control.ts"
import * as FaultControl from "./control/faults.ts"
import * as RequestControl from "./control/requests.ts"
import * as ResetControl from "./control/reset.ts"
import * as SeedControl from "./control/seed.ts"
import * as SnapshotControl from "./control/snapshots.ts"
import * as Dispatch from "./dispatch.ts"
import * as DeliveryAge from "./faults/deliveryAge.ts"
import * as FaultEngine from "./faults/engine.ts"
import * as Reply from "./http/reply.ts"
import * as HttpServer from "./http/server.ts"
import * as Ids from "./ids.ts"
import * as Derivatives from "./image/derivatives.ts"
import * as ImageApi from "./image/imageApi.ts"
import * as Assets from "./ingest/assets.ts"
import * as IngestApi from "./ingest/ingestApi.ts"
import * as JobClock from "./jobs/clock.ts"
import * as Jobs from "./jobs/jobs.ts"
import * as Cause from "./log/cause.ts"
import * as RequestLog from "./log/requestLog.ts"
import * as Presentation from "./presentation/presentation.ts"
import * as S3Endpoint from "./s3/endpoint.ts"
import type { StorageError } from "./s3/errors.ts"
import { S3_PATH } from "./s3/path.ts"
import type { SandboxOptions, SandboxService } from "./sandboxTypes.ts"
import * as Seed from "./seed/seed.ts"
import * as Service from "./service.ts"
import * as Settings from "./settings.ts"
import * as Snapshots from "./snapshots/snapshots.ts"
import * as State from "./snapshots/state.ts"
import * as DataDirectory from "./state/dataDirectory.ts"
import * as Files from "./state/files.ts"
import * as Keys from "./state/keys.ts"
import * as Sessions from "./state/sessions.ts"
import * as Web from "./web/web.ts"

const ISSUER = "sandbox"
const KID = "sandboxdefault"
const SEED = 1

type StartFailure =
  | PlatformError
  | StorageError
  | PortInUse
  | PortRecorded
  | DirectoryForeign
  | DirectoryLocked
  | Unreadable
  | StorageFailed

const toSandboxError = (error: StartFailure): SandboxError => {
  if (error._tag === "PlatformError") {
    return new SandboxError({ reason: new StorageFailed({ detail: Cause.ofPlatform(error) }) })
  }
  if (error._tag === "StorageError") {
    return new SandboxError({ reason: new StorageFailed({ detail: error.message }) })
  }
  return new SandboxError({ reason: error })
}

/** Listens on the port given by the data directory and the options; stored ids start with the URL `storedBase`. */
const bind = Effect.fnUntraced(function*(fs: FileSystem.FileSystem, directory: string, options: SandboxOptions) {
  const recorded = yield* DataDirectory.recordedPort(fs, directory)
  const port = yield* DataDirectory.choosePort(options.port ?? 0, recorded, options.rebase ?? false)
  const server = yield* Effect.mapError(
    HttpServer.make(port),
    (error) => error._tag === "PortInUse" && port === recorded ? new PortInUse({ port, recorded: true }) : error
  )
  return { server, base: DataDirectory.baseOf(server.port), storedBase: DataDirectory.baseOf(recorded ?? server.port) }
})

const openFolders = Effect.fnUntraced(function*(fs: FileSystem.FileSystem, directory: string) {
  const folder = (name: string) => Files.folder(fs, join(directory, name))
  return {
    jobs: yield* folder("jobs"),
    submissions: yield* folder("submissions"),
    assets: yield* folder("assets"),
    manifests: yield* folder("manifests")
  }
})

/** Rewrites the ids that the state and its snapshots have. */
const rebase = (fs: FileSystem.FileSystem, states: ReadonlyArray<string>, from: string, to: string) =>
  Effect.forEach(
    states.flatMap((state) => [join(state, "manifests"), join(state, "submissions")]),
    (path) => Effect.flatMap(Files.folder(fs, path), (folder) => DataDirectory.rebase(folder, from, to)),
    { discard: true }
  )

const start = Effect.fnUntraced(function*(options: SandboxOptions) {
  const config = Settings.of(options)
  const fs = yield* FileSystem.FileSystem
  const directory = yield* DataDirectory.open(fs, options.dataDirectory)
  const { base, server, storedBase } = yield* bind(fs, directory, options)
  const folders = yield* openFolders(fs, directory)
  const snapshots = Snapshots.make({
    directory: join(directory, "snapshots"),
    state: directory,
    folders: State.FOLDERS
  })
  if (storedBase !== base) yield* rebase(fs, [directory, ...snapshots.all()], storedBase, base)
  yield* DataDirectory.recordPort(fs, directory, server.port)

  const key = yield* Keys.ownKey(fs, directory)
  const trusted = yield* Keys.parseTrustedKeys(options.trust ?? [])
  const keysByKid = new Map<string, Keys.KnownKey>([...trusted, [KID, { issuer: ISSUER, key: key.key }]])
  const s3Key = yield* Keys.s3Key(fs, directory)
  const clock = yield* Clock.Clock
  const jobClock = JobClock.make(options.clock, clock)
  const ids = Ids.make(options.seed)
  const sessions = yield* Sessions.make(s3Key)
  const s3 = yield* S3Endpoint.make({
    directory: join(directory, "s3"),
    region: config.region,
    basePath: S3_PATH,
    credential: sessions.credential,
    ids
  })
  yield* s3.createBucket(config.bucket)

  const faults = FaultEngine.make(options.seed ?? SEED, config.faults, options.timeScale)
  const log = RequestLog.make(
    () => clock.currentTimeMillisUnsafe(),
    ExchangeAdvice.make({ statusAuth: options.statusAuth ?? false })
  )
  const presentation = yield* Presentation.make(base, folders.manifests, config.namespaces)
  const { documents, manifests } = presentation
  const derivatives = yield* Derivatives.make(fs, join(directory, "derivatives"))
  const assets = yield* Assets.make({ ...config, derivatives, folder: folders.assets, object: s3.object })
  const jobs = yield* Jobs.make({
    folder: folders.jobs,
    submissions: folders.submissions,
    assets,
    manifests,
    faults,
    workers: options.workers ?? 2,
    childErrorLimit: options.childErrorLimit ?? 10,
    pace: options.pace ?? "instant",
    clock: jobClock,
    ids,
    resetConnections: server.resetConnections
  })
  const state = yield* State.make({
    fs,
    directory,
    bucket: config.bucket,
    jobs,
    assets,
    manifests,
    s3,
    snapshots,
    forget: () => {
      sessions.reset()
      ids.restart()
      faults.set(config.faults)
      log.reset()
    }
  })
  const identity: Service.Identity = {
    url: base,
    s3: {
      endpoint: `${base}${S3_PATH}`,
      region: config.region,
      accessKeyId: s3Key.accessKeyId,
      secretAccessKey: s3Key.secretAccessKey,
      bucket: config.bucket
    },
    issuer: ISSUER,
    kid: KID,
    privateKeyPath: key.path,
    account: config.account,
    space: config.space,
    namespace: config.namespace
  }
  const now = () => clock.currentTimeMillisUnsafe()
  const seed = Seed.make({ fs, target: identity, now, awaitTerminal: Service.awaitTerminal(jobs) })
  const dispatch = Dispatch.make({
    port: server.port,
    s3,
    faults,
    log,
    age: DeliveryAge.make(jobs, jobClock.now),
    ingest: IngestApi.make({
      jobs,
      findKey: (kid) => keysByKid.get(kid),
      advise: ({ request }) => SubmissionAdvice.advise(request, { base, ingested: assets.get }),
      statusAuth: options.statusAuth ?? false,
      imageSize: config.imageSize,
      avItems: config.avItems
    }),
    images: yield* ImageApi.make({ base, assets, derivatives }),
    presentation,
    control: Control.make({
      token: yield* DataDirectory.controlToken(fs, directory),
      health: Reply.json(200, { status: "ok", dataDirectory: directory }),
      operations: {
        faults: FaultControl.make(faults),
        clock: ClockControl.make(jobClock),
        connection: ConnectionControl.make(identity),
        requests: RequestControl.make(log),
        reset: ResetControl.make(state),
        seed: SeedControl.make(seed),
        snapshots: SnapshotControl.make(state, snapshots)
      }
    }),
    web: Web.make({ ...config, base, assets, manifests, documents, jobs, faults, log, s3 })
  })
  yield* jobs.resume
  const fork = yield* FiberSet.makeRuntime()
  yield* server.serve((request, response) => {
    const rest = dispatch(request, response)
    if (rest !== undefined) fork(rest)
  })

  return Service.make({ identity, directory, server, sessions, faults, log, jobs, clock: jobClock, state, s3, seed })
})

/** Starts a sandbox that stops when the scope closes. */
export const make = (
  options: SandboxOptions
): Effect.Effect<SandboxService, SandboxError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.mapError(start(options), toSandboxError)
