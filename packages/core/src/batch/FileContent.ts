/**
 * The content of a file in one number, by which a change is found that its size and times do not show.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import * as Crc32 from "../image/Crc32.ts"
import { maxBytes } from "../image/FileReader.ts"
import { Hashes } from "../image/Fixity.ts"
import type { Content } from "./internal/plan/model.ts"

/**
 * A file of at most this many bytes is always read whole: 1 MiB.
 *
 * @category constants
 * @since 0.1.0
 */
export const wholeLimit: number = maxBytes

/** How many blocks of a large file are read, and the bytes of each: the first block and the last are among them. */
const blocks = 8
const blockBytes = 16 * 1024

/** Where the blocks of a file begin. */
const offsets = (size: number): ReadonlyArray<number> =>
  Array.from({ length: blocks }, (_, at) => Math.floor((at * (size - blockBytes)) / (blocks - 1)))

const readAt = (
  file: FileSystem.File,
  offset: number,
  length: number
): Effect.Effect<ReadonlyArray<Uint8Array>, PlatformError> =>
  Effect.flatMap(file.readAlloc(length, { position: BigInt(offset) }), (read) => {
    if (Option.isNone(read) || read.value.length === 0) return Effect.succeed([])
    const { length: got } = read.value
    return got >= length
      ? Effect.succeed([read.value])
      : Effect.map(readAt(file, offset + got, length - got), (rest) => [read.value, ...rest])
  })

const sample = Effect.fnUntraced(function*(path: string, size: number) {
  const { crc32 } = yield* Hashes
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.scoped(Effect.gen(function*() {
    const file = yield* fs.open(path, { flag: "r" })
    let sum = Crc32.empty
    for (const offset of offsets(size)) {
      for (const bytes of yield* readAt(file, offset, blockBytes)) sum = crc32(sum, bytes)
    }
    return sum
  }))
})

/**
 * The content of bytes in memory, which are all of a file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofBytes = (bytes: Uint8Array): Effect.Effect<Content> =>
  Effect.map(Hashes, ({ crc32 }) => ({ of: "file", crc32: crc32(Crc32.empty, bytes) }))

/** A chunk is no larger than its file: ten thousand small files would each take a large one otherwise. */
const chunkSizeOf = ({ size }: FileSystem.File.Info): number => Math.min(wholeLimit, Math.max(4096, Number(size)))

/**
 * The content of a whole file. `each` is given its bytes as they come, for other checksums of them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const whole = Effect.fnUntraced(function*(
  path: string,
  each: (bytes: Uint8Array) => void = () => {}
): Effect.fn.Return<Content, PlatformError, FileSystem.FileSystem> {
  const { crc32 } = yield* Hashes
  const fs = yield* FileSystem.FileSystem
  const chunkSize = chunkSizeOf(yield* fs.stat(path))
  const sum = yield* Stream.runFold(fs.stream(path, { chunkSize }), () => Crc32.empty, (sum, bytes) => {
    each(bytes)
    return crc32(sum, bytes)
  })
  return { of: "file", crc32: sum }
})

/**
 * The content of a file with `size` bytes: of all of it if it is small, otherwise of eight blocks of 16 KiB at even
 * distances, the first and the last among them. A change that keeps the size and misses all blocks is not seen.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (path: string, size: number): Effect.Effect<Content, PlatformError, FileSystem.FileSystem> =>
  size <= wholeLimit
    ? whole(path)
    : Effect.map(sample(path, size), (crc32): Content => ({ of: "sample", crc32 }))

/**
 * Whether a file with `size` bytes has the content that was recorded, computed in the same way.
 *
 * @category guards
 * @since 0.1.0
 */
export const isSame = (
  path: string,
  size: number,
  recorded: Content
): Effect.Effect<boolean, PlatformError, FileSystem.FileSystem> =>
  Effect.map(
    recorded.of === "file" ? whole(path) : of(path, size),
    (found) => found.of === recorded.of && found.crc32 === recorded.crc32
  )
