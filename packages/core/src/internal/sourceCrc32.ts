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

/** An image's bytes. */
export const sourceBytes = (asset: Asset) =>
  Effect.map(
    contentOf(asset),
    (content) =>
      Stream.mapError(content, ({ message }) =>
        new AssetError({ source: location(asset.source), reason: new ImageHeader.Unreadable({ why: message }) }))
  )

/** The CRC-32 of an image's bytes, by reading them. Asked for only where the store has an object to compare with. */
export const sourceCrc32 = (asset: Asset): Effect.Effect<Crc32.Crc32, AssetError, FileSystem.FileSystem> =>
  Effect.flatMap(sourceBytes(asset), (bytes) => Stream.runFold(bytes, () => Crc32.empty, Crc32.update))
