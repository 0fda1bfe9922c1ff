import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Asset } from "../Asset.ts"
import * as ObjectStore from "../ObjectStore.ts"
import { SourceFailed } from "../ObjectStoreError.ts"

const failed = (error: Error) => new SourceFailed({ detail: error.message })

/** The bytes of a small image, as one body. */
export const wholeBody = (asset: Asset): Effect.Effect<ObjectStore.Body> => {
  const { fingerprint, source } = asset
  switch (source._tag) {
    case "FileSource":
      return Effect.succeed(ObjectStore.fileRange(source.path, 0, fingerprint.size))
    case "BytesSource":
      return Effect.succeed(ObjectStore.bytes(source.bytes))
    case "StreamSource":
      return Effect.succeed(ObjectStore.stream(Stream.mapError(source.stream, failed), fingerprint.size))
  }
}

/** One part: its number from 1, and its body. */
export interface Part {
  readonly partNumber: number
  readonly body: ObjectStore.Body
}

/** Cuts a stream into parts of one size (the last may be smaller), each in memory. */
const cut = <E>(stream: Stream.Stream<Uint8Array, E>, size: number): Stream.Stream<Uint8Array, E> =>
  Stream.suspend(() => {
    let part = new Uint8Array(size)
    let filled = 0
    const add = (chunk: Uint8Array): Array<Uint8Array> => {
      const full: Array<Uint8Array> = []
      for (let at = 0; at < chunk.length;) {
        const piece = chunk.subarray(at, at + size - filled)
        part.set(piece, filled)
        filled += piece.length
        at += piece.length
        if (filled === size) {
          full.push(part)
          part = new Uint8Array(size)
          filled = 0
        }
      }
      return full
    }
    return stream.pipe(
      Stream.flatMap((chunk) => Stream.fromIterable(add(chunk))),
      Stream.concat(Stream.suspend(() => filled === 0 ? Stream.empty : Stream.make(part.subarray(0, filled))))
    )
  })

/** The parts of a large image in their order; those of a file or of bytes cost nothing until they are sent. */
export const partBodies = (asset: Asset, partSize: number): Stream.Stream<Part, SourceFailed> => {
  const { fingerprint: { size }, source } = asset
  if (source._tag === "StreamSource") {
    return cut(Stream.mapError(source.stream, failed), partSize).pipe(
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
          ? ObjectStore.fileRange(source.path, offset, length)
          : ObjectStore.bytes(source.bytes.subarray(offset, offset + length))
      }
    })
  )
}
