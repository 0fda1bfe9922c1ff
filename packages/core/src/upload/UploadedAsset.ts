/**
 * The result of uploading an asset, and assets whose objects are in the bucket already.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Asset, AssetError, descriptionInvalid } from "../image/Asset.ts"
import { Crc32 } from "../image/Crc32.ts"

/**
 * An asset that is in the bucket, with the CRC-32 of its bytes and how it got there: `sent` under a key that was free,
 * `replaced` under a key that held an object or, according to the journal, once did, `resumed` from an earlier run, or
 * `identical` to the object that was already there.
 *
 * @category models
 * @since 0.1.0
 */
export const UploadedAsset = Schema.Struct({
  asset: Asset,
  crc32: Crc32,
  how: Schema.Literals(["sent", "replaced", "resumed", "identical"])
})

/**
 * @category models
 * @since 0.1.0
 */
export type UploadedAsset = typeof UploadedAsset.Type

/**
 * What a request and a manifest say of an asset in the bucket. `source.name` is the name that the label of its page is
 * derived from by default, and that `contents`, `start` and `page` can refer to. An `Asset` has all of it.
 *
 * @category models
 * @since 0.1.0
 */
export const StoredAsset = Schema.Struct({
  id: Asset.fields.id,
  key: Schema.NonEmptyString.check(
    Schema.isPattern(/^(?!\/)\P{C}+(?<!\/)$/u, {
      expected: "the key of an object in the bucket, such as images/001.tif"
    }),
    Schema.isMaxLength(1024)
  ),
  source: Schema.Struct({ name: Schema.NonEmptyString, id: Schema.optionalKey(Schema.String) }),
  width: Asset.fields.width,
  height: Asset.fields.height,
  mediaType: Schema.NonEmptyString
})

/**
 * @category models
 * @since 0.1.0
 */
export type StoredAsset = typeof StoredAsset.Type

/**
 * An asset whose object is in the bucket: one that was uploaded, or one that was there already (`stored`), of whose
 * bytes nothing is known.
 *
 * @category models
 * @since 0.1.0
 */
export interface InBucket {
  readonly asset: StoredAsset
  readonly how: UploadedAsset["how"] | "stored"
}

/**
 * The options of {@link stored}.
 *
 * - `id`: the asset's id, taken as it is: no prefix is added.
 * - `key`: the whole key of the object, folders included. Whether there is such an object is not checked: if there is
 *   none, the job fails.
 * - `width`, `height`: the stored pixels of the image, which MPS compares with the object.
 * - `mediaType`: such as `image/tiff`; by default derived from the extension of the key.
 * - `name`: the image's name, such as `001.tif`; by default the last part of the key.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredOptions {
  readonly id: string
  readonly key: string
  readonly width: number
  readonly height: number
  readonly mediaType?: string
  readonly name?: string
}

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ["tif", "image/tiff"],
  ["tiff", "image/tiff"],
  ["jp2", "image/jp2"],
  ["jpx", "image/jpx"],
  ["jph", "image/jph"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
  ["gif", "image/gif"],
  ["webp", "image/webp"]
])

/** Code without types may give anything for a key. */
const lastPart = (key: unknown): string | undefined => typeof key === "string" ? key.split("/").at(-1) : undefined

const mediaTypeOf = (key: unknown): string | undefined =>
  mediaTypes.get(/\.([A-Za-z0-9]+)$/.exec(lastPart(key) ?? "")?.[1]?.toLowerCase() ?? "")

const decodeStored = Schema.decodeUnknownResult(StoredAsset, { errors: "all" })

/**
 * An asset whose object is in the bucket already: put there by another program, or by an earlier run. It can be built
 * into a manifest and submitted like one that was uploaded.
 *
 * @example
 * ```ts
 * import { UploadedAsset } from "@iiif-ingest/core"
 * import { Result } from "effect"
 *
 * const page = UploadedAsset.stored({ id: "hamlet1", key: "scans/hamlet/001.tif", width: 4000, height: 6000 })
 * Result.getOrThrow(page).asset.mediaType // => "image/tiff"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const stored = (options: StoredOptions): Result.Result<InBucket, AssetError> => {
  // code without types may give nothing
  const { height, id, key, mediaType = mediaTypeOf(key), name = lastPart(key), width } = options ?? {}
  return Result.mapBoth(decodeStored({ id, key, width, height, mediaType, source: { name } }), {
    onSuccess: (asset): InBucket => ({ asset, how: "stored" }),
    onFailure: (error) =>
      new AssetError({
        source: typeof key === "string" ? key : "an object in the bucket",
        reason: descriptionInvalid(error)
      })
  })
}
