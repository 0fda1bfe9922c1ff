import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Gate from "../../src/internal/jobs/gate.ts"

describe("a gate", () => {
  it.effect("lets whoever wants to be alone in before those who come later", () =>
    Effect.gen(function*() {
      const gate = yield* Gate.make
      const order: Array<string> = []
      const until = (name: string, end: Deferred.Deferred<void>) =>
        Effect.andThen(Effect.sync(() => void order.push(name)), Deferred.await(end))
      const ends = yield* Effect.forEach([1, 2, 3, 4], () => Deferred.make<void>())
      const [first, second, alone, later] = ends
      if (first === undefined || second === undefined || alone === undefined || later === undefined) return
      const run = <A>(effect: Effect.Effect<A>) => Effect.forkChild(effect, { startImmediately: true })
      const fibers = [
        yield* run(gate.together(until("first", first))),
        yield* run(gate.together(until("second", second))),
        yield* run(gate.alone(until("alone", alone))),
        yield* run(gate.together(until("later", later)))
      ]
      assert.deepStrictEqual(order, ["first", "second"])
      yield* Deferred.succeed(first, undefined)
      yield* Effect.yieldNow
      assert.deepStrictEqual(order, ["first", "second"])
      yield* Deferred.succeed(second, undefined)
      yield* Deferred.succeed(alone, undefined)
      yield* Deferred.succeed(later, undefined)
      yield* Effect.forEach(fibers, Fiber.join)
      assert.deepStrictEqual(order, ["first", "second", "alone", "later"])
    }))

  it.effect("is left by who is interrupted inside or before", () =>
    Effect.gen(function*() {
      const gate = yield* Gate.make
      const inside = yield* Effect.forkChild(gate.together(Effect.never), { startImmediately: true })
      const waiting = yield* Effect.forkChild(gate.alone(Effect.never), { startImmediately: true })
      const behind = yield* Effect.forkChild(gate.together(Effect.never), { startImmediately: true })
      yield* Effect.forEach([behind, waiting, inside], Fiber.interrupt)
      assert.strictEqual(yield* gate.alone(Effect.succeed("alone")), "alone")
      assert.strictEqual(yield* gate.together(Effect.succeed("together")), "together")
    }))
})
