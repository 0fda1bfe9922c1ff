/**
 * Looks whether what was ingested is served, and with the right sizes. The job's own `success` proves nothing: MPS
 * reports it with up to nine dead images among them (docs/mps.md, 2.3).
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
import * as RetryPolicy from "../base/RetryPolicy.ts"
import * as Delivery from "./Delivery.ts"
import { AssetFate, ManifestFate } from "./Fate.ts"
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
 * `concurrency`: calls at a time, 2 when not given, since the delivery side throttles. `settle`: whether to wait for what
 * is not served yet, as long as the policy says; true when not given.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly concurrency?: number
  readonly settle?: boolean
}

/**
 * `assets` answers with a fate for each, in their order; `manifest` with that of a manifest, which is served where its
 * JSON has the canvases that were sent, with their sizes. Neither fails: what cannot be learnt is `Unknown`, with the evidence.
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

const size = (of: { readonly width: number; readonly height: number }): string => `${of.width} x ${of.height}`

const said = (observation: { readonly evidence: { readonly status: number } }): string =>
  `HTTP ${observation.evidence.status}`

const unknown = (error: Delivery.DeliveryError) => ({ url: error.url, problem: error.reason.message })

const assetFate = (expected: Expected, seen: Delivery.Observation<Delivery.ImageInfo>): AssetFate => {
  switch (seen._tag) {
    case "Served":
      return seen.value.width === expected.width && seen.value.height === expected.height
        ? AssetFate.cases.Served.make({ url: seen.url, width: seen.value.width, height: seen.value.height })
        : AssetFate.cases.SizeDiffers.make({ url: seen.url, expected: size(expected), served: size(seen.value) })
    case "Absent":
      return AssetFate.cases.NotServed.make({ url: seen.url, problem: said(seen) })
    case "Withheld":
      return AssetFate.cases.Unknown.make({ url: seen.url, problem: `withheld, ${said(seen)}` })
    case "Unreadable":
      return AssetFate.cases.Unknown.make({ url: seen.url, problem: `${said(seen)}: ${seen.problem}` })
  }
}

const records = (u: unknown): ReadonlyArray<{ readonly [key: string]: unknown }> =>
  Array.isArray(u) ? u.filter(isObject) : []

/**
 * The canvas sizes of a manifest in Presentation 3 (`items`) or 2 (`sequences[0].canvases`), in order: `640 x 427`.
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
    return `a manifest of ${found.length} canvases is served in place of one of ${expected.length}`
  }
  const index = expected.findIndex((size, i) => size !== found[i])
  return index === -1
    ? undefined
    : `canvas ${index + 1} is served as ${found[index]} in place of ${expected[index]}`
}

const manifestFate = (expected: Schema.Json, seen: Delivery.Observation<Schema.Json>): ManifestFate => {
  switch (seen._tag) {
    case "Served": {
      const problem = manifestProblem(canvasSizes(expected), canvasSizes(seen.value))
      return problem === undefined
        ? ManifestFate.cases.Served.make({ url: seen.url })
        : ManifestFate.cases.NotServed.make({ url: seen.url, problem })
    }
    case "Absent":
      return ManifestFate.cases.NotServed.make({ url: seen.url, problem: said(seen) })
    case "Withheld":
      return ManifestFate.cases.Unknown.make({ url: seen.url, problem: `withheld, ${said(seen)}` })
    case "Unreadable":
      return ManifestFate.cases.Unknown.make({ url: seen.url, problem: `${said(seen)}: ${seen.problem}` })
  }
}

/** What a look found, and how long the server asked to wait for the next one. */
interface Look<F> {
  readonly fate: F
  readonly wait: Duration.Duration
}

const waitOf = (seen: Delivery.Observation<unknown>): Duration.Duration =>
  Duration.millis(seen._tag === "Withheld" ? seen.retryAfterMillis ?? 0 : 0)

interface Round {
  readonly done: boolean
  readonly wait: Duration.Duration
}

/** The policy's waits between rounds, longer where the server asked for it, until all is served. */
const betweenRounds = (settle: Schedule.Schedule<unknown>) =>
  settle.pipe(
    Schedule.setInputType<Round>(),
    Schedule.while(({ input }) => !input.done),
    Schedule.modifyDelay(({ duration, input }) => Effect.succeed(Duration.max(duration, input.wait)))
  )

/** Reasons that are the host's and not the asset's: asking it for the next one would take as long again. */
const isDown = ({ reason }: Delivery.DeliveryError): boolean =>
  reason._tag === "Unreachable" || reason._tag === "TimedOut"

/**
 * Looks in rounds, each at what is not served yet, until all is or the settling time of the whole is over; then what
 * was seen last is the fate. Where the host does not answer, the rest of a round is not asked for.
 */
const settled = <A, F extends { readonly _tag: string }>(
  things: ReadonlyArray<A>,
  look: (thing: A) => Effect.Effect<Look<F>, Delivery.DeliveryError>,
  unanswered: (error: Delivery.DeliveryError) => F,
  options: Options | undefined
): Effect.Effect<ReadonlyArray<F>> =>
  Effect.gen(function*() {
    const policy = yield* RetryPolicy.RetryPolicy
    const fates: Array<F> = []
    const open = () => [...things.entries()].filter(([index]) => fates[index]?._tag !== "Served")
    const round = Effect.gen(function*() {
      const down = yield* Ref.make<Delivery.DeliveryError | undefined>(undefined)
      const lookOnce = (thing: A) =>
        Effect.flatMap(Ref.get(down), (error) => error === undefined ? look(thing) : Effect.fail(error)).pipe(
          Effect.tapError((error) => isDown(error) ? Ref.set(down, error) : Effect.void),
          Effect.catch((error) => Effect.succeed({ fate: unanswered(error), wait: Duration.zero }))
        )
      const waits = yield* Effect.forEach(open(), ([index, thing]) =>
        Effect.map(lookOnce(thing), ({ fate, wait }) => {
          fates[index] = fate
          return wait
        }), { concurrency: options?.concurrency ?? 2 })
      const found: Round = { done: open().length === 0, wait: waits.reduce(Duration.max, Duration.zero) }
      return found
    })
    const first = yield* round
    if (options?.settle !== false) {
      yield* Effect.scheduleFrom(round, first, betweenRounds(policy.settle)).pipe(
        Effect.timeoutOption(policy.settleLimit)
      )
    }
    return fates
  })

const make = Effect.gen(function*() {
  const delivery = yield* Delivery.Delivery

  const reading = <A>(call: Effect.Effect<A, Delivery.DeliveryError>) =>
    Effect.flatMap(RetryPolicy.RetryPolicy, (policy) => RetryPolicy.retrying<Delivery.DeliveryError>(policy.read)(call))

  const lookAtAsset = (expected: Expected) =>
    Effect.map(reading(delivery.imageInfo(expected.id)), (seen): Look<AssetFate> => ({
      fate: assetFate(expected, seen),
      wait: waitOf(seen)
    }))

  const lookAtManifest = (expected: { readonly version: "2" | "3"; readonly json: Schema.Json }) => (id: ManifestUri) =>
    Effect.map(reading(delivery.manifest(id, expected.version)), (seen): Look<ManifestFate> => ({
      fate: manifestFate(expected.json, seen),
      wait: waitOf(seen)
    }))

  return Verify.of({
    assets: Effect.fn("Verify.assets")((expected, options) =>
      settled(expected, lookAtAsset, (error): AssetFate => AssetFate.cases.Unknown.make(unknown(error)), options).pipe(
        Effect.tap((fates) =>
          Effect.forEach(expected, ({ id }, index) => {
            const fate = fates[index]
            return fate === undefined ? Effect.void : MpsProgress.emit({ _tag: "Verified", id, fate })
          }, { discard: true })
        )
      )
    ),
    manifest: Effect.fn("Verify.manifest")((id, expected, options) =>
      settled(
        [id],
        lookAtManifest(expected),
        (error): ManifestFate => ManifestFate.cases.Unknown.make(unknown(error)),
        options
      ).pipe(
        Effect.map(([fate]) => fate ?? ManifestFate.cases.NotVerified.make({ url: id }))
      )
    )
  })
})

/**
 * Asks through `Delivery`, as often and as long as `RetryPolicy` says.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Verify, never, Delivery.Delivery> = Layer.effect(Verify, make)
