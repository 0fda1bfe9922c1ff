/** The open pyramids, the least recently used of which is closed when there are too many. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Pyramid from "./pyramid.ts"

export interface Pyramids {
  /** Throws if the file cannot be read. */
  readonly open: (file: string) => Pyramid.Pyramid
  /** Closes a file that was removed. */
  readonly forget: (file: string) => void
}

const CAPACITY = 64

export const make: Effect.Effect<Pyramids, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => new Map<string, Pyramid.Pyramid>()),
    (opened) =>
      Effect.sync(() => {
        for (const pyramid of opened.values()) pyramid.close()
        opened.clear()
      })
  ),
  (opened): Pyramids => {
    const forget = (file: string) => {
      opened.get(file)?.close()
      opened.delete(file)
    }
    return {
      forget,
      open: (file) => {
        const pyramid = opened.get(file) ?? Pyramid.open(file)
        // A map keeps the order of insertion, so that its first entry is the least recently used.
        opened.delete(file)
        opened.set(file, pyramid)
        const [oldest] = opened.keys()
        if (opened.size > CAPACITY && oldest !== undefined) forget(oldest)
        return pyramid
      }
    }
  }
)
