/**
 * An image that was probed and can be uploaded: its id, size, format and object key.
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
import { AssetId, maximumLength } from "../base/Ids.ts"
import { keyIn, keyPrefixExpected } from "../base/internal/keyPrefix.ts"
import { randomText } from "../base/internal/randomText.ts"
import { quoted, visible } from "../base/internal/text.ts"
import { Fingerprint } from "./Fingerprint.ts"
import * as Fixity from "./Fixity.ts"
import * as ImageHeader from "./ImageHeader.ts"
import { ImageSource, KeyPrefix, location, ObjectName, SourceOptions } from "./ImageSource.ts"
import { withoutExtension } from "./internal/fileName.ts"
import { type Shared, sharing } from "./internal/sharing.ts"
import { readHeader } from "./internal/sourceHeader.ts"

/**
 * A probed image.
 *
 * - `key`: its object key in the bucket, `{keyPrefix}/{id}.{extension}`; `{id}.{extension}` at the bucket's root.
 * - `width`, `height`: stored pixels of the first page, before any orientation is applied.
 * - `fixity`: the checksums it must match to be uploaded.
 * - `warnings`: messages for the user.
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
 * The asset id, given or derived from the name, is invalid.
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
 * The given object key is invalid.
 *
 * @category errors
 * @since 0.1.0
 */
export class ObjectNameInvalid
  extends Schema.TaggedError<ObjectNameInvalid>()("ObjectNameInvalid", { key: Schema.String })
{
  readonly retryable: boolean = false
  override get message() {
    return `${quoted(this.key)} cannot be an object key: use letters, digits and ._-, with / between folders`
  }
}

/**
 * The key prefix is invalid: that of the image, of the call, or of the layer.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyPrefixInvalid
  extends Schema.TaggedError<KeyPrefixInvalid>()("KeyPrefixInvalid", { keyPrefix: Schema.String })
{
  readonly retryable: boolean = false
  override get message() {
    return `${quoted(this.keyPrefix)} cannot be a key prefix: use ${keyPrefixExpected}`
  }
}

/**
 * Another part of the image's description is invalid: a size, a media type, a date.
 *
 * @category errors
 * @since 0.1.0
 */
export class DescriptionInvalid extends Schema.TaggedError<DescriptionInvalid>()("DescriptionInvalid", {
  problems: Schema.Array(Schema.Struct({ field: Schema.String, problem: Schema.String }))
}) {
  readonly retryable: boolean = false
  override get message() {
    return `its description is invalid: ${this.problems.map((p) => `${p.field}: ${p.problem}`).join("; ")}`
  }
}

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * Creates a {@link DescriptionInvalid} with the problems of each field that a schema rejected.
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

/** Names the first five only: thousands of images of a batch may collide. */
const firstSources = (sources: ReadonlyArray<string>): string =>
  sources.slice(0, 5).map(visible).join(", ") + (sources.length > 5 ? ` and ${sources.length - 5} more` : "")

/** Says what an image shares its id or key with: other images, its own file given again, or both. */
const collisionOf = (what: string, times: number | undefined, others: ReadonlyArray<string>): string => {
  const given = times === 2 ? "twice" : `${times} times`
  const again = times === undefined ? [] : [`it is the same file given ${given}, each time with ${what}`]
  return [...again, ...(others.length === 0 ? [] : [`${what} is also used by ${firstSources(others)}`])].join(", and ")
}

/**
 * Two images of a batch have the same id, or ids that differ only by case.
 *
 * - `others`: the other images, by path or name.
 * - `times`: how often the same file is given, if it is given more than once.
 * - `ignoringCase`: whether ids differ by case.
 *
 * @category errors
 * @since 0.1.0
 */
export class IdCollision extends Schema.TaggedError<IdCollision>()("IdCollision", {
  id: Schema.String,
  others: Schema.Array(Schema.String),
  times: Schema.optionalKey(Schema.Int),
  ignoringCase: Schema.optionalKey(Schema.Boolean)
}) {
  readonly retryable: boolean = false
  override get message() {
    const what = collisionOf(`the id ${this.id}`, this.times, this.others)
    const remedy = this.times === undefined
      ? "give each image its own id"
      : "give it once, or each time an id of its own"
    return `${what}${this.ignoringCase === true ? " (ignoring case)" : ""}: ${remedy}`
  }
}

/**
 * Two images of a batch have the same object key.
 *
 * - `others`: the other images, by path or name.
 * - `times`: how often the same file is given, if it is given more than once.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyCollision extends Schema.TaggedError<KeyCollision>()("KeyCollision", {
  key: Schema.String,
  others: Schema.Array(Schema.String),
  times: Schema.optionalKey(Schema.Int)
}) {
  readonly retryable: boolean = false
  override get message() {
    const what = collisionOf(`the key ${this.key}`, this.times, this.others)
    return `${what}: ${this.others.length === 0 ? "give each a key of its own" : "one would overwrite the other"}`
  }
}

/**
 * The id is already in use for different bytes.
 *
 * @category errors
 * @since 0.1.0
 */
export class IdTaken extends Schema.TaggedError<IdTaken>()("IdTaken", { key: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `${this.key} already holds different bytes: use another id, or action "update" to replace the image`
  }
}

/**
 * There is an object under the key, and whether it has the image's bytes cannot be told.
 *
 * @category errors
 * @since 0.1.0
 */
export class CannotCompare extends Schema.TaggedError<CannotCompare>()("CannotCompare", {
  key: Schema.String,
  why: Schema.String
}) {
  readonly retryable: boolean = false
  override get message() {
    return `${this.key} already holds an object, and whether its bytes are the same cannot be told (${this.why}): ` +
      "look at it, then use another id, or action \"update\" to replace the image"
  }
}

/**
 * The file changed after it was probed.
 *
 * @category errors
 * @since 0.1.0
 */
export class SourceChanged extends Schema.TaggedError<SourceChanged>()("SourceChanged", { detail: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `it changed after it was probed (${this.detail}): run again when it is complete`
  }
}

/**
 * The given size differs from the size in the header.
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
    return `the given size is ${this.given} pixels but the file is ${this.found}: ` +
      "omit the size to read it from the file"
  }
}

/**
 * Why an image cannot become an asset: its header, id, key or description, or a file that does not match its checksums
 * or changed while it was being processed.
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
    KeyPrefixInvalid,
    DescriptionInvalid,
    KeyCollision,
    IdTaken,
    CannotCompare,
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

const idProblem = (id: string, isGiven: boolean): string => {
  if (id === "") {
    return isGiven ? "it is empty" : "its name has no ASCII letters or digits: give it an id"
  }
  return /^[A-Za-z0-9]+$/.test(id)
    ? `it has ${id.length} characters, and at most ${maximumLength} are allowed`
    : "use only ASCII letters and digits"
}

/**
 * The prefixes of ids and keys, both part of `MpsConfig`.
 *
 * - `assetPrefix`: prepended to every asset id that is not given whole (`assetId`); letters and digits, can be empty.
 * - `keyPrefix`: the folder of the bucket that images are uploaded to, or `/` for the bucket's root.
 *
 * @category models
 * @since 0.1.0
 */
export interface Prefixes {
  readonly assetPrefix: string
  readonly keyPrefix: string
}

/**
 * The options of {@link probe}.
 *
 * - `randomIds`: appends 22 random letters and digits to every id that is not given whole (`assetId`), so that each run
 *   creates new assets. By default the same images get the same ids, so a run can be repeated.
 * - `keyPrefix`: the folder of the bucket for the images of this call, or `/` for the bucket's root
 *   (`ImageSource.KeyPrefix`); the configured one by default. That of an image takes precedence.
 * - `fixity`: the checksum lists beside the files of a batch; by default they are read again for each image. `false`
 *   ignores them.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProbeOptions {
  readonly randomIds?: boolean
  readonly keyPrefix?: string
  readonly fixity?: false | Fixity.Lists
}

const isIdGiven = ({ assetId, id }: ImageSource): boolean => assetId !== undefined || id !== undefined

/** The id with everything that is added to it. */
const fullIdOf = Effect.fnUntraced(function*(prefixes: Prefixes, source: ImageSource, options: ProbeOptions) {
  if (source.assetId !== undefined) return String(source.assetId)
  const localId = source.id ?? withoutExtension(source.name).normalize("NFC").replace(/[^A-Za-z0-9]/g, "")
  const random = options.randomIds === true ? randomText(yield* (yield* SecureRandom).randomBytes(32)) : ""
  return localId === "" ? "" : `${prefixes.assetPrefix}${localId}${random}`
})

const makeId = Effect.fnUntraced(function*(prefixes: Prefixes, source: ImageSource, options: ProbeOptions) {
  const fullId = yield* fullIdOf(prefixes, source, options)
  const reject = (detail: string) =>
    new AssetError({ source: location(source), reason: new IdInvalid({ id: fullId, detail }) })
  if (source.assetId !== undefined && source.id !== undefined) {
    return yield* reject(
      `it is given as assetId, and ${quoted(String(source.id))} as id: give assetId for an id that is used as it is, ` +
        "or id for one that gets the asset prefix"
    )
  }
  const id = decodeId(fullId)
  return Option.isSome(id) ? id.value : yield* reject(idProblem(fullId, isIdGiven(source)))
})

/** Warns because ids are permanent, and little may remain of a name in another alphabet. */
const droppedLetters = (source: ImageSource, id: AssetId): ReadonlyArray<string> =>
  !isIdGiven(source) && /[\p{L}\p{N}]/u.test(withoutExtension(source.name).replace(/[A-Za-z0-9]/g, ""))
    ? [
      `its id is ${id}: letters other than A to Z in ${
        quoted(source.name)
      } were dropped; give it an id to choose another`
    ]
    : []

/** An image's own prefix, or else that of the call, or else the configured one. */
const keyPrefixOf = (prefixes: Prefixes, source: ImageSource, options: ProbeOptions): string =>
  source.keyPrefix ?? options.keyPrefix ?? prefixes.keyPrefix

const isKey = Schema.is(ObjectName)
const isKeyPrefix = Schema.is(KeyPrefix)
const decodeOptions = Schema.decodeUnknownResult(SourceOptions, { errors: "all" })

/** Untyped callers can pass any values; rejects them before they reach a header or a request. */
const checkOptions = (source: ImageSource, keyPrefix: string): Effect.Effect<void, AssetError> => {
  const { assetId, fixity, height, id, key, mediaType, width } = source
  const given = Object.entries({ assetId, fixity, height, id, key, mediaType, width })
    .filter(([, value]) => value !== undefined)
  const reject = (reason: ObjectNameInvalid | KeyPrefixInvalid | DescriptionInvalid) =>
    Effect.fail(new AssetError({ source: location(source), reason }))
  if (!isKeyPrefix(keyPrefix)) return reject(new KeyPrefixInvalid({ keyPrefix: String(keyPrefix) }))
  if (given.length === 0) return Effect.void
  if (key !== undefined && !isKey(key)) return reject(new ObjectNameInvalid({ key: String(key) }))
  const decoded = decodeOptions(Object.fromEntries(given))
  return Result.isSuccess(decoded) ? Effect.void : reject(descriptionInvalid(decoded.failure))
}

/** The expected checksums of an image, from its description and from the lists beside it. */
const fixityOf = Effect.fnUntraced(function*(source: ImageSource, lists: ProbeOptions["fixity"]) {
  const described = (source.fixity ?? []).map(({ algorithm, value }) => ({
    algorithm,
    value,
    list: "description"
  }))
  if (source._tag !== "FileSource" || lists === false) return { expected: described, warnings: [] }
  const { expected, warnings } = yield* (lists ?? (yield* Fixity.lists)).of(source).pipe(
    Effect.mapError((reason) => new AssetError({ source: location(source), reason }))
  )
  return { expected: [...described, ...expected], warnings: described.length === 0 ? warnings : [] }
})

/**
 * Probes an image: reads its header and derives its id and key. Nothing is sent.
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
  const keyPrefix = keyPrefixOf(prefixes, source, options)
  yield* checkOptions(source, keyPrefix)
  const { extension, fingerprint, height, mediaType, warnings, width } = yield* readHeader(source).pipe(
    Effect.mapError((error) => new AssetError({ source: location(source), reason: error.reason }))
  )
  if ((source.width ?? width) !== width || (source.height ?? height) !== height) {
    const reason = new SizeDiffers({
      given: `${source.width ?? width} x ${source.height ?? height}`,
      found: `${width} x ${height}`
    })
    return yield* new AssetError({ source: location(source), reason })
  }
  const fixity = yield* fixityOf(source, options.fixity)
  return {
    id,
    key: keyIn(keyPrefix, source.key ?? `${id}.${extension}`),
    source,
    fingerprint,
    width,
    height,
    mediaType,
    ...(fixity.expected.length === 0 ? {} : { fixity: fixity.expected }),
    warnings: [...warnings, ...fixity.warnings, ...droppedLetters(source, id)]
  }
})

const repeated = ({ times }: Shared<Asset>) => times === 1 ? {} : { times }

const keyCollision = (shared: Shared<Asset>): KeyCollision =>
  new KeyCollision({ key: shared.item.key, others: shared.others, ...repeated(shared) })

const idCollision = (shared: Shared<Asset>): IdCollision =>
  new IdCollision({
    id: shared.item.id,
    others: shared.others,
    ...repeated(shared),
    ...(shared.group.some(({ id }) => id !== shared.item.id) ? { ignoringCase: true } : {})
  })

/**
 * The errors of all assets in a batch whose keys, or ids compared without case, collide. No collision is resolved
 * silently.
 *
 * @category guards
 * @since 0.1.0
 */
export const collisions = (assets: ReadonlyArray<Asset>): ReadonlyMap<Asset, AssetError> => {
  const error = (asset: Asset, reason: IdCollision | KeyCollision) =>
    [asset, new AssetError({ source: location(asset.source), reason })] as const
  return new Map([
    ...sharing(assets, ({ key }) => key).map((shared) => error(shared.item, keyCollision(shared))),
    ...sharing(assets, ({ id }) => id.toLowerCase()).map((shared) => error(shared.item, idCollision(shared)))
  ])
}
