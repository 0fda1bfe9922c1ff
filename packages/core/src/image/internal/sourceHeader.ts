import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { join } from "../../base/internal/bytes.ts"
import { FileReader } from "../FileReader.ts"
import { type Fingerprint, of, ofFile } from "../Fingerprint.ts"
import * as ImageHeader from "../ImageHeader.ts"
import type { ImageSource } from "../ImageSource.ts"
import { statRegularFile, unreadable } from "./fileInfo.ts"

/** The header and fingerprint of an image from any source; `bytes` are all that a small file has, if they are kept. */
export interface SourceHeader {
  readonly width: number
  readonly height: number
  readonly mediaType: string
  readonly extension: string
  readonly fingerprint: Fingerprint
  readonly warnings: ReadonlyArray<string>
  readonly bytes?: Uint8Array
}

/** A file of up to this many bytes is read whole for its header, which costs less than looking for the parts needed. */
const wholeForHeader = 256 * 1024

/** How many bytes of a stream are kept to read the header from, and its end. */
const maxPrefixBytes = 1024 * 1024
const suffixBytes = 64 * 1024

interface Piece {
  readonly chunks: Array<Uint8Array>
  keptBytes: number
}

interface Kept {
  readonly prefix: Piece
  readonly suffix: Piece
  length: number
}

const emptyKept = (): Kept => ({
  prefix: { chunks: [], keptBytes: 0 },
  suffix: { chunks: [], keptBytes: 0 },
  length: 0
})

const keepPrefix = (prefix: Piece, chunk: Uint8Array): void => {
  if (prefix.keptBytes >= maxPrefixBytes) return
  const kept = chunk.subarray(0, maxPrefixBytes - prefix.keptBytes)
  prefix.chunks.push(kept)
  prefix.keptBytes += kept.length
}

/** Keeps as few of the last chunks as have the end of the stream. */
const keepSuffix = (suffix: Piece, chunk: Uint8Array): void => {
  suffix.chunks.push(chunk)
  suffix.keptBytes += chunk.length
  for (let first = suffix.chunks[0]; first !== undefined; first = suffix.chunks[0]) {
    if (suffix.keptBytes - first.length < suffixBytes) return
    suffix.chunks.shift()
    suffix.keptBytes -= first.length
  }
}

/** Runs a stream once to get its length, its first MiB and its end. */
const readKept = (name: string, stream: Stream.Stream<Uint8Array, Error>) =>
  Stream.runFold(stream, emptyKept, (kept, chunk) => {
    keepPrefix(kept.prefix, chunk)
    keepSuffix(kept.suffix, chunk)
    kept.length += chunk.length
    return kept
  }).pipe(
    Effect.mapError((e) => unreadable(name, e.message)),
    Effect.map(({ length, prefix, suffix }) => ({
      length,
      prefix: join(prefix.chunks, prefix.keptBytes),
      suffix: join(suffix.chunks, suffix.keptBytes)
    }))
  )

const probeStream = Effect.fnUntraced(function*(name: string, stream: Stream.Stream<Uint8Array, Error>) {
  const { length, prefix, suffix } = yield* readKept(name, stream)
  const suffixAt = length - suffix.length
  const header = yield* ImageHeader.read({
    name,
    size: length,
    read: (offset, count) => {
      if (offset + Math.min(count, length - offset) <= prefix.length) {
        return Effect.succeed(prefix.subarray(offset, offset + count))
      }
      if (offset >= suffixAt) return Effect.succeed(suffix.subarray(offset - suffixAt, offset - suffixAt + count))
      const why = "its header is not within the first MiB or at the end of the stream: give width, height, mediaType"
      return Effect.fail(unreadable(name, why))
    }
  })
  return { header, fingerprint: { size: length } }
})

const probeFile = Effect.fnUntraced(function*(path: string, keep: number) {
  const reader = yield* FileReader
  const opened = yield* reader.read(path, Math.max(keep, wholeForHeader))
  if (opened?.bytes === undefined) {
    const info = opened?.info ?? (yield* statRegularFile(path))
    return { header: yield* ImageHeader.fromFile(path, info), fingerprint: of(info) }
  }
  const { bytes, info } = opened
  const isKept = bytes.length <= keep
  const reading = ImageHeader.fromBytes(path, bytes)
  const release = Effect.sync(() => reader.release(bytes))
  const header = yield* isKept ? Effect.tapError(reading, () => release) : Effect.ensuring(reading, release)
  return { header, fingerprint: of(info), ...(isKept ? { bytes } : {}) }
})

const probe = (source: ImageSource, keep: number) => {
  switch (source._tag) {
    case "FileSource":
      return probeFile(source.path, keep)
    case "BytesSource":
      return Effect.map(ImageHeader.fromBytes(source.name, source.bytes), (header) => ({
        header,
        fingerprint: { size: source.bytes.length }
      }))
    case "StreamSource":
      return probeStream(source.name, source.stream)
  }
}

interface Probed {
  readonly header: ImageHeader.ImageHeader
  readonly fingerprint: Fingerprint
  readonly bytes?: Uint8Array
}

const measureFile = Effect.fnUntraced(function*(path: string, keep: number) {
  const opened = keep > 0 ? yield* (yield* FileReader).read(path, keep) : undefined
  if (opened === undefined) return { fingerprint: yield* ofFile(path) }
  const { bytes, info } = opened
  return { fingerprint: of(info), ...(bytes === undefined ? {} : { bytes }) }
})

/** The fingerprint of an image whose header need not be read. */
const measure = (
  source: ImageSource,
  keep: number
): Effect.Effect<Omit<Probed, "header">, ImageHeader.ImageHeaderError, FileSystem.FileSystem> => {
  switch (source._tag) {
    case "FileSource":
      return measureFile(source.path, keep)
    case "BytesSource":
      return Effect.succeed({ fingerprint: { size: source.bytes.length } })
    case "StreamSource":
      return source.length === undefined
        ? Effect.map(readKept(source.name, source.stream), ({ length }) => ({ fingerprint: { size: length } }))
        : Effect.succeed({ fingerprint: { size: source.length } })
  }
}

const extensionOf = (name: string): string => /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? "bin"

/**
 * Probes an image, unless both size and media type are given. The bytes of a file that was read for it are kept if they
 * are not more than `keep`, and released by the caller.
 */
export const readHeader = Effect.fnUntraced(function*(
  source: ImageSource,
  keep: number
): Effect.fn.Return<SourceHeader, ImageHeader.ImageHeaderError, FileSystem.FileSystem> {
  const { height, mediaType, width } = source
  if (width !== undefined && height !== undefined && mediaType !== undefined) {
    return {
      ...(yield* measure(source, keep)),
      width,
      height,
      mediaType,
      extension: extensionOf(source.name),
      warnings: []
    }
  }
  const { header, ...probed }: Probed = yield* probe(source, keep)
  return {
    ...probed,
    width: header.width,
    height: header.height,
    mediaType: header.mediaType,
    extension: header.extension,
    warnings: ImageHeader.warnings(header, source.name).map((warning) => warning.message)
  }
})
