/**
 * Checks what code without types gives to {@link ingestProgram} and the services, where a wrong type would be a defect
 * far from its cause.
 *
 * @since 0.1.0
 */
import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isStream } from "effect/Stream"
import * as Struct from "effect/Struct"
import { AssetId } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import { descriptionInvalid } from "../image/Asset.ts"
import { Action, MediaAsset, PolicyDefinition, Wire } from "./IngestRequest.ts"
import * as Manifests from "./Manifests.ts"

/**
 * One option that has a wrong type: its name, and the problem with it.
 *
 * @category models
 * @since 0.1.0
 */
export const Problem = Schema.Struct({ field: Schema.String, problem: Schema.String })

/**
 * @category models
 * @since 0.1.0
 */
export type Problem = typeof Problem.Type

/** How many problems a message lists. */
const maxListed = 10

/**
 * Options are missing or of a wrong type. All of them are in `problems`; the message lists the first ten.
 *
 * @category errors
 * @since 0.1.0
 */
export class InputInvalid extends Schema.TaggedError<InputInvalid>()("InputInvalid", {
  problems: Schema.Array(Problem)
}) {
  override get message() {
    const lines = this.problems.slice(0, maxListed).map(({ field, problem }) => `  ${visible(field)}: ${problem}`)
    const more = this.problems.length > maxListed ? [`  and ${this.problems.length - maxListed} more`] : []
    return ["the options are invalid:", ...lines, ...more].join("\n")
  }
}

/**
 * The type of a value, for the message about a wrong one. The value itself is not shown.
 *
 * @category getters
 * @since 0.1.0
 */
export const typeOf = (value: unknown): string => {
  if (value === undefined) return "it is missing"
  if (value === null) return "it is null"
  if (Array.isArray(value)) return "it is an array"
  return typeof value === "object" ? "it is an object of another kind" : `it is a ${typeof value}`
}

type Fields = { readonly [key: PropertyKey]: unknown }

const isText = (value: unknown): boolean => typeof value === "string" && value !== ""

const sourceProblem = (source: Fields): string | undefined => {
  const { _tag, bytes, name, path, stream } = source
  const isComplete = _tag === "FileSource"
    ? isText(path)
    : _tag === "BytesSource"
    ? bytes instanceof Uint8Array
    : _tag === "StreamSource" && isStream(stream)
  return isComplete && isText(name) ? undefined : "it has no file, bytes or stream with a name"
}

const isSource = (value: unknown): value is Fields => isObject(value) && "_tag" in value

/**
 * The problem with a value that should be an `ImageSource`, or a probed image.
 *
 * @category guards
 * @since 0.1.0
 */
export const sourceProblems = (value: unknown, field: string): ReadonlyArray<Problem> => {
  const { description, source = value }: Fields = isObject(value) ? value : {}
  if (description !== undefined) return [{ field, problem: "it is an IngestImage; give its source" }]
  const problem = isSource(source) ? sourceProblem(source) : typeOf(value)
  return problem === undefined
    ? []
    : [{ field, problem: `${problem}; make it with ImageSource.file, ImageSource.bytes or ImageSource.stream` }]
}

const imageProblems = (image: unknown, field: string): ReadonlyArray<Problem> => {
  if (isSource(image)) return [{ field, problem: "it is an ImageSource; make an image of it with IngestImage.make" }]
  const { description, source }: Fields = isObject(image) ? image : {}
  const problem = !isSource(source)
    ? typeOf(image)
    : isObject(description)
    ? sourceProblem(source)
    : "its description is not an object"
  return problem === undefined
    ? []
    : [{ field, problem: `${problem}; make it with IngestImage.file, IngestImage.bytes or IngestImage.stream` }]
}

/**
 * The problems of a list: that it is none, or those of its items.
 *
 * @category guards
 * @since 0.1.0
 */
export const listProblems = (
  value: unknown,
  field: string,
  problemsOf: (item: unknown, field: string) => ReadonlyArray<Problem>
): ReadonlyArray<Problem> =>
  Array.isArray(value)
    ? value.flatMap((item, index) => problemsOf(item, `${field}[${index}]`))
    : [{ field, problem: `${typeOf(value)}; give an array` }]

/** All but the label, of whose many forms the builder reports the problems. */
const decodeDescription = Schema.decodeUnknownResult(
  Schema.Struct(Struct.omit(Manifests.Description.fields, ["label", "name"])),
  { errors: "all" }
)

/**
 * The problem with a value that should be the description of a manifest.
 *
 * @category guards
 * @since 0.1.0
 */
export const descriptionProblems = (value: unknown, field: string): ReadonlyArray<Problem> => {
  if (!isObject(value)) {
    return [{ field, problem: `${typeOf(value)}; give a description, such as { name: "HAMLET", label: "Hamlet" }` }]
  }
  const { label, name } = value
  const decoded = decodeDescription(value)
  return [
    ...(Result.isSuccess(decoded) ? [] : descriptionInvalid(decoded.failure).problems.map((found) => ({
      field: `${field}.${found.field}`,
      problem: found.problem
    }))),
    ...(label === undefined || label === null
      ? [{ field: `${field}.label`, problem: "it is missing; give the manifest a label" }]
      : []),
    ...(name === undefined || typeof name === "string"
      ? []
      : [{ field: `${field}.name`, problem: `${typeOf(name)}; give a string, or leave it out` }])
  ]
}

const manifestProblems = (value: unknown): ReadonlyArray<Problem> => {
  if (value === false) return []
  if (!isObject(value) || !("asIs" in value)) return descriptionProblems(value, "manifest")
  return isObject(value.asIs)
    ? []
    : [{ field: "manifest.asIs", problem: `${typeOf(value.asIs)}; give a manifest as a JSON object, parsed` }]
}

const decodeChoices = Schema.decodeUnknownResult(
  Schema.Struct({
    onUploadFailure: Schema.optionalKey(Schema.Literals(["withholdManifest", "submitRest"])),
    onUnknownSubmit: Schema.optionalKey(Schema.Literals(["resubmit", "stop"])),
    onUnchanged: Schema.optionalKey(Schema.Literals(["verify", "submit"])),
    action: Schema.optionalKey(Action),
    actionDefault: Schema.optionalKey(Action),
    wire: Schema.optionalKey(Wire),
    randomIds: Schema.optionalKey(Schema.Boolean),
    replace: Schema.optionalKey(Schema.Union([Schema.Boolean, Schema.Array(AssetId)])),
    fixity: Schema.optionalKey(Schema.Literal(false)),
    verify: Schema.optionalKey(Schema.Union([Schema.Literal(false), Schema.Record(Schema.String, Schema.Unknown)])),
    policyDefinition: Schema.optionalKey(PolicyDefinition),
    audio: Schema.optionalKey(Schema.Array(MediaAsset)),
    video: Schema.optionalKey(Schema.Array(MediaAsset)),
    text: Schema.optionalKey(Schema.Array(MediaAsset)),
    metadata: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json))
  }),
  { errors: "all" }
)

/**
 * The problems of the options that requests have in common: actions, policies, metadata and the like.
 *
 * @category guards
 * @since 0.1.0
 */
export const choiceProblems = (options: object): ReadonlyArray<Problem> => {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const decoded = decodeChoices(Object.fromEntries(given))
  return Result.isSuccess(decoded) ? [] : descriptionInvalid(decoded.failure).problems
}

/**
 * Fails if there are problems.
 *
 * @category guards
 * @since 0.1.0
 */
export const orInvalid = (problems: ReadonlyArray<Problem>): Result.Result<void, InputInvalid> =>
  problems.length === 0 ? Result.void : Result.fail(new InputInvalid({ problems }))

/**
 * Checks the options of `ingestProgram`, all at once. What a description says is checked for each image, by its probe.
 *
 * @example
 * ```ts
 * import { Input } from "@iiif-ingest/core"
 * import { Result } from "effect"
 *
 * const { problems } = Result.getOrThrow(Result.flip(Input.check({ images: ["001.tif"] })))
 * problems.map(({ field }) => field) // => ["images[0]", "manifest"]
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const check = (options: unknown): Result.Result<void, InputInvalid> => {
  if (!isObject(options)) {
    return orInvalid([{ field: "options", problem: `${typeOf(options)}; give { images, manifest }` }])
  }
  const { images, manifest } = options
  return orInvalid([
    ...listProblems(images, "images", imageProblems),
    ...manifestProblems(manifest),
    ...choiceProblems(options)
  ])
}
