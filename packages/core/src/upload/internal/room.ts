import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import { FileReader, type Keeping } from "../../image/FileReader.ts"
import { type Engine, permitsOf } from "./engine.ts"

/**
 * The bytes of a small file that was read to probe it, as long as it is the same. `gaveUp`: a request that failed may
 * still read them.
 */
export interface Held {
  readonly bytes: Uint8Array | undefined
  readonly gaveUp: Ref.Ref<boolean>
}

/** A part of the budget for what a probe keeps. */
interface Room {
  readonly kept: Keeping
  /** What was kept, if anything was; the rest of the room is given back. */
  readonly held: Effect.Effect<Held | undefined>
  readonly close: Effect.Effect<void>
}

const make = Effect.fnUntraced(function*({ budget }: Engine, limit: number): Effect.fn.Return<Room | undefined> {
  if (limit === 0 || !(yield* budget.takeIfAvailable(permitsOf(limit)))) return undefined
  const permits = yield* Ref.make(permitsOf(limit))
  const bytes = yield* Ref.make<Uint8Array | undefined>(undefined)
  const gaveUp = yield* Ref.make(false)
  const shrinkTo = (needed: number) =>
    Effect.flatMap(Ref.getAndSet(permits, needed), (taken) => budget.release(taken - needed))
  return {
    kept: { limit, bytes },
    held: Effect.flatMap(Ref.get(bytes), (bytes) =>
      bytes === undefined
        ? Effect.as(shrinkTo(0), undefined)
        : Effect.as(shrinkTo(permitsOf(bytes.length)), { bytes, gaveUp })),
    close: Effect.gen(function*() {
      yield* shrinkTo(0)
      const kept = yield* Ref.get(bytes)
      if (kept !== undefined && !(yield* Ref.get(gaveUp))) (yield* FileReader).release(kept)
    })
  }
})

/**
 * Runs an effect with room for the bytes of a small file, of at most `limit` bytes, or without if the budget has none to
 * spare: waiting for it would hold up the probe.
 */
export const withRoom = <A, E, R>(
  engine: Engine,
  limit: number,
  use: (room: Room | undefined) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(make(engine, limit), use, (room) => room === undefined ? Effect.void : room.close)
