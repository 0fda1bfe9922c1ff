/**
 * What Node can do with files that Effect's `FileSystem` cannot:
 *
 * - inspect them with the inode and ctime by which core's `Fingerprint` recognizes a file that was edited or replaced
 *   while its size and modification time were kept;
 * - read a small one at one go, with as few calls into Node's thread pool as its place allows. Each call costs more than
 *   reading 200 KB. On Linux a file on a local disk takes three calls, and none if files have lately been read from the
 *   page cache, without waiting for the disk. Any other takes five, a link one more.
 *
 * @since 0.1.0
 */
import * as Buffers from "@iiif-ingest/core/base/Buffers"
import { FileReader, maxBytes, type ReadFile } from "@iiif-ingest/core/image/FileReader"
import { type FileInfo, FileStat, identity } from "@iiif-ingest/core/image/FileStat"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type BigIntStats, stat } from "node:fs"
import { StatFs } from "./internal/fileSystemType.ts"
import * as LocalFolders from "./internal/localFolders.ts"
import * as PageCache from "./internal/pageCache.ts"
import { type Options, readSmall } from "./internal/readSmall.ts"

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

const fileStat = Layer.succeed(FileStat, (path) =>
  Effect.flatMap(
    statOrNone(path),
    (stats) => Option.isSome(stats) && stats.value.isFile() ? Effect.succeed(infoOf(stats.value)) : usual(path)
  ))

/** The most unused memory that is kept, in bytes: twice what Upload's default concurrency needs. */
const maxPooled = 16 * maxBytes

/** Reads a file whose place is known. */
const readAt = (path: string, options: Options): Effect.Effect<ReadFile | undefined> =>
  Effect.callback((resume) => {
    try {
      readSmall(path, options, (found) => {
        if (found === undefined) return resume(Effect.undefined)
        const { bytes, stats } = found
        resume(Effect.succeed({ info: infoOf(stats), ...(bytes === undefined ? {} : { bytes }) }))
      })
    } catch {
      // thrown at once for a path with a NUL
      resume(Effect.undefined)
    }
  })

const makeReader = Effect.gen(function*() {
  const isLocal = LocalFolders.make(yield* StatFs)
  const isInMemory = PageCache.make()
  const buffers = Buffers.make(maxPooled)
  return FileReader.of({
    release: buffers.release,
    read: Effect.fnUntraced(function*(path, limit, use) {
      const found = isLocal(path)
      const place = !(typeof found === "boolean" ? found : yield* Effect.promise(() => found))
        ? "remote"
        : isInMemory()
        ? "memory"
        : "local"
      if (place === "remote" && use === "header") return undefined
      return yield* readAt(path, { ...buffers, limit: Math.min(limit, maxBytes), place, followsLinks: use === "body" })
    })
  })
})

const fileReader = Layer.effect(FileReader, makeReader)

/**
 * Provide it once, to the whole program.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never> = Layer.merge(fileStat, fileReader)
