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
import * as Derive from "./derive.ts"
import type { Pyramid } from "./pyramid.ts"
import * as Pyramids from "./pyramids.ts"
import * as Render from "./render.ts"
import type { Extent } from "./resolve.ts"
import * as Sources from "./sources.ts"

/** Writes a pyramid and copies of it with fewer pixels. */
type Write = <A, E>(
  copies: ReadonlyArray<Extent>,
  keep: (name: string) => Effect.Effect<A, E>
) => Effect.Effect<A, E | Derive.Unreadable>

export interface Derivatives {
  readonly pathOf: (name: string) => string
  /**
   * Reads the header of a file and passes it to `use`, with a function that writes the pyramid and its copies, and passes
   * its name to what keeps it; they remain only if that succeeds.
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

/** The name of the copy of a pyramid that has this extent. */
export const copyOf = (name: string, { height, width }: Extent): string =>
  `${name.replace(/\.tif$/, "")}-${width}x${height}.tif`

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
  const open: Derivatives["open"] = (name) => pyramids.open(pathOf(name))
  const shrink = (name: string, source: Derive.Source, extent: Extent) =>
    Effect.suspend(() => {
      const { page } = Render.levelFor(open(name), source, extent)
      const { hasAlpha } = source
      return Derive.shrink({ file: pathOf(name), page, hasAlpha, extent, target: pathOf(copyOf(name, extent)) })
    })
  return {
    pathOf,
    remove,
    open,
    fromSource: (file, use) =>
      sources.use(
        file,
        pathOf(`${randomUUID()}.decoded`),
        (readable, source) =>
          use(source, (copies, keep) =>
            // An interruption must not remove a file that is being recorded, or was.
            Effect.uninterruptibleMask((restore) => {
              const name = `${randomUUID()}.tif`
              const names = [name, ...copies.map((extent) => copyOf(name, extent))]
              return Derive.derive(readable, source, pathOf(name)).pipe(
                Effect.andThen(Effect.forEach(copies, (extent) => shrink(name, source, extent), { discard: true })),
                restore,
                Effect.andThen(keep(name)),
                Effect.onError(() => Effect.forEach(names, (one) => Effect.ignore(remove(one)), { discard: true }))
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
