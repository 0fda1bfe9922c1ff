import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { join } from "../../base/internal/bytes.ts"
import { FileReader, type Keeping, KeptBytes } from "../FileReader.ts"
import { type Fingerprint, of, ofFile } from "../Fingerprint.ts"
import * as ImageHeader from "../ImageHeader.ts"
import type { ImageSource } from "../ImageSource.ts"
import { statRegularFile, unreadable } from "./fileInfo.ts"

/** The header and fingerprint of an image from any source. */
export interface SourceHeader {
  readonly width: number
  readonly height: number
  readonly mediaType: string
  readonly extension: string
  readonly fingerprint: Fingerprint
  readonly warnings: ReadonlyArray<string>
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

/** Reads a small file at one go, and leaves its bytes to whoever wants them. */
const readAndKeep = Effect.fnUntraced(function*(path: string, { bytes, limit }: Keeping) {
  const { read } = yield* FileReader
  const found = yield* read(path, limit, "body")
  yield* Ref.set(bytes, found?.bytes)
  return found
})

const probeFile = Effect.fnUntraced(function*(path: string) {
  const { read, release } = yield* FileReader
  const kept = yield* KeptBytes
  const found = yield* kept === undefined ? read(path, wholeForHeader, "header") : readAndKeep(path, kept)
  if (found?.bytes === undefined) {
    const info = found?.info ?? (yield* statRegularFile(path))
    return { header: yield* ImageHeader.fromFile(path, info), fingerprint: of(info) }
  }
  const { bytes, info } = found
  const reading = ImageHeader.fromBytes(path, bytes)
  const header = yield* kept === undefined ? Effect.ensuring(reading, Effect.sync(() => release(bytes))) : reading
  return { header, fingerprint: of(info) }
})

const probe = (source: ImageSource) => {
  switch (source._tag) {
    case "FileSource":
      return probeFile(source.path)
    case "BytesSource":
      return Effect.map(ImageHeader.fromBytes(source.name, source.bytes), (header) => ({
        header,
        fingerprint: { size: source.bytes.length }
      }))
    case "StreamSource":
      return probeStream(source.name, source.stream)
  }
}

const measureFile = Effect.fnUntraced(function*(path: string) {
  const kept = yield* KeptBytes
  const found = kept === undefined ? undefined : yield* readAndKeep(path, kept)
  return found === undefined ? yield* ofFile(path) : of(found.info)
})

/** The fingerprint of an image whose header need not be read. */
const measureFingerprint = (source: ImageSource) => {
  switch (source._tag) {
    case "FileSource":
      return measureFile(source.path)
    case "BytesSource":
      return Effect.succeed({ size: source.bytes.length })
    case "StreamSource":
      return source.length === undefined
        ? Effect.map(readKept(source.name, source.stream), ({ length }) => ({ size: length }))
        : Effect.succeed({ size: source.length })
  }
}

const extensionOf = (name: string): string => /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? "bin"

/** Probes an image, unless both size and media type are given. */
export const readHeader = Effect.fnUntraced(function*(
  source: ImageSource
): Effect.fn.Return<SourceHeader, ImageHeader.ImageHeaderError, FileSystem.FileSystem> {
  const { height, mediaType, width } = source
  if (width !== undefined && height !== undefined && mediaType !== undefined) {
    const extension = extensionOf(source.name)
    return { width, height, mediaType, extension, fingerprint: yield* measureFingerprint(source), warnings: [] }
  }
  const probed = yield* probe(source)
  const { header } = probed
  return {
    width: header.width,
    height: header.height,
    mediaType: header.mediaType,
    extension: header.extension,
    fingerprint: probed.fingerprint,
    warnings: ImageHeader.warnings(header, source.name).map((warning) => warning.message)
  }
})
