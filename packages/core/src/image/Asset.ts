/**
 * An image that was probed and may be sent: its id, size, format and place in the bucket.
 *
 * @since 0.1.0
 */
import { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { AssetId } from "../base/Ids.ts"
import { randomText } from "../base/internal/randomText.ts"
import { quoted, visible } from "../base/internal/text.ts"
import { Fingerprint } from "./Fingerprint.ts"
import * as Fixity from "./Fixity.ts"
import * as ImageHeader from "./ImageHeader.ts"
import { ImageSource, location, ObjectName, SourceOptions } from "./ImageSource.ts"
import { withoutExtension } from "./internal/fileName.ts"
import { readHeader } from "./internal/sourceHeader.ts"

/**
 * An image, probed.
 *
 * - `key`: where it goes in the bucket, `{keyPrefix}/{id}.{extension}`.
 * - `width`, `height`: stored pixels of the first page, not turned by any orientation.
 * - `fixity`: the checksums it is to have; it is uploaded only if it has them.
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
  fixity: Schema.optionalKey(Schema.Array(Fixity.Expected)),
  warnings: Schema.Array(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Asset = typeof Asset.Type

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
    return `${quoted(this.id)} cannot be an asset id: ${this.detail}`
  }
}

/**
 * The key that was given cannot be one.
 *
 * @category errors
 * @since 0.1.0
 */
export class ObjectNameInvalid
  extends Schema.TaggedError<ObjectNameInvalid>()("ObjectNameInvalid", { key: Schema.String })
{
  readonly retryable: boolean = false
  override get message() {
    return `${quoted(this.key)} cannot be an object's key: letters, digits and ._- are taken, ` +
      "with / between folders"
  }
}

/**
 * Something else that was said of the image cannot be: a size, a media type, a date.
 *
 * @category errors
 * @since 0.1.0
 */
export class DescriptionInvalid extends Schema.TaggedError<DescriptionInvalid>()("DescriptionInvalid", {
  problems: Schema.Array(Schema.Struct({ field: Schema.String, problem: Schema.String }))
}) {
  readonly retryable: boolean = false
  override get message() {
    return `what is said of it is not right: ${this.problems.map((p) => `${p.field}: ${p.problem}`).join("; ")}`
  }
}

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * Names what a schema refused, field by field.
 *
 * @category errors
 * @since 0.1.0
 */
export const descriptionInvalid = ({ issue }: Schema.SchemaError): DescriptionInvalid =>
  new DescriptionInvalid({
    problems: formatIssue(issue).issues.map(({ message, path }) => ({
      field: (path ?? []).map(String).join("."),
      problem: message
    }))
  })

/** The first few of many: a batch may have thousands that collide. */
const named = (sources: ReadonlyArray<string>): string =>
  sources.slice(0, 5).map(visible).join(", ") + (sources.length > 5 ? ` and ${sources.length - 5} more` : "")

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
    return `the id ${this.id} is also that of ${named(this.others)} (case does not count): give them ids of their own`
  }
}

/**
 * Two images of a batch were given the same place in the bucket.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyCollision extends Schema.TaggedError<KeyCollision>()("KeyCollision", {
  key: Schema.String,
  others: Schema.Array(Schema.String)
}) {
  readonly retryable: boolean = false
  override get message() {
    return `the key ${this.key} is also that of ${named(this.others)}: one would take the place of the other`
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
  reason: Schema.Union([
    ImageHeader.Reason,
    IdInvalid,
    IdCollision,
    ObjectNameInvalid,
    DescriptionInvalid,
    KeyCollision,
    IdTaken,
    SourceChanged,
    SizeDiffers,
    Fixity.FixityMismatch,
    Fixity.FixityListInvalid
  ])
}) {
  override get message() {
    return `${visible(this.source)}: ${this.reason.message}`
  }
}

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
 * What ids and keys begin with; `MpsConfig` has both.
 *
 * - `assetPrefix`: put before every asset id; letters and digits, may be empty.
 * - `keyPrefix`: the folder of the bucket that images go to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Prefixes {
  readonly assetPrefix: string
  readonly keyPrefix: string
}

/**
 * - `randomIds`: ends every id in 22 random letters and digits, so that each run mints new assets. Off when not given:
 *   the same images get the same ids, and a run can be repeated.
 * - `fixity`: the lists of checksums beside the files of a batch; read anew for each image when not given. `false` leaves
 *   them unread.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProbeOptions {
  readonly randomIds?: boolean
  readonly fixity?: false | Fixity.Lists
}

const makeId = Effect.fnUntraced(function*(prefixes: Prefixes, source: ImageSource, options: ProbeOptions) {
  const own = source.id ?? withoutExtension(source.name).normalize("NFC").replace(/[^A-Za-z0-9]/g, "")
  const random = options.randomIds === true ? randomText(yield* (yield* SecureRandom).randomBytes(32)) : ""
  const whole = own === "" ? "" : `${prefixes.assetPrefix}${own}${random}`
  const id = decodeId(whole)
  return Option.isSome(id) ? id.value : yield* new AssetError({
    source: location(source),
    reason: new IdInvalid({ id: whole, detail: idProblem(whole, source.id !== undefined) })
  })
})

/** An id is for ever, and a name in another alphabet may leave little of itself in it. */
const lostLetters = ({ id: given, name }: ImageSource, id: AssetId): ReadonlyArray<string> =>
  given === undefined && /[\p{L}\p{N}]/u.test(withoutExtension(name).replace(/[A-Za-z0-9]/g, ""))
    ? [`its id is ${id}: letters other than A to Z of ${quoted(name)} are left out; give it an id to have another`]
    : []

const isKey = Schema.is(ObjectName)
const decodeOptions = Schema.decodeUnknownResult(SourceOptions, { errors: "all" })

/** Code without types may give anything; it is refused before it gets into a header or a request. */
const checkOptions = (source: ImageSource): Effect.Effect<void, AssetError> => {
  const { fixity, height, id, key, mediaType, width } = source
  const given = Object.entries({ fixity, height, id, key, mediaType, width }).filter(([, value]) => value !== undefined)
  if (given.length === 0) return Effect.void
  const refused = (reason: ObjectNameInvalid | DescriptionInvalid) =>
    Effect.fail(new AssetError({ source: location(source), reason }))
  if (key !== undefined && !isKey(key)) return refused(new ObjectNameInvalid({ key: String(key) }))
  const decoded = decodeOptions(Object.fromEntries(given))
  return Result.isSuccess(decoded) ? Effect.void : refused(descriptionInvalid(decoded.failure))
}

/** What the image's bytes are to be, by what was said of it and by the lists beside it. */
const fixityOf = Effect.fnUntraced(function*(source: ImageSource, lists: ProbeOptions["fixity"]) {
  const said = (source.fixity ?? []).map(({ algorithm, value }) => ({
    algorithm,
    value,
    list: "description"
  }))
  if (source._tag !== "FileSource" || lists === false) return { expected: said, warnings: [] }
  const { expected, warnings } = yield* (lists ?? (yield* Fixity.lists)).of(source).pipe(
    Effect.mapError((reason) => new AssetError({ source: location(source), reason }))
  )
  return { expected: [...said, ...expected], warnings: said.length === 0 ? warnings : [] }
})

/**
 * Looks at an image: reads its header, makes its id and key. Nothing is sent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const probe = Effect.fnUntraced(function*(
  prefixes: Prefixes,
  source: ImageSource,
  options: ProbeOptions = {}
): Effect.fn.Return<Asset, AssetError, FileSystem.FileSystem | SecureRandom> {
  const id = yield* makeId(prefixes, source, options)
  yield* checkOptions(source)
  const { extension, fingerprint, height, mediaType, warnings, width } = yield* readHeader(source).pipe(
    Effect.mapError((error) => new AssetError({ source: location(source), reason: error.reason }))
  )
  const given = source
  if ((given.width ?? width) !== width || (given.height ?? height) !== height) {
    const reason = new SizeDiffers({
      given: `${given.width ?? width} x ${given.height ?? height}`,
      found: `${width} x ${height}`
    })
    return yield* new AssetError({ source: location(source), reason })
  }
  const fixity = yield* fixityOf(source, options.fixity)
  return {
    id,
    key: `${prefixes.keyPrefix}/${given.key ?? `${id}.${extension}`}`,
    source,
    fingerprint,
    width,
    height,
    mediaType,
    ...(fixity.expected.length === 0 ? {} : { fixity: fixity.expected }),
    warnings: [...warnings, ...fixity.warnings, ...lostLetters(source, id)]
  }
})

/** Every asset that shares its `of` with others, and where those come from. */
const sharing = (
  assets: ReadonlyArray<Asset>,
  of: (asset: Asset) => string
): ReadonlyArray<readonly [asset: Asset, others: ReadonlyArray<string>]> =>
  [...Map.groupBy(assets, of).values()].filter((same) => same.length > 1).flatMap((same) =>
    same.map((asset) =>
      [asset, same.filter((other) => other !== asset).map((other) => location(other.source))] as const
    )
  )

/**
 * The errors of all assets whose keys, or ids, also by case, collide within a batch: none is mended silently.
 *
 * @category guards
 * @since 0.1.0
 */
export const collisions = (assets: ReadonlyArray<Asset>): ReadonlyMap<Asset, AssetError> => {
  const error = (asset: Asset, reason: IdCollision | KeyCollision) =>
    [asset, new AssetError({ source: location(asset.source), reason })] as const
  return new Map([
    ...sharing(assets, ({ key }) => key).map(([asset, others]) =>
      error(asset, new KeyCollision({ key: asset.key, others }))
    ),
    ...sharing(assets, ({ id }) => id.toLowerCase()).map(([asset, others]) =>
      error(asset, new IdCollision({ id: asset.id, others }))
    )
  ])
}
