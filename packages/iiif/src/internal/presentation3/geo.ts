import type * as Schema from "effect/Schema"
import * as Table from "./geoTables.ts"
import type { Is } from "./names.ts"
import { schemaOf } from "./schema.ts"

/**
 * Longitude, latitude and, if known, altitude. RFC 7946, 3.1.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Position = ReadonlyArray<number>

/**
 * The geometry of a place. RFC 7946, 3.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Geometry = Is<typeof Table.geometry>

/**
 * @category models
 * @since 0.1.0
 */
export const Geometry: Schema.Codec<Geometry> = schemaOf(Table.geometry)

/**
 * A place, with its description under `properties`. Source: the navPlace extension.
 *
 * @category models
 * @since 0.1.0
 */
export type Feature = Is<typeof Table.feature>

/**
 * @category models
 * @since 0.1.0
 */
export const Feature: Schema.Codec<Feature> = schemaOf(Table.feature)

/**
 * The places of a resource, `navPlace`: embedded, or referenced by id. Source: the navPlace extension, 3.
 *
 * @category models
 * @since 0.1.0
 */
export type NavPlace = Is<typeof Table.navPlace>

/**
 * @category models
 * @since 0.1.0
 */
export const NavPlace: Schema.Codec<NavPlace> = schemaOf(Table.navPlace)
