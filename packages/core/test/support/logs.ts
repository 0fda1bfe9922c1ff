import { type Effect, Layer, Logger } from "effect"
import * as Effects from "effect/Effect"
import { inspect } from "node:util"

/** Runs an effect and returns its value with the log messages it wrote, one string each. */
export const capturing = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<readonly [value: A, lines: ReadonlyArray<string>], E, R> => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message }) => void lines.push(typeof message === "string" ? message : inspect(message)))
  return Effects.map(Effects.provide(effect, Layer.fresh(Logger.layer([logger]))), (value) => [value, lines] as const)
}
