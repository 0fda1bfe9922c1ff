/** Checks the arguments of a client's calls: code without types may give anything. */
import { JobId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import { descriptionInvalid } from "@iiif-ingest/core/image/Asset"
import type { ImageSource } from "@iiif-ingest/core/image/ImageSource"
import { Description, type Descriptions } from "@iiif-ingest/core/mps/IngestImage"
import * as Input from "@iiif-ingest/core/mps/Input"
import type * as Upload from "@iiif-ingest/core/upload/Upload"
import * as UploadedAsset from "@iiif-ingest/core/upload/UploadedAsset"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import { isIterable, isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

type Checked<A> = Result.Result<A, Input.InputInvalid>

const invalid = (field: string, problem: string) => new Input.InputInvalid({ problems: [{ field, problem }] })

/** The signal of a call, if there is one. Throws where a promise is about to reject. */
export const signalOf = (call: unknown): AbortSignal | undefined => {
  const signal = isObject(call) ? call["signal"] : undefined
  if (signal === undefined || signal === null || signal instanceof AbortSignal) return signal ?? undefined
  throw invalid("signal", `${Input.typeOf(signal)}; give an AbortSignal`)
}

/** Images to upload. An iterable is read once. */
export const sources = (images: Iterable<ImageSource>): Checked<ReadonlyArray<ImageSource>> => {
  if (typeof images === "string" || !isIterable(images)) {
    return Result.fail(invalid("images", `${Input.typeOf(images)}; give an array`))
  }
  const list = [...images]
  return Result.map(Input.orInvalid(Input.listProblems(list, "images", Input.sourceProblems)), () => list)
}

/** The description of a manifest. */
export const description = (value: unknown): Checked<void> =>
  Input.orInvalid(Input.descriptionProblems(value, "description"))

const decodeDescription = Schema.decodeUnknownResult(Description, { errors: "all" })

/** What is said of images, by asset id. */
const problemsOfDescriptions = (value: unknown): ReadonlyArray<Input.Problem> => {
  if (value === undefined) return []
  if (!(value instanceof Map)) {
    return [{ field: "descriptions", problem: `${Input.typeOf(value)}; give a Map of asset ids to descriptions` }]
  }
  return [...value].flatMap(([id, description]) => {
    const decoded = decodeDescription(description)
    if (Result.isSuccess(decoded)) return []
    return descriptionInvalid(decoded.failure).problems.map(({ field, problem }) => ({
      field: ["descriptions", String(id), field].filter((part) => part !== "").join("."),
      problem
    }))
  })
}

const decodeUri = Schema.decodeUnknownOption(ManifestUri)

/** The options of a manifest to build: its address, if one is given. */
export const buildOptions = (
  options: { readonly uri?: string; readonly descriptions?: Descriptions } | null | undefined
): Checked<{ readonly uri?: ManifestUri; readonly descriptions?: Descriptions }> => {
  const { descriptions, uri } = options ?? {}
  const address = Option.getOrUndefined(decodeUri(uri))
  const problems = [
    ...problemsOfDescriptions(descriptions),
    ...(uri === undefined || address !== undefined
      ? []
      : [{ field: "uri", problem: "it is not the http(s) address of a manifest" }])
  ]
  return Result.map(Input.orInvalid(problems), () => ({
    ...(address === undefined ? {} : { uri: address }),
    ...(descriptions === undefined ? {} : { descriptions })
  }))
}

/** The options of an upload. */
export const uploadOptions = (options: Upload.BatchOptions | null | undefined): Checked<Upload.BatchOptions> => {
  const given = options ?? {}
  const { fixity, mayReplace }: { readonly fixity?: unknown; readonly mayReplace?: unknown } = given
  const problems = [
    ...(mayReplace === undefined || typeof mayReplace === "function"
      ? []
      : [{ field: "mayReplace", problem: `${Input.typeOf(mayReplace)}; give a function of an asset` }]),
    ...(fixity === undefined || fixity === false || (isObject(fixity) && typeof fixity["of"] === "function")
      ? []
      : [{ field: "fixity", problem: `${Input.typeOf(fixity)}; give false, or what Fixity.lists made` }])
  ]
  return Result.map(Input.orInvalid(problems), () => given)
}

const isInBucket = (
  item: UploadedAsset.InBucket | UploadedAsset.StoredOptions
): item is UploadedAsset.InBucket => "asset" in item && "how" in item

const isStoredAsset = Schema.is(UploadedAsset.StoredAsset)
const isHow = Schema.is(Schema.Literals(["stored", ...UploadedAsset.UploadedAsset.fields.how.literals]))

const problemOfAsset = (item: unknown, field: string): ReadonlyArray<Input.Problem> => {
  if (!isObject(item)) {
    return [{ field, problem: `${Input.typeOf(item)}; give an uploaded asset, or { id, key, width, height }` }]
  }
  if (!("asset" in item)) return []
  if (!isStoredAsset(item.asset)) {
    return [{ field: `${field}.asset`, problem: "it is not an asset; give what upload returned" }]
  }
  return isHow(item["how"]) ? [] : [{ field: `${field}.how`, problem: "it is not a way into the bucket; give sent" }]
}

/** Assets in the bucket. What is said of one that was there already is checked. */
export const assets = (
  items: ReadonlyArray<UploadedAsset.InBucket | UploadedAsset.StoredOptions>
): Checked<ReadonlyArray<UploadedAsset.InBucket>> => {
  const problems = Input.listProblems(items, "assets", problemOfAsset)
  if (problems.length > 0) return Result.fail(new Input.InputInvalid({ problems }))
  const found: Array<UploadedAsset.InBucket> = []
  const wrong: Array<Input.Problem> = []
  for (const [index, item] of items.entries()) {
    const asset = isInBucket(item) ? Result.succeed(item) : UploadedAsset.stored(item)
    if (Result.isSuccess(asset)) found.push(asset.success)
    else wrong.push({ field: `assets[${index}]`, problem: asset.failure.reason.message })
  }
  for (const [id, same] of Map.groupBy(found, ({ asset }) => asset.id)) {
    if (same.length > 1) wrong.push({ field: "assets", problem: `${id} is given ${same.length} times; give it once` })
  }
  return Result.map(Input.orInvalid(wrong), () => found)
}

const problemsOfSubmit = (options: unknown): ReadonlyArray<Input.Problem> => {
  if (!isObject(options)) return [{ field: "options", problem: `${Input.typeOf(options)}; give { assets, manifest }` }]
  const { assets, audio, descriptions, id, manifest, text, video } = options
  return [
    ...problemsOfDescriptions(descriptions),
    ...([assets, audio, video, text].some((list) => Array.isArray(list) ? list.length > 0 : list !== undefined)
      ? []
      : [{ field: "assets", problem: "there are none; give what is to be ingested" }]),
    ...(manifest === undefined || isObject(manifest)
      ? []
      : [{ field: "manifest", problem: `${Input.typeOf(manifest)}; give a manifest as a JSON object, or none` }]),
    ...(id === undefined || (typeof id === "string" && id !== "")
      ? []
      : [{ field: "id", problem: `${Input.typeOf(id)}; give a string that is not empty, or none` }]),
    ...Input.choiceProblems(options)
  ]
}

/** The input of a request. */
export const submission = (options: unknown): Checked<void> => Input.orInvalid(problemsOfSubmit(options))

const decodeJobId = Schema.decodeUnknownOption(JobId)

/** The id of a job. */
export const jobId = (id: unknown): Checked<JobId> =>
  Option.match(decodeJobId(id), {
    onNone: () =>
      Result.fail(invalid("id", `${typeof id === "string" ? "it is no id" : Input.typeOf(id)}; give a job's id`)),
    onSome: (id) => Result.succeed(id)
  })

/** How long to wait, as the option of a service. */
export const limit = (given: Duration.Input | undefined): Checked<{ readonly limit?: Duration.Duration }> => {
  if (given === undefined) return Result.succeed({})
  const duration = Option.getOrUndefined(Duration.fromInput(given))
  return duration === undefined
    ? Result.fail(invalid("limit", "it is not a duration such as \"30 minutes\""))
    : Result.succeed({ limit: duration })
}
