import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { availableParallelism } from "node:os"
import { LARGE_PIXELS } from "../../../src/internal/image/limits.ts"
import * as Renders from "../../../src/internal/image/renders.ts"

const LARGE = LARGE_PIXELS + 1

/** Renders that end when they are told, and how many have begun. */
const held = Effect.gen(function*() {
  const end = yield* Deferred.make<void>()
  let begun = 0
  const render = Effect.suspend(() => {
    begun++
    return Deferred.await(end)
  })
  return { render, begun: () => begun, end: Deferred.succeed(end, undefined) }
})

const settle = Effect.forEach(Array.from({ length: 20 }), () => Effect.yieldNow)

describe("renders", () => {
  it.effect("that are large come one after the other, and the small ones pass", () =>
    Effect.gen(function*() {
      const renders = yield* Renders.make
      const { begun, end, render } = yield* held
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(renders.run(LARGE, render)))
      yield* settle
      assert.strictEqual(begun(), 1)
      assert.strictEqual(yield* renders.run(1, Effect.succeed("small")), "small")
      yield* end
      yield* Effect.forEach(fibers, Fiber.join)
      assert.strictEqual(begun(), 3)
    }))

  it.effect("that nobody waits for count until they end, if they have begun", () =>
    Effect.gen(function*() {
      const renders = yield* Renders.make
      const { begun, end, render } = yield* held
      const limit = 2 * availableParallelism()
      for (let round = 0; round < 3 * limit; round++) {
        const fiber = yield* Effect.forkChild(renders.run(1, render))
        yield* settle
        // It ends at once, although the render does not.
        yield* Fiber.interrupt(fiber)
      }
      assert.strictEqual(begun(), limit)
      const last = yield* Effect.forkChild(renders.run(1, Effect.succeed("last")))
      yield* settle
      yield* end
      assert.strictEqual(yield* Fiber.join(last), "last")
      assert.strictEqual(begun(), limit)
    }))
})
