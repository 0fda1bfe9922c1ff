/**
 * Checks whether what was ingested is served with the right sizes. The job's `success` does not prove it: MPS reports
 * success with up to nine images that are not served (docs/mps.md, 2.3).
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { isObject } from "effect/Predicate"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import type * as Schema from "effect/Schema"
import type { AssetId, ManifestUri } from "../base/Ids.ts"
import { atLeast } from "../base/internal/atLeast.ts"
import * as RetryPolicy from "../base/RetryPolicy.ts"
import * as Delivery from "./Delivery.ts"
import { AssetFate, ManifestFate } from "./Fate.ts"
import { retryingRead } from "./internal/retryingRead.ts"
import * as MpsProgress from "./MpsProgress.ts"

/**
 * An asset as it should be served; `width` and `height` in pixels.
 *
 * @category models
 * @since 0.1.0
 */
export interface Expected {
  readonly id: AssetId
  readonly width: number
  readonly height: number
}

/**
 * - `concurrency`: concurrent requests; 2 by default, since the delivery side throttles.
 * - `wait`: whether to wait, as long as the policy allows, for what is not served yet; true by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly concurrency?: number
  readonly wait?: boolean
}

/**
 * - `assets` returns the fate of each asset, in order.
 * - `manifest` returns the fate of a manifest. It counts as served if its JSON has the canvases that were sent, with
 *   their sizes.
 *
 * Neither fails: if a fate cannot be determined, it is `Unknown`, with the evidence.
 *
 * @category services
 * @since 0.1.0
 */
export class Verify extends Context.Service<Verify, {
  readonly assets: (
    expected: ReadonlyArray<Expected>,
    options?: Options
  ) => Effect.Effect<ReadonlyArray<AssetFate>>
  readonly manifest: (
    id: ManifestUri,
    expected: { readonly version: "2" | "3"; readonly json: Schema.Json },
    options?: Options
  ) => Effect.Effect<ManifestFate>
}>()("@iiif-ingest/core/mps/Verify") {}

const sizeText = (size: { readonly width: number; readonly height: number }): string => `${size.width} x ${size.height}`

/** The fates that assets and manifests have in common. */
type Unserved = Extract<AssetFate, { readonly _tag: "NotServed" | "Unknown" }>

const unserved = (seen: Exclude<Delivery.Observation<never>, { readonly _tag: "Served" }>): Unserved => {
  const { evidence: { status }, url } = seen
  switch (seen._tag) {
    case "Absent":
      return AssetFate.cases.NotServed.make({ url, problem: `HTTP ${status}` })
    case "Withheld":
      return AssetFate.cases.Unknown.make({ url, problem: `withheld, HTTP ${status}` })
    case "Unreadable":
      return AssetFate.cases.Unknown.make({ url, problem: `HTTP ${status}: ${seen.problem}` })
  }
}

const unanswered = ({ reason, url }: Delivery.DeliveryError): Unserved =>
  AssetFate.cases.Unknown.make({ url, problem: reason.message })

const assetFate = (expected: Expected, seen: Delivery.Observation<Delivery.ImageInfo>): AssetFate => {
  if (seen._tag !== "Served") return unserved(seen)
  const { url, value: { height, width } } = seen
  return width === expected.width && height === expected.height
    ? AssetFate.cases.Served.make({ url, width, height })
    : AssetFate.cases.SizeDiffers.make({ url, expected: sizeText(expected), served: sizeText(seen.value) })
}

const records = (u: unknown): ReadonlyArray<{ readonly [key: string]: unknown }> =>
  Array.isArray(u) ? u.filter(isObject) : []

/**
 * The canvas sizes of a manifest in Presentation 3 (`items`) or 2 (`sequences[0].canvases`), in order, such as
 * `640 x 427`.
 *
 * @category getters
 * @since 0.1.0
 */
export const canvasSizes = (manifest: Schema.Json): ReadonlyArray<string> => {
  if (!isObject(manifest)) return []
  const [sequence] = records(manifest["sequences"])
  return [...records(manifest["items"]), ...records(sequence?.["canvases"])].map((canvas) =>
    `${String(canvas["width"])} x ${String(canvas["height"])}`
  )
}

const manifestProblem = (expected: ReadonlyArray<string>, found: ReadonlyArray<string>): string | undefined => {
  if (expected.length !== found.length) {
    return `the manifest is served with ${found.length} canvases instead of ${expected.length}`
  }
  const index = expected.findIndex((size, i) => size !== found[i])
  return index === -1
    ? undefined
    : `canvas ${index + 1} is served as ${found[index]} instead of ${expected[index]}`
}

const manifestFate = (expected: Schema.Json, seen: Delivery.Observation<Schema.Json>): ManifestFate => {
  if (seen._tag !== "Served") return unserved(seen)
  const problem = manifestProblem(canvasSizes(expected), canvasSizes(seen.value))
  return problem === undefined
    ? ManifestFate.cases.Served.make({ url: seen.url })
    : ManifestFate.cases.NotServed.make({ url: seen.url, problem })
}

/** The result of one check, and how long the server asked to wait before the next. */
interface Check<F> {
  readonly fate: F
  readonly wait: Duration.Duration
}

const waitOf = (seen: Delivery.Observation<unknown>): Duration.Duration =>
  Duration.millis(seen._tag === "Withheld" ? seen.retryAfterMillis ?? 0 : 0)

interface Round {
  readonly done: boolean
  readonly wait: Duration.Duration
}

/** Repeats rounds until everything is served, with the policy's waits or the longer ones that the server asked for. */
const betweenRounds = (delivery: Schedule.Schedule<unknown>) =>
  delivery.pipe(
    Schedule.setInputType<Round>(),
    Schedule.while(({ input }) => !input.done),
    Schedule.modifyDelay(({ duration, input }) => Effect.succeed(Duration.max(duration, input.wait)))
  )

/** Errors of the host rather than of one resource: requests for other resources would fail in the same way. */
const isHostDown = ({ reason }: Delivery.DeliveryError): boolean =>
  reason._tag === "Unreachable" || reason._tag === "TimedOut"

/**
 * Checks resources in rounds, each time those that are not served yet, until all are served or the policy's
 * `deliveryLimit` is over. The fates are those last seen. If the host does not answer, the rest of a round is skipped.
 */
const pollUntilServed = <A, F extends { readonly _tag: string }>(
  resources: ReadonlyArray<A>,
  check: (resource: A) => Effect.Effect<Check<F | Unserved>, Delivery.DeliveryError>,
  options: Options | undefined
): Effect.Effect<ReadonlyArray<F | Unserved>> =>
  Effect.gen(function*() {
    const policy = yield* RetryPolicy.RetryPolicy
    const fates: Array<F | Unserved> = []
    const pending = () => [...resources.entries()].filter(([index]) => fates[index]?._tag !== "Served")
    const round = Effect.gen(function*() {
      const hostError = yield* Ref.make<Delivery.DeliveryError | undefined>(undefined)
      const checkOnce = (resource: A) =>
        Effect.flatMap(Ref.get(hostError), (error) => error === undefined ? check(resource) : Effect.fail(error)).pipe(
          Effect.tapError((error) => isHostDown(error) ? Ref.set(hostError, error) : Effect.void),
          Effect.catch((error) => Effect.succeed({ fate: unanswered(error), wait: Duration.zero }))
        )
      const waits = yield* Effect.forEach(pending(), ([index, resource]) =>
        Effect.map(checkOnce(resource), ({ fate, wait }) => {
          fates[index] = fate
          return wait
        }), { concurrency: atLeast(1, options?.concurrency ?? 2) })
      const found: Round = { done: pending().length === 0, wait: waits.reduce(Duration.max, Duration.zero) }
      return found
    })
    const first = yield* round
    if (options?.wait !== false) {
      yield* Effect.scheduleFrom(round, first, betweenRounds(policy.delivery)).pipe(
        Effect.timeoutOption(policy.deliveryLimit)
      )
    }
    return fates
  })

const make = Effect.gen(function*() {
  const delivery = yield* Delivery.Delivery

  const checkAsset = (expected: Expected) =>
    Effect.map(retryingRead(delivery.imageInfo(expected.id)), (seen): Check<AssetFate> => ({
      fate: assetFate(expected, seen),
      wait: waitOf(seen)
    }))

  const checkManifest = (expected: { readonly version: "2" | "3"; readonly json: Schema.Json }) => (id: ManifestUri) =>
    Effect.map(retryingRead(delivery.manifest(id, expected.version)), (seen): Check<ManifestFate> => ({
      fate: manifestFate(expected.json, seen),
      wait: waitOf(seen)
    }))

  return Verify.of({
    assets: Effect.fn("Verify.assets")((expected, options) =>
      pollUntilServed(expected, checkAsset, options).pipe(
        Effect.tap((fates) =>
          Effect.forEach(expected, ({ id }, index) => {
            const fate = fates[index]
            return fate === undefined ? Effect.void : MpsProgress.emit({ _tag: "Verified", id, fate })
          }, { discard: true })
        )
      )
    ),
    manifest: Effect.fn("Verify.manifest")((id, expected, options) =>
      Effect.map(
        pollUntilServed([id], checkManifest(expected), options),
        ([fate]) => fate ?? ManifestFate.cases.NotVerified.make({ url: id })
      )
    )
  })
})

/**
 * Checks through `Delivery`, as often and as long as `RetryPolicy` says.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Verify, never, Delivery.Delivery> = Layer.effect(Verify, make)
