/**
 * What Node's `stat` says of a file, with the inode and ctime by which core's `Fingerprint` recognizes a file that was
 * edited or replaced while its size and modification time were kept.
 *
 * @since 0.1.0
 */
import { type FileInfo, FileStat, identity } from "@iiif-ingest/core/image/FileStat"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type BigIntStats, stat } from "node:fs"

/** `None` if the file cannot be inspected. Node's callbacks cost less than its promises. */
const statOrNone = (path: string): Effect.Effect<Option.Option<BigIntStats>> =>
  Effect.callback((resume) => {
    try {
      stat(path, { bigint: true }, (error, stats) =>
        resume(error === null ? Effect.succeedSome(stats) : Effect.succeedNone))
    } catch {
      // thrown at once for a path with a NUL, of which the usual one gives an account
      resume(Effect.succeedNone)
    }
  })

/** The usual one: why a file cannot be inspected, and which kind of file it is if it is not a regular one. */
const usual = FileStat.defaultValue()

const infoOf = (stats: BigIntStats): FileInfo => ({
  type: "File",
  size: Number(stats.size),
  modifiedMillis: Number(stats.mtimeMs),
  identity: identity(stats)
})

/**
 * Provide it once, to the whole program.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never> = Layer.succeed(FileStat, (path) =>
  Effect.flatMap(
    statOrNone(path),
    (stats) => Option.isSome(stats) && stats.value.isFile() ? Effect.succeed(infoOf(stats.value)) : usual(path)
  ))
