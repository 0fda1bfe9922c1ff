/**
 * What Node can do with files that Effect's `FileSystem` cannot:
 *
 * - inspect them with the inode and ctime by which core's `Fingerprint` recognizes a file that was edited or replaced
 *   while its size and modification time were kept;
 * - read a small one at one go, with as few calls into Node's thread pool as its place allows. Each call costs more than
 *   reading 200 KB. On Linux a file on a local disk takes two calls, and none if files have lately been read from the
 *   page cache, without waiting for the disk. Any other takes five.
 *
 * @since 0.1.0
 */
import { FileReader, smallFile } from "@iiif-ingest/core/image/FileReader"
import { type FileInfo, FileStat, identity } from "@iiif-ingest/core/image/FileStat"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type BigIntStats, stat } from "node:fs"
import * as LocalFileSystem from "./internal/localFileSystem.ts"
import * as PageCache from "./internal/pageCache.ts"
import { readSmall } from "./internal/readSmall.ts"

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

/** How many unused buffers are kept. */
const maxFree = 16

/** Memory for small files, which is used again: allocating it costs more than reading a file into it. */
const makeBuffers = () => {
  const free: Array<ArrayBuffer> = []
  return {
    allocate: (size: number): Uint8Array =>
      new Uint8Array(free.pop() ?? Buffer.allocUnsafeSlow(smallFile).buffer, 0, size),
    release: ({ buffer }: Uint8Array): void => {
      if (free.length < maxFree && buffer instanceof ArrayBuffer && buffer.byteLength === smallFile) free.push(buffer)
    }
  }
}

const fileReader = Layer.sync(FileReader, () => {
  const isLocal = LocalFileSystem.make()
  const isInMemory = PageCache.make()
  const { allocate, release } = makeBuffers()
  return {
    release,
    read: (path, limit) =>
      Effect.callback((resume) => {
        isLocal(path, (isLocal) => {
          const place = !isLocal ? "remote" : isInMemory() ? "memory" : "local"
          try {
            readSmall(path, { limit: Math.min(limit, smallFile), place, allocate }, (found) => {
              if (found === undefined) return resume(Effect.undefined)
              const { bytes, stats } = found
              resume(Effect.succeed({ info: infoOf(stats), ...(bytes === undefined ? {} : { bytes }) }))
            })
          } catch {
            // thrown at once for a path with a NUL
            resume(Effect.undefined)
          }
        })
      })
  }
})

/**
 * Provide it once, to the whole program.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never> = Layer.merge(fileStat, fileReader)
