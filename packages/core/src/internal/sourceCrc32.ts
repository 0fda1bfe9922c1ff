import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { type Asset, AssetError } from "../Asset.ts"
import * as Crc32 from "../Crc32.ts"
import * as ImageHeader from "../ImageHeader.ts"
import { location } from "../ImageSource.ts"

const contentOf = Effect.fnUntraced(function*(asset: Asset) {
  const { source } = asset
  switch (source._tag) {
    case "FileSource": {
      const fs = yield* FileSystem.FileSystem
      return Stream.mapError(fs.stream(source.path, { chunkSize: 1024 * 1024 }), (e): Error => e)
    }
    case "BytesSource":
      return Stream.make(source.bytes)
    case "StreamSource":
      return source.stream
  }
})

/** The CRC-32 of an image's bytes, by reading them. Asked for only where the store has an object to compare with. */
export const sourceCrc32 = Effect.fnUntraced(function*(
  asset: Asset
): Effect.fn.Return<Crc32.Crc32, AssetError, FileSystem.FileSystem> {
  const content = yield* contentOf(asset)
  return yield* Stream.runFold(content, () => Crc32.empty, Crc32.update).pipe(
    Effect.mapError((error) =>
      new AssetError({
        source: location(asset.source),
        reason: new ImageHeader.Unreadable({ why: error.message })
      })
    )
  )
})
