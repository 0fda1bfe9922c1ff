import { ImageInfo } from "@iiif-ingest/core/mps/Delivery"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Read, readJson } from "./answer.ts"
import { at, isObject, kindOf } from "./json.ts"

/** Reads a body of up to `maximumBytes` as JSON that `decode` accepts. */
export const json =
  <A>(maximumBytes: number, decode: (raw: Schema.Json) => Result.Result<A, string>): Read<A> => (answer) =>
    Result.flatMap(readJson(answer, maximumBytes), decode)

/** A manifest is an object. Its content is checked by the caller. */
export const manifest = (raw: Schema.Json): Result.Result<Schema.Json, string> =>
  isObject(raw) ? Result.succeed(raw) : Result.fail(`the manifest is ${kindOf(raw)}, not an object`)

const isSize = Schema.is(ImageInfo.fields.width)

/** Image API 3 has `id`, version 2 `@id`. */
const declaredId = (raw: Schema.Json): Schema.Json | undefined => at(raw, "id") ?? at(raw, "@id")

/** Decodes `info.json`. Source: Image API 2.1.1 and 3.0, section 5. */
export const imageInfo = (raw: Schema.Json): Result.Result<ImageInfo, string> => {
  const id = declaredId(raw)
  const width = at(raw, "width")
  const height = at(raw, "height")
  if (!isObject(raw)) return Result.fail(`info.json is ${kindOf(raw)}, not an object`)
  if (typeof id !== "string" || id === "") return Result.fail(`id (or @id) is ${kindOf(id)}, not a URL`)
  if (!isSize(width)) return Result.fail(`width is ${kindOf(width)}, not a positive integer`)
  if (!isSize(height)) return Result.fail(`height is ${kindOf(height)}, not a positive integer`)
  return Result.succeed({ id, width, height, raw })
}
