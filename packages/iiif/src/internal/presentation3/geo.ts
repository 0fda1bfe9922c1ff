import * as Schema from "effect/Schema"
import { byType, lazy, list, open } from "./open.ts"
import { Id, LanguageMap } from "./values.ts"

/**
 * Longitude, latitude and, if known, altitude. RFC 7946, 3.1.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Position = ReadonlyArray<number>

type Shape<Type extends string, Coordinates> = { readonly type: Type; readonly coordinates: Coordinates }

/**
 * The geometry of a place. RFC 7946, 3.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Geometry =
  | Shape<"Point", Position>
  | Shape<"MultiPoint" | "LineString", ReadonlyArray<Position>>
  | Shape<"MultiLineString" | "Polygon", ReadonlyArray<ReadonlyArray<Position>>>
  | Shape<"MultiPolygon", ReadonlyArray<ReadonlyArray<ReadonlyArray<Position>>>>
  | { readonly type: "GeometryCollection"; readonly geometries: ReadonlyArray<Geometry> }

const shape = <const Type extends string, T>(type: Type, coordinates: Schema.Codec<T>) =>
  open(Schema.Struct({ type: Schema.Literal(type), coordinates }))

const positions = Schema.Array(Schema.Finite)

/**
 * @category models
 * @since 0.1.0
 */
export const Geometry: Schema.Codec<Geometry> = byType<Geometry>({
  Point: shape("Point", positions),
  MultiPoint: shape("MultiPoint", Schema.Array(positions)),
  LineString: shape("LineString", Schema.Array(positions)),
  MultiLineString: shape("MultiLineString", Schema.Array(Schema.Array(positions))),
  Polygon: shape("Polygon", Schema.Array(Schema.Array(positions))),
  MultiPolygon: shape("MultiPolygon", Schema.Array(Schema.Array(Schema.Array(positions)))),
  GeometryCollection: open(
    Schema.Struct({
      type: Schema.Literal("GeometryCollection"),
      geometries: Schema.Array(lazy((): Schema.Codec<Geometry> => Geometry))
    })
  )
})

/**
 * A place, with its description under `properties`. Source: the navPlace extension.
 *
 * @category models
 * @since 0.1.0
 */
export type Feature = {
  readonly id?: string
  readonly type: "Feature"
  readonly geometry: Geometry
  readonly properties?: { readonly [key: string]: Schema.Json } | null
}

/**
 * @category models
 * @since 0.1.0
 */
export const Feature: Schema.Codec<Feature> = open(
  Schema.Struct({
    id: Schema.optionalKey(Id),
    type: Schema.Literal("Feature"),
    geometry: Geometry,
    properties: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Json)))
  })
)

/**
 * The places of a resource, `navPlace`: embedded, or referenced by id. Source: the navPlace extension, 3.
 *
 * @category models
 * @since 0.1.0
 */
export type NavPlace = {
  readonly id?: string
  readonly type: "FeatureCollection"
  readonly label?: LanguageMap
  readonly features?: ReadonlyArray<Feature>
}

/**
 * @category models
 * @since 0.1.0
 */
export const NavPlace: Schema.Codec<NavPlace> = open(
  Schema.Struct({
    id: Schema.optionalKey(Id),
    type: Schema.Literal("FeatureCollection"),
    label: Schema.optionalKey(LanguageMap),
    features: list(Feature)
  })
)
