/**
 * The parameters of an image request as text and as values: region, size, rotation, quality and format (Image API 2.1.1
 * and 3.0, section 4). What they mean for an image of a certain size is in `resolve.ts`.
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

export type ApiVersion = "2" | "3"

/** Decimal digits and at most one point (3.0, 4.7); longer numbers are beyond every image. */
const INTEGER = "\\d{1,15}"
const DECIMAL = "(?:\\d{1,15}(?:\\.\\d{1,15})?|\\.\\d{1,15})"

const Whole = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Decimal = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))

/** One form of a parameter: text of this pattern, whose groups make the value. */
const form = <To extends Schema.Codec<unknown, unknown>>(
  pattern: string,
  to: To,
  decode: (groups: ReadonlyArray<string>) => To["Encoded"],
  encode: (value: To["Encoded"]) => string
) => {
  const anchored = new RegExp(`^${pattern}$`)
  return Schema.String.check(Schema.isPattern(anchored)).pipe(
    Schema.decodeTo(
      to,
      SchemaTransformation.transform<To["Encoded"], string>({
        decode: (text) => decode((anchored.exec(text) ?? []).slice(1).map((group) => group ?? "")),
        encode
      })
    )
  )
}

const numbers = (groups: ReadonlyArray<string>) => groups.map(Number)
const box = <Tag extends string>(_tag: Tag) => (groups: ReadonlyArray<string>) => {
  const [x = 0, y = 0, width = 0, height = 0] = numbers(groups)
  return { _tag, x, y, width, height }
}

const FullRegion = form("full", Schema.TaggedStruct("Full", {}), () => ({ _tag: "Full" as const }), () => "full")
const SquareRegion = form(
  "square",
  Schema.TaggedStruct("Square", {}),
  () => ({ _tag: "Square" as const }),
  () => "square"
)
const PixelRegion = form(
  `(${INTEGER}),(${INTEGER}),(${INTEGER}),(${INTEGER})`,
  Schema.TaggedStruct("Pixels", { x: Whole, y: Whole, width: Whole, height: Whole }),
  box("Pixels"),
  ({ height, width, x, y }) => `${x},${y},${width},${height}`
)
const PercentRegion = form(
  `pct:(${DECIMAL}),(${DECIMAL}),(${DECIMAL}),(${DECIMAL})`,
  Schema.TaggedStruct("Percent", { x: Decimal, y: Decimal, width: Decimal, height: Decimal }),
  box("Percent"),
  ({ height, width, x, y }) => `pct:${x},${y},${width},${height}`
)

/** 4.1: the part of the image. */
export const Region = Schema.Union([FullRegion, SquareRegion, PixelRegion, PercentRegion])
export type Region = typeof Region.Type

const upscaled = (caret = "") => caret === "^"
const caret = (value: { readonly upscale: boolean }) => value.upscale ? "^" : ""

const FullSize = form("full", Schema.TaggedStruct("Full", {}), () => ({ _tag: "Full" as const }), () => "full")
const MaxSize = form(
  "(\\^?)max",
  Schema.TaggedStruct("Max", { upscale: Schema.Boolean }),
  ([up]) => ({ _tag: "Max" as const, upscale: upscaled(up) }),
  (size) => `${caret(size)}max`
)
const WidthSize = form(
  `(\\^?)(${INTEGER}),`,
  Schema.TaggedStruct("Width", { upscale: Schema.Boolean, width: Whole }),
  ([up, width]) => ({ _tag: "Width" as const, upscale: upscaled(up), width: Number(width) }),
  (size) => `${caret(size)}${size.width},`
)
const HeightSize = form(
  `(\\^?),(${INTEGER})`,
  Schema.TaggedStruct("Height", { upscale: Schema.Boolean, height: Whole }),
  ([up, height]) => ({ _tag: "Height" as const, upscale: upscaled(up), height: Number(height) }),
  (size) => `${caret(size)},${size.height}`
)
const PercentSize = form(
  `(\\^?)pct:(${DECIMAL})`,
  Schema.TaggedStruct("Percent", { upscale: Schema.Boolean, percent: Decimal }),
  ([up, percent]) => ({ _tag: "Percent" as const, upscale: upscaled(up), percent: Number(percent) }),
  (size) => `${caret(size)}pct:${size.percent}`
)
const both = ([up, width, height]: ReadonlyArray<string>) => ({
  upscale: upscaled(up),
  width: Number(width),
  height: Number(height)
})
const ExactSize = form(
  `(\\^?)(${INTEGER}),(${INTEGER})`,
  Schema.TaggedStruct("Exact", { upscale: Schema.Boolean, width: Whole, height: Whole }),
  (groups) => ({ _tag: "Exact" as const, ...both(groups) }),
  (size) => `${caret(size)}${size.width},${size.height}`
)
const ConfinedSize = form(
  `(\\^?)!(${INTEGER}),(${INTEGER})`,
  Schema.TaggedStruct("Confined", { upscale: Schema.Boolean, width: Whole, height: Whole }),
  (groups) => ({ _tag: "Confined" as const, ...both(groups) }),
  (size) => `${caret(size)}!${size.width},${size.height}`
)

/** 4.2: the size of what is sent, before any rotation. `Full` is of version 2, `upscale` of version 3. */
export const Size = Schema.Union([
  FullSize,
  MaxSize,
  WidthSize,
  HeightSize,
  PercentSize,
  ExactSize,
  ConfinedSize
])
export type Size = typeof Size.Type

/** 4.3: mirrored first, then turned clockwise. */
export const Rotation = form(
  `(!?)(${DECIMAL})`,
  Schema.Struct({
    mirror: Schema.Boolean,
    degrees: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 360 }))
  }),
  ([mirror, degrees]) => ({ mirror: mirror === "!", degrees: Number(degrees) }),
  ({ degrees, mirror }) => `${mirror ? "!" : ""}${degrees}`
)
export type Rotation = typeof Rotation.Type

/** 4.4 */
export const Quality = Schema.Literals(["default", "color", "gray", "bitonal"])
export type Quality = typeof Quality.Type

/** 4.5: what MPS serves (docs/mps.md, 2.4). */
export const Format = Schema.Literals(["jpg", "png", "tif", "gif"])
export type Format = typeof Format.Type

export interface ImageRequest {
  readonly region: Region
  readonly size: Size
  readonly rotation: Rotation
  readonly quality: Quality
  readonly format: Format
}
