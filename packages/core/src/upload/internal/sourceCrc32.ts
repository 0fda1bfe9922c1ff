import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { type Asset, AssetError } from "../../image/Asset.ts"
import * as Crc32 from "../../image/Crc32.ts"
import { Hashes } from "../../image/Fixity.ts"
import * as ImageHeader from "../../image/ImageHeader.ts"
import { location } from "../../image/ImageSource.ts"

/** The read buffer size in bytes: large enough to read a small file in one go, and not much larger than the file. */
const chunkOf = (size: number): number => Math.min(1024 * 1024, Math.max(4096, size + 1))

const contentOf = Effect.fnUntraced(function*(asset: Asset) {
  const { source } = asset
  switch (source._tag) {
    case "FileSource": {
      const fs = yield* FileSystem.FileSystem
      return Stream.mapError(fs.stream(source.path, { chunkSize: chunkOf(asset.fingerprint.size) }), (e): Error => e)
    }
    case "BytesSource":
      return Stream.make(source.bytes)
    case "StreamSource":
      return source.stream
  }
})

/** The bytes of an image; a read error becomes an `AssetError`. */
export const sourceBytes = (asset: Asset) =>
  Effect.map(
    contentOf(asset),
    (content) =>
      Stream.mapError(content, ({ message }) =>
        new AssetError({ source: location(asset.source), reason: new ImageHeader.Unreadable({ why: message }) }))
  )

/** Reads an image to compute its CRC-32, which is needed only if the store has an object to compare it with. */
export const sourceCrc32 = (asset: Asset): Effect.Effect<Crc32.Crc32, AssetError, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const { crc32 } = yield* Hashes
    return yield* Stream.runFold(yield* sourceBytes(asset), () => Crc32.empty, crc32)
  })
