/**
 * The pyramids of ingested assets, each in a file of its own, which never changes. A new one is written under a name
 * that no record has yet, so that what is served is always complete.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import * as Derive from "./image/derive.ts"
import type { Pyramid } from "./image/pyramid.ts"
import * as Pyramids from "./image/pyramids.ts"
import * as Sources from "./image/sources.ts"

type Write = <A, E>(keep: (name: string) => Effect.Effect<A, E>) => Effect.Effect<A, E | Derive.Unreadable>

export interface Derivatives {
  readonly pathOf: (name: string) => string
  /**
   * Reads the header of a file and passes it to `use`, with a function that writes the pyramid and passes its name to
   * what keeps it; the pyramid remains only if that succeeds.
   */
  readonly fromSource: <A, E>(
    file: string,
    use: (source: Derive.Source, write: Write) => Effect.Effect<A, E>
  ) => Effect.Effect<A, E | Derive.Unreadable>
  /** Throws if the file cannot be read. */
  readonly open: (name: string) => Pyramid
  readonly remove: (name: string) => Effect.Effect<void, PlatformError>
  /** Removes every file except those in `used`: what a killed sandbox left. */
  readonly sweep: (used: ReadonlySet<string>) => Effect.Effect<void, PlatformError>
}

export const make = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  directory: string
): Effect.fn.Return<Derivatives, PlatformError, Scope.Scope> {
  yield* fs.makeDirectory(directory, { recursive: true })
  const pyramids = yield* Pyramids.make
  const sources = yield* Sources.make
  const pathOf = (name: string) => join(directory, name)
  // In this order, since a render that has waited may open the file as long as it is there.
  const remove: Derivatives["remove"] = (name) =>
    Effect.ensuring(fs.remove(pathOf(name), { force: true }), Effect.sync(() => pyramids.forget(pathOf(name))))
  return {
    pathOf,
    remove,
    open: (name) => pyramids.open(pathOf(name)),
    fromSource: (file, use) =>
      sources.use(
        file,
        pathOf(`${randomUUID()}.decoded`),
        (readable, source) =>
          use(source, (keep) =>
            // An interruption must not remove a file that is being recorded, or was.
            Effect.uninterruptibleMask((restore) => {
              const name = `${randomUUID()}.tif`
              return restore(Derive.derive(readable, source, pathOf(name))).pipe(
                Effect.andThen(keep(name)),
                Effect.onError(() => Effect.ignore(remove(name)))
              )
            }))
      ),
    sweep: (used) =>
      Effect.flatMap(
        fs.readDirectory(directory),
        (names) =>
          Effect.forEach(names.filter((name) => !used.has(name)), remove, {
            concurrency: 16,
            discard: true
          })
      )
  }
})
