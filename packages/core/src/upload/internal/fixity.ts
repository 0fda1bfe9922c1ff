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
 * Reads an image whose checksums are known and compares. Answers with the CRC-32 of what was read, which is to be that of
 * what is sent; with nothing where nothing is known.
 */
export const checked = Effect.fnUntraced(function*(
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
    const is = found.get(algorithm) ?? ""
    if (is === value.toLowerCase()) continue
    const reason = new FixityMismatch({ algorithm, expected: value.toLowerCase(), found: is, list })
    return yield* new AssetError({ source: location(asset.source), reason })
  }
  return Option.some(crc32)
})
