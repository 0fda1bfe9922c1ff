/** Checks the arguments of a client's calls: code without types may give anything. */
import { JobId } from "@iiif-ingest/core/base/Ids"
import type { ImageSource } from "@iiif-ingest/core/image/ImageSource"
import * as Input from "@iiif-ingest/core/Input"
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

const isInBucket = (
  item: UploadedAsset.InBucket | UploadedAsset.StoredOptions
): item is UploadedAsset.InBucket => "asset" in item && "how" in item

const problemOfAsset = (item: unknown, field: string): ReadonlyArray<Input.Problem> =>
  isObject(item)
    ? []
    : [{ field, problem: `${Input.typeOf(item)}; give an uploaded asset, or { id, key, width, height }` }]

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
  return Result.map(Input.orInvalid(wrong), () => found)
}

const problemsOfSubmit = (options: unknown): ReadonlyArray<Input.Problem> => {
  if (!isObject(options)) return [{ field: "options", problem: `${Input.typeOf(options)}; give { assets, manifest }` }]
  const { id, manifest } = options
  return [
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
