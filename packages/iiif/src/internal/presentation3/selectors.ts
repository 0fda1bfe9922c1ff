import * as Schema from "effect/Schema"
import { byType, lazy, open } from "./open.ts"
import { Id } from "./values.ts"

type Refined = { readonly refinedBy?: Selector }

type Valued<Type extends string> = Refined & { readonly type: Type; readonly value: string }

type Between<Type extends string> = Refined & { readonly type: Type; readonly start: number; readonly end: number }

/**
 * A point in space or time: `x` and `y` in the units of the resource, `t` in seconds. Clause 3.3.2 of the annex on
 * selectors.
 *
 * @category models
 * @since 0.1.0
 */
export type PointSelector = Refined & {
  readonly type: "PointSelector"
  readonly x?: number
  readonly y?: number
  readonly t?: number
}

/**
 * A part given by a URI fragment: `xywh=0,0,100,200`. Web Annotation Data Model, 4.2.1.
 *
 * @category models
 * @since 0.1.0
 */
export type FragmentSelector = Valued<"FragmentSelector"> & { readonly conformsTo?: string }

/**
 * A part within an outline, given as SVG or by its address. Web Annotation Data Model, 4.2.7.
 *
 * @category models
 * @since 0.1.0
 */
export type SvgSelector = Refined & { readonly type: "SvgSelector"; readonly value?: string; readonly id?: string }

/**
 * A rendering of an image by its service; omitted parameters have the service's defaults. Annex on selectors, 3.1.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageApiSelector = Refined & {
  readonly type: "ImageApiSelector"
  readonly region?: string
  readonly size?: string
  readonly rotation?: string
  readonly quality?: string
  readonly format?: string
}

/**
 * A passage of text, identified by its content and the text around it. Web Annotation Data Model, 4.2.4.
 *
 * @category models
 * @since 0.1.0
 */
export type TextQuoteSelector = Refined & {
  readonly type: "TextQuoteSelector"
  readonly exact: string
  readonly prefix?: string
  readonly suffix?: string
}

/**
 * Everything from one selected position to another. Web Annotation Data Model, 4.2.9.
 *
 * @category models
 * @since 0.1.0
 */
export type RangeSelector = Refined & {
  readonly type: "RangeSelector"
  readonly startSelector: Selector
  readonly endSelector: Selector
}

/**
 * Selects a part of a resource: an address, or a selector of the Web Annotation Data Model (4.2) or of IIIF.
 *
 * @category models
 * @since 0.1.0
 */
export type Selector =
  | string
  | PointSelector
  | FragmentSelector
  | SvgSelector
  | ImageApiSelector
  | TextQuoteSelector
  | RangeSelector
  | Valued<"CssSelector">
  | Valued<"XPathSelector">
  | Between<"TextPositionSelector">
  | Between<"DataPositionSelector">
  | (Refined & { readonly type: "AudioContentSelector" })
  | (Refined & { readonly type: "VisualContentSelector" })

const text = Schema.optionalKey(Schema.String)

const nested = lazy((): Schema.Codec<Selector> => Selector)

const refinedBy = Schema.optionalKey(nested)

const valued = <const Type extends string>(type: Type) =>
  open(Schema.Struct({ type: Schema.Literal(type), value: Schema.String, refinedBy }))

const between = <const Type extends string>(type: Type) =>
  open(Schema.Struct({ type: Schema.Literal(type), start: Schema.Int, end: Schema.Int, refinedBy }))

const typeOnly = <const Type extends string>(type: Type) =>
  open(Schema.Struct({ type: Schema.Literal(type), refinedBy }))

const coordinate = Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)))

const pointSelector: Schema.Codec<PointSelector> = open(
  Schema.Struct({ type: Schema.Literal("PointSelector"), x: coordinate, y: coordinate, t: coordinate, refinedBy })
)

const fragmentSelector: Schema.Codec<FragmentSelector> = open(
  Schema.Struct({ type: Schema.Literal("FragmentSelector"), value: Schema.String, conformsTo: text, refinedBy })
)

const svgSelector: Schema.Codec<SvgSelector> = open(
  Schema.Struct({ type: Schema.Literal("SvgSelector"), value: text, id: text, refinedBy }).check(
    Schema.makeFilter(({ id, value }) => id !== undefined || value !== undefined, { expected: "a value or an id" })
  )
)

const imageApiSelector: Schema.Codec<ImageApiSelector> = open(
  Schema.Struct({
    type: Schema.Literal("ImageApiSelector"),
    region: text,
    size: text,
    rotation: text,
    quality: text,
    format: text,
    refinedBy
  })
)

const textQuoteSelector: Schema.Codec<TextQuoteSelector> = open(
  Schema.Struct({
    type: Schema.Literal("TextQuoteSelector"),
    exact: Schema.String,
    prefix: text,
    suffix: text,
    refinedBy
  })
)

const rangeSelector: Schema.Codec<RangeSelector> = open(
  Schema.Struct({ type: Schema.Literal("RangeSelector"), startSelector: nested, endSelector: nested, refinedBy })
)

/**
 * @category models
 * @since 0.1.0
 */
export const Selector: Schema.Codec<Selector> = byType<Selector>({
  PointSelector: pointSelector,
  FragmentSelector: fragmentSelector,
  SvgSelector: svgSelector,
  ImageApiSelector: imageApiSelector,
  AudioContentSelector: typeOnly("AudioContentSelector"),
  VisualContentSelector: typeOnly("VisualContentSelector"),
  TextQuoteSelector: textQuoteSelector,
  TextPositionSelector: between("TextPositionSelector"),
  DataPositionSelector: between("DataPositionSelector"),
  CssSelector: valued("CssSelector"),
  XPathSelector: valued("XPathSelector"),
  RangeSelector: rangeSelector
}, { text: Id })
