import type { Body } from "@iiif-ingest/core/upload/ObjectStore"
import { SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SourceFile from "./sourceFile.ts"

/** Read size for a large file, in bytes. */
const windowSize = 1024 * 1024

/** Types the failures of a source file, which throws only `SourceFailed`. */
const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, SourceFailed> =>
  Effect.catch(
    Effect.tryPromise(run),
    ({ cause }) => cause instanceof SourceFailed ? Effect.fail(cause) : Effect.die(cause)
  )

/** The file range of an `ObjectStore` body. */
export type FileRange = Extract<Body, { readonly _tag: "FileRange" }>

/** Fills a buffer from a range; fails if the file has changed. */
export const readRange = ({ as, offset, path }: FileRange, into: Uint8Array): Effect.Effect<void, SourceFailed> =>
  attempt(async () => {
    const file = await SourceFile.open(path, as)
    try {
      await file.fill(into, offset)
      await file.check()
    } finally {
      await file.close()
    }
  })

/** A file that is closed with the scope; fails if it has changed. */
export const opened = (
  { as, path }: FileRange
): Effect.Effect<SourceFile.SourceFile, SourceFailed, Scope.Scope> =>
  Effect.acquireRelease(attempt(() => SourceFile.open(path, as)), (file) => Effect.promise(() => file.close())).pipe(
    Effect.tap((file) => attempt(() => file.check()))
  )

/** The range as a stream; fails before its end if the file has changed. */
export const streamRange = (range: FileRange): Stream.Stream<Uint8Array, SourceFailed> =>
  Stream.unwrap(Effect.map(opened(range), (file) =>
    Stream.unfold(0, (at) =>
      Effect.gen(function*() {
        if (at === range.length) {
          yield* attempt(() => file.check())
          return undefined
        }
        const into = Buffer.allocUnsafeSlow(Math.min(windowSize, range.length - at))
        yield* attempt(() => file.fill(into, range.offset + at))
        return [into, at + into.length] as const
      }))))
