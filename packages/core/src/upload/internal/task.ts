import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { type Asset, AssetError, SourceChanged } from "../../image/Asset.ts"
import type { Crc32 } from "../../image/Crc32.ts"
import * as Fingerprint from "../../image/Fingerprint.ts"
import * as ImageHeader from "../../image/ImageHeader.ts"
import { location } from "../../image/ImageSource.ts"
import type { JournalError, UploadRecord } from "../Journal.ts"
import type { ObjectInfo } from "../ObjectStore.ts"
import type { ObjectStoreError } from "../ObjectStoreError.ts"
import type { Engine } from "./engine.ts"
import type { Held } from "./room.ts"

/** The upload of one image by an engine. */
export interface Task {
  readonly engine: Engine
  readonly asset: Asset
  /** What is held of the image already. Then its size is part of the budget, too. */
  readonly held: Held | undefined
  /** Whether the image may replace a different object under its key. */
  readonly mayReplace: boolean
  /** Adds a warning to the report; the upload goes on. */
  readonly warn: (text: string) => Effect.Effect<void>
  /** Verifies the image's expected checksums, once, and returns the CRC-32 of the bytes read, if any were. */
  readonly fixity: Effect.Effect<Option.Option<Crc32>, AssetError, FileSystem.FileSystem>
  /** What an earlier run left in the journal. */
  readonly earlier: UploadRecord | undefined
  /** The CRC-32 of the image's bytes, which are read at most once for it. */
  readonly crc32: Effect.Effect<Crc32, AssetError, FileSystem.FileSystem>
}

export type Failure = AssetError | ObjectStoreError | JournalError

/**
 * The file was touched while it was being sent: its size and modification time are kept but its identity is not, so
 * that it has to be compared with what was sent. Never leaves the upload of an image.
 */
export class Touched extends Data.TaggedError("Touched")<{}> {}

/** The maximum length of a name in an object's metadata, of which S3 allows 2 KB. */
const maxNameLength = 1024

/** How the file compares with the one that a record is about. Other sources cannot be recognized. */
export const likeness = (
  { fingerprint, source }: Asset,
  record: UploadRecord
): ReturnType<typeof Fingerprint.compare> =>
  source._tag === "FileSource" && fingerprint.modifiedMillis !== undefined
    ? Fingerprint.compare(record.fingerprint, fingerprint)
    : "different"

/** Percent-encodes `%` and all characters that a header value cannot hold. Only the end of a long name is kept. */
const headerSafe = (text: string): string => {
  if (text.length <= maxNameLength && /^[\x20-\x24\x26-\x7e]*$/.test(text)) return text
  let safe = ""
  for (const character of [...text.toWellFormed()].toReversed()) {
    const next = /[\x20-\x24\x26-\x7e]/.test(character) ? character : encodeURIComponent(character)
    if (next.length + safe.length > maxNameLength) break
    safe = next + safe
  }
  return safe
}

export const infoOf = (asset: Asset): ObjectInfo => ({
  contentType: asset.mediaType,
  metadata: { "original-name": headerSafe(asset.source.name) }
})

export const changed = (asset: Asset, detail: string): AssetError =>
  new AssetError({ source: location(asset.source), reason: new SourceChanged({ detail }) })

const fingerprintNow = (path: string) =>
  Effect.mapError(Fingerprint.ofFile(path), ({ reason }) => new AssetError({ source: path, reason }))

const different = (asset: Asset, now: Fingerprint.Fingerprint): AssetError => {
  const { size } = asset.fingerprint
  return changed(
    asset,
    now.size === size ? "its modification time is different" : `it had ${size} bytes and has ${now.size}`
  )
}

/**
 * Compares the source with what was probed: `same`, or `unknowable` if the platform gives no identity. Fails if it is
 * different, or {@link Touched}.
 */
export const checkSource = Effect.fnUntraced(function*(
  asset: Asset
): Effect.fn.Return<"same" | "unknowable", AssetError | Touched, FileSystem.FileSystem> {
  if (asset.source._tag !== "FileSource") return "same"
  const now = yield* fingerprintNow(asset.source.path)
  switch (Fingerprint.compare(asset.fingerprint, now)) {
    case "same":
      return "same"
    case "different":
      return yield* different(asset, now)
    case "doubtful":
      return Fingerprint.mayBeSame(asset.fingerprint, now) ? "unknowable" : yield* new Touched()
  }
})

/** Reports that the file has changed, rather than that it could not be read, if that is why. */
export const reportingChange = (asset: Asset) =>
<A, R>(sending: Effect.Effect<A, ObjectStoreError, R>): Effect.Effect<
  A,
  ObjectStoreError | AssetError | Touched,
  R | FileSystem.FileSystem
> =>
  Effect.catchIf(
    sending,
    ({ reason }) => reason._tag === "SourceFailed",
    (error) => Effect.andThen(checkSource(asset), Effect.fail(error))
  )

/** Probes a file that was touched once more. Fails if it is another image now. */
export const probeAgain = Effect.fnUntraced(function*(
  asset: Asset
): Effect.fn.Return<Asset, AssetError, FileSystem.FileSystem> {
  const { source } = asset
  if (source._tag !== "FileSource") return asset
  const fingerprint = yield* fingerprintNow(source.path)
  if (Fingerprint.compare(asset.fingerprint, fingerprint) === "different") return yield* different(asset, fingerprint)
  if (source.width === undefined || source.height === undefined || source.mediaType === undefined) {
    const header = yield* Effect.mapError(
      ImageHeader.fromFile(source.path),
      ({ reason }) => new AssetError({ source: source.path, reason })
    )
    if (header.width !== asset.width || header.height !== asset.height || header.mediaType !== asset.mediaType) {
      return yield* changed(asset, "it is another image now")
    }
  }
  return { ...asset, fingerprint }
})

/** Fails if the bytes sent are not those whose checksums were verified. */
export const failIfNotVerified = Effect.fnUntraced(function*({ asset, fixity }: Task, sent: Crc32) {
  const sum = yield* fixity
  if (Option.isNone(sum) || sum.value === sent) return
  return yield* changed(asset, "its bytes differ from those whose checksum was verified")
})

/** Writes the state of an image's upload to the journal; fields that are not given are cleared. */
export const saveState = (
  { asset, engine: { journal, store } }: Task,
  state: Partial<Pick<UploadRecord, "session" | "partSize" | "parts" | "crc32" | "etag" | "fixity">>
): Effect.Effect<void, JournalError> =>
  journal.saveUpload({ bucket: store.bucket, key: asset.key, fingerprint: asset.fingerprint, parts: [], ...state })
