/** Ingests assets and keeps those that were ingested. */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import type { ImageAsset, ImageSize, IngestRequest } from "../IngestRequest.ts"
import * as Requests from "../IngestRequest.ts"
import type { Unreadable } from "../SandboxError.ts"
import type { Derivatives } from "./derivatives.ts"
import * as Files from "./files.ts"
import type { Source } from "./image/derive.ts"
import type { Namespaces } from "./namespaces.ts"
import type { S3Object } from "./s3/endpoint.ts"

/** An asset that could not be ingested, and why. */
export class AssetFailed extends Schema.TaggedError<AssetFailed>()("AssetFailed", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

const StoredAsset = Schema.Struct({
  identifier: Schema.String,
  width: Schema.Int,
  height: Schema.Int,
  format: Schema.String,
  bucket: Schema.String,
  key: Schema.String,
  etag: Schema.String,
  /** The name of the file from which it is served. */
  derivative: Schema.String
})
type StoredAsset = typeof StoredAsset.Type
const StoredAssetText = Schema.fromJsonString(StoredAsset)
const decodeStored = Schema.decodeUnknownEffect(StoredAssetText)
const encodeStored = Schema.encodeSync(StoredAssetText)

/** An ingested asset. */
export type Asset = StoredAsset

export interface Assets {
  readonly get: (identifier: string) => Asset | undefined
  /** In the order of their identifiers. */
  readonly list: () => ReadonlyArray<Asset>
  /** Ingests an asset and returns warnings. */
  readonly ingest: (
    asset: ImageAsset,
    defaults: IngestRequest["globalSettings"]
  ) => Effect.Effect<ReadonlyArray<string>, AssetFailed | PlatformError>
  readonly reset: Effect.Effect<void, PlatformError>
  /** Reads its folder again, which something else has filled, and removes the pyramids that nothing names any more. */
  readonly load: Effect.Effect<void, PlatformError | Unreadable>
}

/** MPS converts namespaces to upper case and keeps ids as they are. */
export const canonicalIdentifier = (identifier: string): string => {
  const colon = identifier.indexOf(":")
  return identifier.slice(0, colon).toUpperCase() + identifier.slice(colon)
}

const fileName = (identifier: string) => createHash("sha256").update(identifier).digest("hex").slice(0, 40)

/** The Python client sends "/" for a key without a prefix. */
const objectKey = (asset: Pick<ImageAsset, "storageSrcKey" | "storageSrcPath">): string =>
  asset.storageSrcPath === "/" ? asset.storageSrcKey : `${asset.storageSrcPath}${asset.storageSrcKey}`

const checkNamespace = (identifier: string, { problem }: Namespaces) => {
  const reason = problem(identifier)
  return reason === undefined ? Effect.void : Effect.fail(new AssetFailed({ reason }))
}

const checkAction = (action: string, identifier: string, exists: boolean) => {
  if (action === "create" && exists) {
    return Effect.fail(new AssetFailed({ reason: `Asset ${identifier} already exists: use update or upsert` }))
  }
  return action === "update" && !exists
    ? Effect.fail(new AssetFailed({ reason: `Asset ${identifier} does not exist: use create or upsert` }))
    : Effect.void
}

const sizeText = (size: ImageSize) => `${size.width} x ${size.height}`

const compareSize = (
  declared: ImageSize | undefined,
  measured: Source,
  mode: "require" | "warn"
): Effect.Effect<ReadonlyArray<string>, AssetFailed> => {
  if (declared !== undefined && declared.width === measured.width && declared.height === measured.height) {
    return Effect.succeed([])
  }
  const problem = declared === undefined
    ? "imageSize is missing"
    : `imageSize is ${sizeText(declared)} but the stored image is ${sizeText(measured)}`
  return mode === "warn" ? Effect.succeed([problem]) : Effect.fail(new AssetFailed({ reason: problem }))
}

export const make = Effect.fnUntraced(function*(options: {
  readonly folder: Files.Folder
  readonly derivatives: Derivatives
  readonly imageSize: "require" | "warn"
  readonly namespaces: Namespaces
  readonly bucketOf: (space: string) => string
  readonly object: (bucket: string, key: string) => Effect.Effect<Option.Option<S3Object>>
}): Effect.fn.Return<Assets, PlatformError | Unreadable> {
  const { derivatives } = options
  const stored = new Map<string, StoredAsset>()
  const load = Effect.flatMap(Files.decodeAll(options.folder, decodeStored), (all) => {
    stored.clear()
    for (const asset of all) stored.set(asset.identifier, asset)
    return derivatives.sweep(new Set(all.map(({ derivative }) => derivative)))
  })
  yield* load

  const find = (bucket: string, key: string) =>
    Effect.flatMap(options.object(bucket, key), Effect.fromOption).pipe(
      Effect.mapError(() => new AssetFailed({ reason: `There is no object s3://${bucket}/${key}` }))
    )

  /** Replaces the record, and only then removes the pyramid of the one before. */
  const store = Effect.fnUntraced(function*(asset: StoredAsset) {
    const before = stored.get(asset.identifier)
    yield* options.folder.put(fileName(asset.identifier), encodeStored(asset))
    stored.set(asset.identifier, asset)
    if (before !== undefined) yield* derivatives.remove(before.derivative)
  })

  const ingest: Assets["ingest"] = Effect.fnUntraced(
    function*(asset, defaults) {
      const identifier = canonicalIdentifier(asset.identifier)
      yield* checkNamespace(identifier, options.namespaces)
      yield* checkAction(asset.action ?? defaults.actionDefault, identifier, stored.has(identifier))
      const bucket = options.bucketOf(asset.space ?? defaults.spaceDefault)
      const key = objectKey(asset)
      const object = yield* find(bucket, key)
      return yield* derivatives.fromSource(object.file, (source, write) =>
        Effect.gen(function*() {
          const warnings = yield* compareSize(Requests.imageSize(asset), source, options.imageSize)
          const { format, height, width } = source
          const record = { identifier, width, height, format, bucket, key, etag: object.etag }
          yield* write((derivative) => store({ ...record, derivative }))
          return [...source.warnings, ...warnings]
        }))
    },
    Effect.catchTag("Unreadable", ({ reason }) => Effect.fail(new AssetFailed({ reason })))
  )

  return {
    get: (identifier) => stored.get(canonicalIdentifier(identifier)),
    list: () => [...stored.values()].sort((a, b) => a.identifier < b.identifier ? -1 : 1),
    ingest,
    load,
    reset: Effect.gen(function*() {
      yield* options.folder.clear
      stored.clear()
      yield* derivatives.sweep(new Set())
    })
  }
})
