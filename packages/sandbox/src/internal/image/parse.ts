/** Reads the four segments of an image request; fails with the first that is wrong. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type ImageRefused, wrong } from "./imageRefused.ts"
import * as ImageRequest from "./imageRequest.ts"

const SHOWN = 80

/** A parameter as it came, in quotes and cut off where it is long. */
const shown = (text: string) => JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text)

const parameter = <S extends Schema.Codec<unknown, string>>(schema: S, name: string, expected: string) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (text: string): Result.Result<S["Type"], ImageRefused> =>
    Result.mapError(decode(text), () => wrong(`The ${name} ${shown(text)} is wrong: expected ${expected}`))
}

const region = parameter(ImageRequest.Region, "region", "full, square, x,y,w,h or pct:x,y,w,h")
const size = parameter(ImageRequest.Size, "size", "max, w,h or one of the other forms of section 4.2 of the Image API")
const rotation = parameter(ImageRequest.Rotation, "rotation", "0 to 360, after an exclamation mark if mirrored")
const quality = parameter(ImageRequest.Quality, "quality", "default, color, gray or bitonal")
const format = parameter(ImageRequest.Format, "format", "jpg, png, tif or gif")

/** The segments as they are after decoding: `region`, `size`, `rotation` and `quality.format`. */
export const parse = (
  [regionText = "", sizeText = "", rotationText = "", last = ""]: ReadonlyArray<string>
): Result.Result<ImageRequest.ImageRequest, ImageRefused> =>
  Result.gen(function*() {
    const dot = last.lastIndexOf(".")
    return {
      region: yield* region(regionText),
      size: yield* size(sizeText),
      rotation: yield* rotation(rotationText),
      quality: yield* quality(dot < 0 ? last : last.slice(0, dot)),
      format: yield* format(dot < 0 ? "" : last.slice(dot + 1))
    }
  })
