import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Asset } from "../../image/Asset.ts"
import * as ObjectStore from "../ObjectStore.ts"
import { SourceFailed } from "../ObjectStoreError.ts"

const sourceFailed = (error: Error) => new SourceFailed({ detail: error.message })

/** The bytes of a small image as one body; `bytes` if they were read already. */
export const wholeBody = ({ fingerprint, source }: Asset, bytes: Uint8Array | undefined): ObjectStore.Body => {
  if (bytes !== undefined) return ObjectStore.bytes(bytes)
  switch (source._tag) {
    case "FileSource":
      return ObjectStore.fileRange(source.path, 0, fingerprint.size, fingerprint)
    case "BytesSource":
      return ObjectStore.bytes(source.bytes)
    case "StreamSource":
      return ObjectStore.stream(Stream.mapError(source.stream, sourceFailed), fingerprint.size)
  }
}

/** One part; numbers start at 1. */
export interface Part {
  readonly partNumber: number
  readonly body: ObjectStore.Body
}

/** Makes a function that splits chunks at part boundaries; it must see the chunks of a stream in order. */
const splitter = (size: number) => {
  let filled = 0
  return (chunk: Uint8Array): ReadonlyArray<Uint8Array> => {
    const pieces: Array<Uint8Array> = []
    for (let from = 0; from < chunk.length;) {
      const piece = chunk.subarray(from, from + size - filled)
      pieces.push(piece)
      from += piece.length
      filled = (filled + piece.length) % size
    }
    return pieces
  }
}

/**
 * Collects a stream into parts of one size (the last may be smaller). Memory for a part is allocated after `reserve`.
 */
const collectParts = <E>(
  stream: Stream.Stream<Uint8Array, E>,
  size: number,
  reserve: Effect.Effect<void>
): Stream.Stream<Uint8Array, E> =>
  Stream.suspend(() => {
    let part: Uint8Array | undefined
    let filled = 0
    const add = Effect.fnUntraced(function*(piece: Uint8Array) {
      if (part === undefined) {
        yield* reserve
        part = new Uint8Array(size)
      }
      part.set(piece, filled)
      filled += piece.length
      if (filled < size) return []
      const full = part
      part = undefined
      filled = 0
      return [full]
    })
    const split = splitter(size)
    return stream.pipe(
      Stream.flatMap((chunk) => Stream.fromIterable(split(chunk))),
      Stream.mapEffect(add),
      Stream.flatMap(Stream.fromIterable),
      Stream.concat(Stream.suspend(() => part === undefined ? Stream.empty : Stream.make(part.subarray(0, filled))))
    )
  })

/**
 * The parts of a large image in order. Parts of a file or of bytes in memory use no extra memory until they are sent; a
 * part of a stream is buffered in memory, and `reserve` runs before each.
 */
export const partBodies = (
  asset: Asset,
  partSize: number,
  reserve: Effect.Effect<void>
): Stream.Stream<Part, SourceFailed> => {
  const { fingerprint: { size }, source } = asset
  if (source._tag === "StreamSource") {
    return collectParts(Stream.mapError(source.stream, sourceFailed), partSize, reserve).pipe(
      Stream.zipWithIndex,
      Stream.map(([bytes, index]) => ({ partNumber: index + 1, body: ObjectStore.bytes(bytes) }))
    )
  }
  return Stream.range(1, Math.ceil(size / partSize)).pipe(
    Stream.map((partNumber) => {
      const offset = (partNumber - 1) * partSize
      const length = Math.min(partSize, size - offset)
      return {
        partNumber,
        body: source._tag === "FileSource"
          ? ObjectStore.fileRange(source.path, offset, length, asset.fingerprint)
          : ObjectStore.bytes(source.bytes.subarray(offset, offset + length))
      }
    })
  )
}
