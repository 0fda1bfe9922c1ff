import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { join } from "../../base/internal/bytes.ts"
import { type Fingerprint, ofFile } from "../Fingerprint.ts"
import * as ImageHeader from "../ImageHeader.ts"
import type { ImageSource } from "../ImageSource.ts"
import { infoOf, sizeAndTime, unreadable } from "./fileInfo.ts"

/** What probing an image of any source answers. */
export interface SourceHeader {
  readonly width: number
  readonly height: number
  readonly mediaType: string
  readonly extension: string
  readonly fingerprint: Fingerprint
  readonly warnings: ReadonlyArray<string>
}

/** How much of a stream is kept to find a header in. */
const streamPrefix = 1024 * 1024

interface Prefix {
  readonly chunks: Array<Uint8Array>
  kept: number
  length: number
}

/** Runs a stream once for its length and its first MiB. */
const readPrefix = (name: string, stream: Stream.Stream<Uint8Array, Error>) =>
  Stream.runFold(stream, (): Prefix => ({ chunks: [], kept: 0, length: 0 }), (prefix, chunk) => {
    if (prefix.kept < streamPrefix) {
      const part = chunk.subarray(0, streamPrefix - prefix.kept)
      prefix.chunks.push(part)
      prefix.kept += part.length
    }
    prefix.length += chunk.length
    return prefix
  }).pipe(
    Effect.mapError((e) => unreadable(name, e.message)),
    Effect.map(({ chunks, kept, length }) => ({ bytes: join(chunks, kept), length }))
  )

const probeStream = Effect.fnUntraced(function*(name: string, stream: Stream.Stream<Uint8Array, Error>) {
  const { bytes, length } = yield* readPrefix(name, stream)
  const header = yield* ImageHeader.read({
    name,
    size: length,
    read: (offset, wanted) =>
      offset + Math.min(wanted, length - offset) <= bytes.length
        ? Effect.succeed(bytes.subarray(offset, offset + wanted))
        : Effect.fail(
          unreadable(name, "its directory lies past the first MiB of a stream: give width, height, mediaType")
        )
  })
  return { header, fingerprint: { size: length } }
})

const probe = (source: ImageSource) => {
  switch (source._tag) {
    case "FileSource":
      return Effect.flatMap(
        infoOf(source.path),
        (info) =>
          Effect.map(ImageHeader.fromFile(source.path, info), (header) => ({
            header,
            fingerprint: sizeAndTime(info)
          }))
      )
    case "BytesSource":
      return Effect.map(ImageHeader.fromBytes(source.name, source.bytes), (header) => ({
        header,
        fingerprint: { size: source.bytes.length }
      }))
    case "StreamSource":
      return probeStream(source.name, source.stream)
  }
}

const measure = (source: ImageSource) => {
  switch (source._tag) {
    case "FileSource":
      return ofFile(source.path)
    case "BytesSource":
      return Effect.succeed({ size: source.bytes.length })
    case "StreamSource":
      return source.length === undefined
        ? Effect.map(readPrefix(source.name, source.stream), ({ length }) => ({ size: length }))
        : Effect.succeed({ size: source.length })
  }
}

const extensionOf = (name: string): string => /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? "bin"

/** Probes an image, or takes its owner's word where size and media type are given. */
export const readHeader = Effect.fnUntraced(function*(
  source: ImageSource
): Effect.fn.Return<SourceHeader, ImageHeader.ImageHeaderError, FileSystem.FileSystem> {
  const { height, mediaType, width } = source
  if (width !== undefined && height !== undefined && mediaType !== undefined) {
    const fingerprint = yield* measure(source)
    return { width, height, mediaType, extension: extensionOf(source.name), fingerprint, warnings: [] }
  }
  const { fingerprint, header } = yield* probe(source)
  return {
    width: header.width,
    height: header.height,
    mediaType: header.mediaType,
    extension: header.extension,
    fingerprint,
    warnings: ImageHeader.warnings(header, source.name).map((warning) => warning.message)
  }
})
