/**
 * An image that was looked at and may be sent: its id, size, format and place in the bucket; and what became of it.
 *
 * @since 0.1.0
 */
import { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Crc32 } from "./Crc32.ts"
import { AssetId } from "./Ids.ts"
import * as ImageHeader from "./ImageHeader.ts"
import { ImageSource, location } from "./ImageSource.ts"
import { randomText } from "./internal/randomText.ts"
import { readHeader } from "./internal/sourceHeader.ts"
import type { MpsConfig } from "./MpsConfig.ts"

/**
 * What tells one state of a file from another without reading it: its length in bytes and, for a file, when it was
 * last changed (milliseconds since 1970).
 *
 * @category models
 * @since 0.1.0
 */
export const Fingerprint = Schema.Struct({
  size: Schema.Int,
  modifiedMillis: Schema.optionalKey(Schema.Finite)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Fingerprint = typeof Fingerprint.Type

/**
 * An image, probed.
 *
 * - `key`: where it goes in the bucket, `{keyPrefix}/{id}.{extension}`.
 * - `width`, `height`: stored pixels of the first page, not turned by any orientation.
 * - `warnings`: what is worth knowing of it, in words.
 *
 * @category models
 * @since 0.1.0
 */
export const Asset = Schema.Struct({
  id: AssetId,
  key: Schema.String,
  source: ImageSource,
  fingerprint: Fingerprint,
  width: Schema.Int.check(Schema.isGreaterThan(0)),
  height: Schema.Int.check(Schema.isGreaterThan(0)),
  mediaType: Schema.String,
  warnings: Schema.Array(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Asset = typeof Asset.Type

/**
 * An asset that is in the bucket: the CRC-32 of its bytes, and how it came there: `sent`
 * where nothing was, `replaced`, `resumed` from an earlier run, or found `identical`.
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
 * The id that was given or follows from the name cannot be one.
 *
 * @category errors
 * @since 0.1.0
 */
export class IdInvalid extends Schema.TaggedError<IdInvalid>()("IdInvalid", {
  id: Schema.String,
  detail: Schema.String
}) {
  readonly retryable: boolean = false
  override get message() {
    return `${JSON.stringify(this.id.slice(0, 80))} cannot be an asset id: ${this.detail}`
  }
}

/**
 * Two images of a batch have the same id, or ids that differ only by case.
 *
 * @category errors
 * @since 0.1.0
 */
export class IdCollision extends Schema.TaggedError<IdCollision>()("IdCollision", {
  id: Schema.String,
  others: Schema.Array(Schema.String)
}) {
  readonly retryable: boolean = false
  override get message() {
    return `the id ${this.id} is also that of ${
      this.others.join(", ")
    } (case does not count): give them ids of their own`
  }
}

/**
 * The id stands for other bytes already.
 *
 * @category errors
 * @since 0.1.0
 */
export class IdTaken extends Schema.TaggedError<IdTaken>()("IdTaken", { key: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `${this.key} holds other bytes already: use another id, or action "update" to replace the image`
  }
}

/**
 * The file is not the one that was probed.
 *
 * @category errors
 * @since 0.1.0
 */
export class SourceChanged extends Schema.TaggedError<SourceChanged>()("SourceChanged", { detail: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `it changed after it was looked at (${this.detail}): run again when it is complete`
  }
}

/**
 * The size that was given is not the size the header says.
 *
 * @category errors
 * @since 0.1.0
 */
export class SizeDiffers extends Schema.TaggedError<SizeDiffers>()("SizeDiffers", {
  given: Schema.String,
  found: Schema.String
}) {
  readonly retryable: boolean = false
  override get message() {
    return `it was said to be ${this.given} pixels and is ${this.found}: leave the size out, and it is read from the file`
  }
}

/**
 * Why an image cannot be an asset: its header, its id, or the file under way.
 *
 * @category errors
 * @since 0.1.0
 */
export class AssetError extends Schema.TaggedError<AssetError>()("AssetError", {
  source: Schema.String,
  reason: Schema.Union([ImageHeader.Reason, IdInvalid, IdCollision, IdTaken, SourceChanged, SizeDiffers])
}) {
  override get message() {
    return `${this.source}: ${this.reason.message}`
  }
}

const withoutExtension = (name: string): string => name.replace(/\.[^./\\]+$/, "")

/** The name without folder and extension. */
const labelOf = (name: string): string => withoutExtension(name).split(/[/\\]/).at(-1) ?? name

const decodeId = Schema.decodeUnknownOption(AssetId)

const idProblem = (id: string, given: boolean): string => {
  if (id === "") {
    return given ? "it is empty" : "its name has no ASCII letters or digits: give it an id"
  }
  return /^[A-Za-z0-9]+$/.test(id)
    ? `it has ${id.length} characters, and at most 200 are taken`
    : "only ASCII letters and digits are taken"
}

/**
 * - `randomIds`: ends every id in 22 random letters and digits, so that each run mints new assets. Off when not given:
 *   the same images get the same ids, and a run can be repeated.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProbeOptions {
  readonly randomIds?: boolean
}

const makeId = Effect.fnUntraced(function*(config: MpsConfig["Service"], source: ImageSource, options: ProbeOptions) {
  const given = source.description.id
  const own = given ?? withoutExtension(source.name).replace(/[^A-Za-z0-9]/g, "")
  const random = options.randomIds === true ? randomText(yield* (yield* SecureRandom).randomBytes(32)) : ""
  const id = own === "" ? Option.none() : decodeId(`${config.assetPrefix}${own}${random}`)
  return Option.isSome(id) ? id.value : yield* new AssetError({
    source: location(source),
    reason: new IdInvalid({ id: own, detail: idProblem(own, given !== undefined) })
  })
})

/**
 * Looks at an image: reads its header, makes its id and key. Nothing is sent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const probe = Effect.fnUntraced(function*(
  config: MpsConfig["Service"],
  source: ImageSource,
  options: ProbeOptions = {}
): Effect.fn.Return<Asset, AssetError, FileSystem.FileSystem | SecureRandom> {
  const id = yield* makeId(config, source, options)
  const { extension, fingerprint, height, mediaType, warnings, width } = yield* readHeader(source).pipe(
    Effect.mapError((error) => new AssetError({ source: location(source), reason: error.reason }))
  )
  const given = source.description
  if ((given.width ?? width) !== width || (given.height ?? height) !== height) {
    const reason = new SizeDiffers({
      given: `${given.width ?? width} x ${given.height ?? height}`,
      found: `${width} x ${height}`
    })
    return yield* new AssetError({ source: location(source), reason })
  }
  return {
    id,
    key: `${config.keyPrefix}/${id}.${extension}`,
    source,
    fingerprint,
    width,
    height,
    mediaType,
    warnings
  }
})

/**
 * The label of an asset's canvas: the one given, or its name without folder and extension.
 *
 * @category getters
 * @since 0.1.0
 */
export const label = (asset: Asset): typeof asset.source.description.label & {} =>
  asset.source.description.label ?? labelOf(asset.source.name)

/**
 * The errors of all assets whose ids collide within a batch, also by case: none is mended silently.
 *
 * @category guards
 * @since 0.1.0
 */
export const collisions = (assets: ReadonlyArray<Asset>): ReadonlyMap<Asset, AssetError> => {
  const byId = Map.groupBy(assets, (asset) => asset.id.toLowerCase())
  const errors = new Map<Asset, AssetError>()
  for (const same of byId.values()) {
    if (same.length === 1) continue
    for (const asset of same) {
      const others = same.filter((other) => other !== asset).map((other) => location(other.source))
      errors.set(
        asset,
        new AssetError({ source: location(asset.source), reason: new IdCollision({ id: asset.id, others }) })
      )
    }
  }
  return errors
}
