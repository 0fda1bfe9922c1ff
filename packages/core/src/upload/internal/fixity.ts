import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Asset, AssetError } from "../../image/Asset.ts"
import * as Crc32 from "../../image/Crc32.ts"
import { FixityMismatch, Hashes } from "../../image/Fixity.ts"
import { location } from "../../image/ImageSource.ts"
import { sourceBytes } from "./sourceCrc32.ts"

/**
 * Reads an image and compares its checksums with the expected ones. Returns the CRC-32 of the bytes read, which must
 * equal that of the bytes sent, or `None` (without reading) if no checksums are expected.
 */
export const verifiedCrc32 = Effect.fnUntraced(function*(
  asset: Asset
): Effect.fn.Return<Option.Option<Crc32.Crc32>, AssetError, FileSystem.FileSystem> {
  const expected = asset.fixity ?? []
  if (expected.length === 0) return Option.none()
  const { crc32: crc32Of, make } = yield* Hashes
  const sums = new Map(expected.map(({ algorithm }) => [algorithm, make(algorithm)] as const))
  const crc32 = yield* Stream.runFold(yield* sourceBytes(asset), () => Crc32.empty, (crc, chunk) => {
    for (const sum of sums.values()) sum.update(chunk)
    return crc32Of(crc, chunk)
  })
  const found = new Map(Array.from(sums, ([algorithm, sum]) => [algorithm, sum.end()] as const))
  for (const { algorithm, list, value } of expected) {
    const actual = found.get(algorithm) ?? ""
    if (actual === value.toLowerCase()) continue
    const reason = new FixityMismatch({ algorithm, expected: value.toLowerCase(), found: actual, list })
    return yield* new AssetError({ source: location(asset.source), reason })
  }
  return Option.some(crc32)
})
