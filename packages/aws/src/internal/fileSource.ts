import { SourceFailed } from "@iiif-ingest/core/ObjectStoreError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type BigIntStats, constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"

/** How much of a large file is read at a time, in bytes. */
const windowSize = 1024 * 1024

const failed = (path: string, what: string) => Effect.fail(new SourceFailed({ detail: `${path} ${what}` }))

const attempt = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, SourceFailed> =>
  Effect.catch(
    Effect.tryPromise(run),
    ({ cause }) => failed(path, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`)
  )

/** What must stay as it is from the first byte read to the last. */
const unchanged = (path: string, before: BigIntStats, after: BigIntStats): Effect.Effect<void, SourceFailed> => {
  if (after.nlink === 0n) return failed(path, "was removed while it was read")
  if (after.size !== before.size) {
    return failed(path, `changed from ${before.size} to ${after.size} bytes while it was read`)
  }
  return after.mtimeNs === before.mtimeNs ? Effect.void : failed(path, "was written to while it was read")
}

const stat = (path: string, file: FileHandle) => attempt(path, () => file.stat({ bigint: true }))

interface Opened {
  readonly file: FileHandle
  readonly before: BigIntStats
}

// without O_NONBLOCK, opening a FIFO waits for a writer in a thread that nothing can interrupt
const opened = (path: string) =>
  Effect.acquireRelease(
    attempt(path, () => open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))),
    (file) => Effect.promise(() => file.close())
  ).pipe(
    Effect.bindTo("file"),
    Effect.bind("before", ({ file }) => stat(path, file)),
    Effect.tap(({ before }) => before.isFile() ? Effect.void : failed(path, "is not a regular file"))
  )

const stillThere = (path: string, { before, file }: Opened) =>
  Effect.flatMap(stat(path, file), (after) => unchanged(path, before, after))

const ended = (path: string, length: number, read: number) =>
  failed(path, `ended early: ${length} bytes were announced and ${read} came`)

const fill = (file: FileHandle, path: string, offset: number, into: Uint8Array): Effect.Effect<void, SourceFailed> =>
  Effect.gen(function*() {
    let read = 0
    while (read < into.length) {
      const at = read
      const { bytesRead } = yield* attempt(path, () => file.read(into, at, into.length - at, offset + at))
      if (bytesRead === 0) return yield* ended(path, into.length, read)
      read += bytesRead
    }
  })

/** Fills a buffer from a range, or fails where the file is not what it was when the reading began. */
export const readRange = (path: string, offset: number, into: Uint8Array): Effect.Effect<void, SourceFailed> =>
  Effect.scoped(Effect.gen(function*() {
    const source = yield* opened(path)
    yield* fill(source.file, path, offset, into)
    yield* stillThere(path, source)
  }))

/** The same as a stream of windows, which fails before it ends where the file is not what it was. */
export const streamRange = (
  path: string,
  offset: number,
  length: number
): Stream.Stream<Uint8Array, SourceFailed> =>
  Stream.unwrap(Effect.map(opened(path), (source) =>
    Stream.unfold(0, (at) =>
      Effect.gen(function*() {
        if (at === length) {
          yield* stillThere(path, source)
          return undefined
        }
        const into = Buffer.allocUnsafeSlow(Math.min(windowSize, length - at))
        yield* fill(source.file, path, offset + at, into)
        return [into, at + into.length] as const
      }))))
