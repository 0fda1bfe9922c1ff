/**
 * MPS in memory, for tests: bucket, ingest API, jobs, delivery and journal that are consistent with each other.
 * What was uploaded and submitted is served once its job has ended; what was not is not there.
 *
 * Time is that of the `Clock`, so with `TestClock` hours pass in no time. Nothing touches a network or a disk, but
 * images that are files are read through the `FileSystem` in the context.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type AssetId, identifier, type JobId, type ManifestUri } from "../base/Ids.ts"
import { ownServices } from "../base/internal/ownServices.ts"
import * as Reason from "../base/Reason.ts"
import * as MpsConfig from "../config/MpsConfig.ts"
import * as IngestProgram from "../IngestProgram.ts"
import * as Delivery from "../mps/Delivery.ts"
import * as Holdings from "../mps/Holdings.ts"
import type { IngestRequest } from "../mps/IngestRequest.ts"
import type { Job } from "../mps/Job.ts"
import * as LtsClient from "../mps/LtsClient.ts"
import * as Journal from "../upload/Journal.ts"
import * as ObjectStore from "../upload/ObjectStore.ts"
import { ObjectStoreError, type ObjectStoreReason } from "../upload/ObjectStoreError.ts"
import { counter, type Fault, type Script, scripted } from "./internal/faults.ts"
import * as Service from "./internal/service.ts"

export type { Fault, Script } from "./internal/faults.ts"

/**
 * A call of a port. `count` is how many calls like it there have been, this one included: of the same operation on the
 * same key, or of the same operation with the same id.
 *
 * @category models
 * @since 0.1.0
 */
export type Call =
  | {
    readonly _tag: "ObjectStore"
    readonly operation: ObjectStoreError["operation"]
    readonly key: string
    readonly count: number
  }
  | { readonly _tag: "Initialize"; readonly request: IngestRequest; readonly count: number }
  | { readonly _tag: "JobStatus"; readonly id: JobId; readonly count: number }
  | { readonly _tag: "Version"; readonly count: number }
  | { readonly _tag: "Manifest"; readonly id: ManifestUri; readonly version: "2" | "3"; readonly count: number }
  | { readonly _tag: "ImageInfo"; readonly id: AssetId; readonly count: number }
  | { readonly _tag: "Info"; readonly url: string; readonly count: number }

type CallOf<Tag extends Call["_tag"]> = Extract<Call, { readonly _tag: Tag }>

/**
 * What goes wrong, decided call by call.
 *
 * - `store`, `initialize`, `jobStatus`, `version`, `manifest`, `imageInfo`, `info`: what goes wrong with calls of the
 *   ports.
 * - `asset`: why the job fails with an asset, by its identifier (`AT:coffee`); `undefined` if it does not. As at MPS, a
 *   job still ends as `success` with up to nine such assets, unless that is all of them (docs/mps.md, 2.3).
 *
 * @category models
 * @since 0.1.0
 */
export interface Faults {
  readonly store?: Script<CallOf<"ObjectStore">, ObjectStoreReason>
  readonly initialize?: Script<CallOf<"Initialize">, LtsClient.LtsReason, LtsClient.Submission>
  readonly jobStatus?: Script<CallOf<"JobStatus">, LtsClient.LtsReason, Job>
  readonly version?: Script<CallOf<"Version">, LtsClient.LtsReason, Schema.Json>
  readonly manifest?: Script<CallOf<"Manifest">, Delivery.DeliveryReason, Delivery.Observation<Schema.Json>>
  readonly imageInfo?: Script<CallOf<"ImageInfo">, Delivery.DeliveryReason, Delivery.Observation<Delivery.ImageInfo>>
  readonly info?: Script<CallOf<"Info">, Delivery.DeliveryReason, Delivery.Observation<Delivery.ImageInfo>>
  readonly asset?: (identifier: string) => string | undefined
}

/**
 * Fails a call, with nothing done.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refuse = <Reason>(reason: Reason): Fault<Reason> => ({ _tag: "Refuse", reason })

/**
 * Does what was asked for and loses the reply: whoever called cannot know.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lose = <Reason>(reason: Reason): Fault<Reason> => ({ _tag: "Lose", reason })

/**
 * Gives an answer of your own, with nothing done: a state that MPS does not have today, a firewall in front of
 * delivery.
 *
 * @category constructors
 * @since 0.1.0
 */
export const answer = <Answer>(answer: Answer): Fault<never, Answer> => ({ _tag: "Answer", answer })

/**
 * - `config`: the account; a made-up one in environment `qa` by default, which nothing is sent to.
 * - `jobDuration`: how long a job takes, 1 second by default: it is `ready`, `queued` and `running` for a third of it
 *   each.
 * - `serveAfter`: how long after its job has ended an asset is served; at once by default. What was served before
 *   it stays served until then.
 * - `faults`: what goes wrong; nothing by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly config?: MpsConfig.Options
  readonly jobDuration?: Duration.Input
  readonly serveAfter?: Duration.Input
  readonly faults?: Faults
}

/**
 * What the service in memory has seen.
 *
 * - `requests`: the ingest requests that were accepted, in order.
 * - `objects`: a copy of what is in the bucket, by key.
 * - `calls`: every call of a port, in order.
 *
 * @category services
 * @since 0.1.0
 */
export class TestMps extends Context.Service<TestMps, {
  readonly requests: Effect.Effect<ReadonlyArray<IngestRequest>>
  readonly objects: Effect.Effect<ReadonlyMap<string, Uint8Array>>
  readonly calls: Effect.Effect<ReadonlyArray<Call>>
}>()("@iiif-ingest/core/testing/TestMps") {}

const account: MpsConfig.Options = {
  environment: "qa",
  account: "test",
  space: "testspace",
  namespace: "TEST",
  agent: "testagent"
}

/** The three ports on one service and one bucket. */
const make = Effect.fnUntraced(function*({ faults = {}, jobDuration = "1 second", serveAfter = 0 }: Options) {
  const { bucket, environment, namespace } = yield* MpsConfig.MpsConfig
  const assets = `${environment.assetUrl}/`
  const memory = ObjectStore.makeMemory(yield* FileSystem.FileSystem, bucket)
  const service = Service.make({
    jobDuration: Duration.fromInputUnsafe(jobDuration),
    serveAfter: Duration.fromInputUnsafe(serveAfter),
    failAsset: faults.asset ?? (() => undefined),
    read: (key) => memory.objects.get(key)?.bytes
  })
  const calls: Array<Call> = []
  const count = counter()

  const play = <C extends Call, Reason, Answer, E>(
    script: Script<C, Reason, Answer> | undefined,
    make: () => C,
    toError: (reason: Reason) => E
  ) =>
  <A, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A | Answer, E, R> =>
    Effect.suspend(() => {
      const call = make()
      calls.push(call)
      return scripted(script)(call, run, toError)
    })

  const stored =
    (operation: ObjectStoreError["operation"], key: string) => <A>(run: Effect.Effect<A, ObjectStoreError>) =>
      play(
        faults.store,
        () => ({ _tag: "ObjectStore", operation, key, count: count(`${operation} ${key}`) }),
        (reason: ObjectStoreReason) => new ObjectStoreError({ operation, key, reason })
      )(Effect.andThen(service.catchUp, run))

  const { store } = memory
  const objectStore = ObjectStore.ObjectStore.of({
    bucket: store.bucket,
    head: (key) => stored("head", key)(store.head(key)),
    read: (key) => Stream.unwrap(stored("read", key)(Effect.succeed(store.read(key)))),
    put: (key, body, info, options) => stored("put", key)(store.put(key, body, info, options)),
    begin: (key, info) => stored("begin", key)(store.begin(key, info)),
    putPart: (session, part, body) => stored("putPart", session.key)(store.putPart(session, part, body)),
    complete: (session, parts, whole, options) =>
      stored("complete", session.key)(store.complete(session, parts, whole, options)),
    abort: (session) => stored("abort", session.key)(store.abort(session))
  })

  const ltsError = (operation: LtsClient.LtsError["operation"]) => (reason: LtsClient.LtsReason) =>
    new LtsClient.LtsError({ operation, reason })
  const noJob = new LtsClient.NotFound({ url: "the job", evidence: Reason.evidence(404, "Not found") })

  const ltsClient = LtsClient.LtsClient.of({
    initialize: (request) =>
      play(
        faults.initialize,
        () => ({ _tag: "Initialize", request, count: count("initialize") }),
        ltsError("initialize")
      )(service.submit(request)),
    jobStatus: (id) =>
      play(
        faults.jobStatus,
        () => ({ _tag: "JobStatus", id, count: count(`jobStatus ${id}`) }),
        ltsError("jobStatus")
      )(
        Effect.filterOrFail(service.job(id), (job) => job !== undefined, () => ltsError("jobStatus")(noJob))
      ),
    version: play(faults.version, () => ({ _tag: "Version", count: count("version") }), ltsError("version"))(
      Effect.succeed({ version: "in memory" })
    )
  })

  const deliveryError = (url: string) => (reason: Delivery.DeliveryReason) =>
    new Delivery.DeliveryError({ url, reason })
  const observed = <A>(url: string, found: Effect.Effect<A | undefined>) =>
    Effect.map(found, (value) => value === undefined ? Delivery.absent(url) : Delivery.served(url, value))

  const delivery = Delivery.Delivery.of({
    manifest: (id, version) =>
      play(
        faults.manifest,
        () => ({ _tag: "Manifest", id, version, count: count(`manifest ${id} ${version}`) }),
        deliveryError(id)
      )(observed(id, service.manifest(id, version))),
    imageInfo: (id) =>
      play(
        faults.imageInfo,
        () => ({ _tag: "ImageInfo", id, count: count(`imageInfo ${id}`) }),
        deliveryError(id)
      )(observed(id, service.imageInfo(identifier(namespace, id)))),
    info: (url) =>
      play(
        faults.info,
        () => ({ _tag: "Info", url, count: count(`info ${url}`) }),
        deliveryError(url)
      )(observed(url, service.imageInfo(url.startsWith(assets) ? url.slice(assets.length) : "")))
  })

  const seen = TestMps.of({
    requests: service.requests,
    objects: Effect.sync(() => new Map(Array.from(memory.objects, ([key, { bytes }]) => [key, bytes.slice()]))),
    calls: Effect.sync(() => [...calls])
  })

  return Context.make(ObjectStore.ObjectStore, objectStore).pipe(
    Context.add(LtsClient.LtsClient, ltsClient),
    Context.add(Delivery.Delivery, delivery),
    Context.add(TestMps, seen)
  )
})

/**
 * All ports of `ingestProgram` in memory, the `Holdings`, and the configuration of an account: for tests that compose
 * services themselves, or have a port of their own in place of one of these. Each call makes a service of its own, also
 * within a program that runs on another.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerPorts = (
  options: Options = {}
): Layer.Layer<
  ObjectStore.ObjectStore | LtsClient.LtsClient | Delivery.Delivery | Journal.Journal | MpsConfig.MpsConfig | TestMps,
  never,
  FileSystem.FileSystem
> =>
  Layer.effectContext(make(options)).pipe(
    Layer.merge(Journal.layerMemory),
    Layer.merge(Holdings.layerMemory),
    Layer.provideMerge(Layer.orDie(MpsConfig.layer(options.config ?? account))),
    ownServices
  )

/**
 * Everything that `ingestProgram` needs, in memory. Each call makes a service of its own, also within a program that
 * runs on another.
 *
 * @example
 * ```ts
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { IngestImage, IngestProgram, IngestReport, TestMps } from "@iiif-ingest/core"
 * import { Effect, Layer } from "effect"
 *
 * const inMemory = TestMps.layer({ jobDuration: "10 millis" }).pipe(Layer.provideMerge(NodeFileSystem.layer))
 *
 * const program = IngestProgram.ingestProgram({
 *   images: [IngestImage.file("examples/images/coffee.png", { label: "Coffee" })],
 *   manifest: { name: "COFFEE", label: "Coffee" }
 * }).pipe(Effect.map(IngestReport.isComplete), Effect.provide(inMemory))
 *
 * console.log(await Effect.runPromise(program)) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {}
): Layer.Layer<
  | Layer.Success<ReturnType<typeof IngestProgram.layer>>
  | Layer.Success<ReturnType<typeof layerPorts>>,
  never,
  FileSystem.FileSystem
> => ownServices(IngestProgram.layer().pipe(Layer.provideMerge(layerPorts(options))))
