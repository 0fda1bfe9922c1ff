import type * as Schema from "effect/Schema"
import type { Is } from "./names.ts"
import { schemaOf } from "./schema.ts"
import * as Table from "./selectorTables.ts"

/**
 * A point in space or time: `x` and `y` in the units of the resource, `t` in seconds. Open/Web Annotation Extensions,
 * 2.2.
 *
 * @category models
 * @since 0.1.0
 */
export type PointSelector = Is<typeof Table.pointSelector>

/**
 * A part given by a URI fragment: `xywh=0,0,100,200`. Web Annotation Data Model, 4.2.1.
 *
 * @category models
 * @since 0.1.0
 */
export type FragmentSelector = Is<typeof Table.fragmentSelector>

/**
 * A part within an outline, given as SVG. Web Annotation Data Model, 4.2.7.
 *
 * @category models
 * @since 0.1.0
 */
export type SvgSelector = Is<typeof Table.svgSelector>

/**
 * A rendering of an image by its service; omitted parameters have the service's defaults. Open/Web Annotation
 * Extensions, 2.1.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageApiSelector = Is<typeof Table.imageApiSelector>

/**
 * A passage of text, identified by its content and the text around it. Web Annotation Data Model, 4.2.4.
 *
 * @category models
 * @since 0.1.0
 */
export type TextQuoteSelector = Is<typeof Table.textQuoteSelector>

/**
 * Everything from one selected position to another. Web Annotation Data Model, 4.2.9.
 *
 * @category models
 * @since 0.1.0
 */
export type RangeSelector = Is<typeof Table.rangeSelector>

/**
 * Selects a part of a resource: an address, or a selector of the Web Annotation Data Model (4.2) or of IIIF.
 *
 * @category models
 * @since 0.1.0
 */
export type Selector = Is<typeof Table.anySelector>

/**
 * @category models
 * @since 0.1.0
 */
export const Selector: Schema.Codec<Selector> = schemaOf(Table.anySelector)
