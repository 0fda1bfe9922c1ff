/**
 * At most so many requests per second to LTS: ingest requests posted, and requests to the delivery side, which throttles
 * (docs/mps.md, 2.4). By default there is no bound.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Semaphore from "effect/Semaphore"
import type { Delivery } from "./Delivery.ts"

/**
 * Bounds, in requests per second; fractions are possible (`0.5` is one every two seconds), and zero or less is taken as
 * no bound. A request counts once with its redirects, and each retry counts.
 *
 * @category models
 * @since 0.1.0
 */
export interface Bounds {
  readonly postsPerSecond?: number | undefined
  readonly deliveryPerSecond?: number | undefined
}

/**
 * Each effect ends when the next request may be sent. Who waits first goes first, and who is interrupted while waiting
 * takes nobody's turn.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  readonly post: Effect.Effect<void>
  readonly delivery: Effect.Effect<void>
}

/**
 * The bounds in use; by default there are none.
 *
 * @category services
 * @since 0.1.0
 */
export const Pace: Context.Reference<Service> = Context.Reference<Service>("@iiif-ingest/core/mps/Pace", {
  defaultValue: () => ({ post: Effect.void, delivery: Effect.void })
})

/** Gaps are up to this much longer than they have to be, so that several programs do not send in step. */
const jitter = 0.2

const makeTurns = (perSecond: number): Effect.Effect<void> => {
  const gap = 1000 / perSecond
  const queue = Semaphore.makeUnsafe(1)
  let next = -Infinity
  return Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const longer = gap * (1 + jitter * (yield* Random.next))
    // a clock that was set back must not lengthen the wait
    const wait = Math.min(next - now, longer)
    if (wait > 0) yield* Effect.sleep(Duration.millis(wait))
    next = (yield* Clock.currentTimeMillis) + longer
  }).pipe(queue.withPermits(1))
}

const turns = (perSecond: number | undefined) =>
  perSecond !== undefined && perSecond > 0 ? makeTurns(perSecond) : Effect.void

/**
 * Makes bounds that are shared by all that use the same value.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = ({ deliveryPerSecond, postsPerSecond }: Bounds): Effect.Effect<Service> =>
  Effect.sync(() => ({ post: turns(postsPerSecond), delivery: turns(deliveryPerSecond) }))

/**
 * Bounds for everything that the layer is provided to.
 *
 * @example
 * ```ts
 * import { Pace } from "@iiif-ingest/core"
 *
 * const slowly = Pace.layer({ postsPerSecond: 1, deliveryPerSecond: 5 })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (bounds: Bounds): Layer.Layer<never> => Layer.effect(Pace, make(bounds))

const turn = Effect.flatMap(Pace, ({ delivery }) => delivery)

/**
 * A delivery side whose requests keep the bounds in use.
 *
 * @category combinators
 * @since 0.1.0
 */
export const delivery = (service: Delivery["Service"]): Delivery["Service"] => ({
  manifest: (id, version) => Effect.andThen(turn, service.manifest(id, version)),
  imageInfo: (id) => Effect.andThen(turn, service.imageInfo(id)),
  info: (url) => Effect.andThen(turn, service.info(url))
})
