import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import type * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import type { AssetError } from "../../image/Asset.ts"
import * as Crc32 from "../../image/Crc32.ts"
import { type Hash, Hashes } from "../../image/Fixity.ts"
import type { PartChecksums, StoredObject } from "../ObjectStore.ts"
import { usualPartSizes } from "./multipart.ts"
import { sumsOf } from "./sums.ts"
import type { Task } from "./task.ts"

/** How an object compares with an image. `unknown`: what the store tells of the object does not decide it. */
export type Verdict =
  | { readonly _tag: "Same"; readonly crc32: Crc32.Crc32 }
  | { readonly _tag: "Different" }
  | { readonly _tag: "Unknown" }

const different: Verdict = { _tag: "Different" }
const unknown: Verdict = { _tag: "Unknown" }

/** A CRC-32 as a hash. */
const crc32Hash = (update: (before: Crc32.Crc32, bytes: Uint8Array) => Crc32.Crc32): Hash => {
  let crc = Crc32.empty
  return { update: (bytes) => void (crc = update(crc, bytes)), end: () => Crc32.toHex(crc) }
}

/** The hash of the hashes of the parts, each of `size` bytes but the last. */
const ofParts = (make: () => Hash, size: number): Hash => {
  const whole = make()
  let part = make()
  let filled = 0
  const closePart = () => {
    whole.update(Result.getOrThrow(Hex.decode(part.end())))
    part = make()
    filled = 0
  }
  return {
    update: (bytes) => {
      for (let from = 0; from < bytes.length;) {
        const piece = bytes.subarray(from, from + size - filled)
        part.update(piece)
        filled += piece.length
        from += piece.length
        if (filled === size) closePart()
      }
    },
    end: () => {
      if (filled > 0) closePart()
      return whole.end()
    }
  }
}

/** A sum of the image to compute, and the value that proves that the object is the same. */
interface Evidence {
  readonly hash: Hash
  readonly expected: string
}

type Hashing = typeof Hashes.Service

const evidenceOfParts = ({ crc32, make }: Hashing, parts: PartChecksums, sizes: ReadonlyArray<number>) =>
  sizes.flatMap((size): ReadonlyArray<Evidence> => {
    if (parts.crc32 !== undefined) {
      return [{ hash: ofParts(() => crc32Hash(crc32), size), expected: Crc32.toHex(parts.crc32) }]
    }
    return parts.md5 === undefined ? [] : [{ hash: ofParts(() => make("md5"), size), expected: parts.md5 }]
  })

const evidenceOf = (
  hashing: Hashing,
  { engine }: Task,
  { md5, parts, size }: StoredObject
): ReadonlyArray<Evidence> => {
  if (md5 !== undefined) return [{ hash: hashing.make("md5"), expected: md5 }]
  return parts === undefined
    ? []
    : evidenceOfParts(hashing, parts, usualPartSizes(size, parts.count, engine.partSize))
}

/**
 * Compares an image with an object by what the store tells of it. The image is read only if there is something to
 * compare; `known` is the CRC-32 of its bytes, if they were read before.
 */
export const compare = Effect.fnUntraced(function*(
  task: Task,
  stored: StoredObject,
  known?: Crc32.Crc32
): Effect.fn.Return<Verdict, AssetError, FileSystem.FileSystem> {
  const { asset } = task
  if (stored.size !== asset.fingerprint.size) return different
  if (stored.crc32 !== undefined) {
    const local = known ?? (yield* task.crc32)
    return stored.crc32 === local ? { _tag: "Same", crc32: local } : different
  }
  const evidence = evidenceOf(yield* Hashes, task, stored)
  if (evidence.length === 0) return unknown
  const { crc32, others } = yield* sumsOf({ asset, bytes: task.held?.bytes }, evidence.map(({ hash }) => hash))
  if (evidence.some(({ expected }, index) => expected === others[index])) return { _tag: "Same", crc32 }
  // The parts of the object may have had other sizes than those that were tried.
  return stored.md5 === undefined ? unknown : different
})
