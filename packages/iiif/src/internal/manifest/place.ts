import * as Schema from "effect/Schema"
import { Size } from "../../Presentation3.ts"

const { optionalKey } = Schema

const coordinate = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0, { expected: "an integer of at least 0" }))

const seconds = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0, { expected: "a number of seconds of at least 0" }))

/**
 * A rectangle in pixels, measured from the top left corner.
 *
 * @category models
 * @since 0.1.0
 */
export const Region = Schema.Struct({ x: coordinate, y: coordinate, width: Size, height: Size })

/**
 * @category models
 * @since 0.1.0
 */
export type Region = typeof Region.Type

/**
 * A span of time in seconds; without `end` it lasts to the end of the whole. Media Fragments URI 1.0, 4.2.1.
 *
 * @category models
 * @since 0.1.0
 */
export const Time = Schema.Struct({ start: seconds, end: optionalKey(seconds) })

/**
 * @category models
 * @since 0.1.0
 */
export type Time = typeof Time.Type

/**
 * A point: `x` and `y` in pixels, `t` in seconds. Annex on selectors, 2.1, `PointSelector`.
 *
 * @category models
 * @since 0.1.0
 */
export const Point = Schema.Struct({
  x: optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0, { expected: "a number of at least 0" }))),
  y: optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0, { expected: "a number of at least 0" }))),
  t: optionalKey(seconds)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Point = typeof Point.Type

const part = {
  region: optionalKey(Region),
  time: optionalKey(Time),
  point: optionalKey(Point),
  svg: optionalKey(Schema.String)
}

/**
 * A part of a page: a rectangle, a span of time or both of them; or a point; or an outline as the text of an SVG. Without
 * any of these it is the whole page.
 *
 * @category models
 * @since 0.1.0
 */
export const Part = Schema.Struct(part)

/**
 * @category models
 * @since 0.1.0
 */
export type Part = typeof Part.Type

/**
 * A page, given by its id, or a part of a page.
 *
 * @category models
 * @since 0.1.0
 */
export const PageOrPart = Schema.Union([Schema.String, Schema.Struct({ page: Schema.String, ...part })])

/**
 * @category models
 * @since 0.1.0
 */
export type PageOrPart = typeof PageOrPart.Type

/** A part of a page, which may be the page that it is said of. */
export const Place = Schema.Struct({ page: optionalKey(Schema.String), ...part })

export type Place = typeof Place.Type
