import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Fingerprint } from "../Asset.ts"
import * as ImageHeader from "../ImageHeader.ts"
import type { ImageSource } from "../ImageSource.ts"
import { explain, noFile } from "./fileProblem.ts"

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

const unreadable = (file: string, detail: string) =>
  new ImageHeader.ImageHeaderError({ file, reason: new ImageHeader.Unreadable({ why: detail }) })

/** What is known of a regular file without opening it; anything else would not end, or has no bytes. */
const infoOf = Effect.fnUntraced(function*(path: string) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* fs.stat(path).pipe(Effect.mapError((e) => unreadable(path, explain(e))))
  return info.type === "File" ? info : yield* unreadable(path, noFile(info.type))
})

const toFingerprint = ({ mtime, size }: FileSystem.File.Info): Fingerprint => ({
  size: Number(ByteSize.toBigInt(size)),
  ...(Option.isSome(mtime) ? { modifiedMillis: mtime.value.getTime() } : {})
})

/** Length and time of a regular file. */
export const fingerprintOf = (path: string) => Effect.map(infoOf(path), toFingerprint)

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
    Effect.map(({ chunks, kept, length }) => {
      const bytes = new Uint8Array(kept)
      let at = 0
      for (const chunk of chunks) {
        bytes.set(chunk, at)
        at += chunk.length
      }
      return { bytes, length }
    })
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
            fingerprint: toFingerprint(info)
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
      return fingerprintOf(source.path)
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
  const { height, mediaType, width } = source.description
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
