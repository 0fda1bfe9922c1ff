import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Asset, AssetError } from "../../image/Asset.ts"
import * as Crc32 from "../../image/Crc32.ts"
import { FixityMismatch, type Hash, Hashes } from "../../image/Fixity.ts"
import * as ImageHeader from "../../image/ImageHeader.ts"
import { location } from "../../image/ImageSource.ts"
import type { PartReceipt } from "../ObjectStore.ts"

/** The read buffer size in bytes: large enough to read a small file in one go, and not much larger than the file. */
const chunkOf = (size: number): number => Math.min(1024 * 1024, Math.max(4096, size + 1))

/** An image to read, and its bytes if it was read already. */
export interface Readable {
  readonly asset: Asset
  readonly bytes?: Uint8Array | undefined
}

/** A part of an image; the whole of it by default. */
interface Range {
  readonly offset: number
  readonly length: number
}

const within = (bytes: Uint8Array, range: Range | undefined): Uint8Array =>
  range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length)

const contentOf = Effect.fnUntraced(function*({ asset, bytes }: Readable, range: Range | undefined) {
  const { source } = asset
  if (bytes !== undefined) return Stream.make(within(bytes, range))
  switch (source._tag) {
    case "FileSource": {
      const fs = yield* FileSystem.FileSystem
      const part = range === undefined ? {} : { offset: range.offset, bytesToRead: range.length }
      const chunkSize = chunkOf(range?.length ?? asset.fingerprint.size)
      return Stream.mapError(fs.stream(source.path, { chunkSize, ...part }), (e): Error => e)
    }
    case "BytesSource":
      return Stream.make(within(source.bytes, range))
    case "StreamSource":
      return range === undefined
        ? source.stream
        : Stream.fail(new Error("a part of a stream cannot be read by itself"))
  }
})

/** The bytes of an image; a read error becomes an `AssetError`. */
const bytesOf = (image: Readable, range?: Range) =>
  Effect.map(
    contentOf(image, range),
    (content) =>
      Stream.mapError(content, ({ message }) =>
        new AssetError({ source: location(image.asset.source), reason: new ImageHeader.Unreadable({ why: message }) }))
  )

/** The CRC-32 of an image, or of a part of it, which is read for it. */
export const crc32Of = (
  image: Readable,
  range?: Range
): Effect.Effect<Crc32.Crc32, AssetError, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const { crc32 } = yield* Hashes
    return yield* Stream.runFold(yield* bytesOf(image, range), () => Crc32.empty, crc32)
  })

/** Reads an image once for its CRC-32 and any number of other sums. */
export const sumsOf = Effect.fnUntraced(function*(
  image: Readable,
  others: ReadonlyArray<Hash>
): Effect.fn.Return<
  { readonly crc32: Crc32.Crc32; readonly others: ReadonlyArray<string> },
  AssetError,
  FileSystem.FileSystem
> {
  const { crc32: update } = yield* Hashes
  const crc32 = yield* Stream.runFold(yield* bytesOf(image), () => Crc32.empty, (crc, chunk) => {
    for (const sum of others) sum.update(chunk)
    return update(crc, chunk)
  })
  return { crc32, others: others.map((sum) => sum.end()) }
})

/**
 * Reads an image and compares its checksums with the expected ones. Returns the CRC-32 of the bytes read, which must
 * equal that of the bytes sent, or `None` (without reading) if no checksums are expected.
 */
export const verifiedCrc32 = Effect.fnUntraced(function*(
  image: Readable
): Effect.fn.Return<Option.Option<Crc32.Crc32>, AssetError, FileSystem.FileSystem> {
  const { asset } = image
  const expected = asset.fixity ?? []
  if (expected.length === 0) return Option.none()
  const { make } = yield* Hashes
  const algorithms = [...new Set(expected.map(({ algorithm }) => algorithm))]
  const sums = yield* sumsOf(image, algorithms.map(make))
  for (const { algorithm, list, value } of expected) {
    const found = sums.others[algorithms.indexOf(algorithm)] ?? ""
    if (found === value.toLowerCase()) continue
    const reason = new FixityMismatch({ algorithm, expected: value.toLowerCase(), found, list })
    return yield* new AssetError({ source: location(asset.source), reason })
  }
  return Option.some(sums.crc32)
})

/** The parts that have the bytes which the image has now. Each is read for it. */
export const provenParts = (
  asset: Asset,
  partSize: number,
  parts: ReadonlyArray<PartReceipt>
): Effect.Effect<ReadonlyArray<PartReceipt>, AssetError, FileSystem.FileSystem> =>
  Effect.filter(parts, ({ crc32, partNumber, size }) =>
    Effect.map(
      crc32Of({ asset }, { offset: (partNumber - 1) * partSize, length: size }),
      (now) => now === crc32
    ))
