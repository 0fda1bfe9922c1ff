import { isObject } from "effect/Predicate"
import { classOf, define, list, may, must, oneOf, ref } from "../model/kind.ts"
import { type Fields, kindOf } from "../model/walk.ts"
import { jsonObject } from "./json.ts"
import { finite, id, languageMap } from "./scalars.ts"

const rfc = "RFC 7946, 3.1"

const position = list(finite)

const shape = <const Type extends string, const K extends Parameters<typeof list>[0]>(type: Type, coordinates: K) =>
  define(type, { type: must(classOf(type), rfc), coordinates: must(coordinates, rfc) })

const shapes = [
  shape("Point", position),
  shape("MultiPoint", list(position)),
  shape("LineString", list(position)),
  shape("MultiLineString", list(list(position))),
  shape("Polygon", list(list(position))),
  shape("MultiPolygon", list(list(list(position))))
] as const

const byName = new Map<unknown, (typeof shapes)[number]>(shapes.map((one) => [one.name, one]))

/** The geometry of a place. RFC 7946, 3.1. */
export const geometry = oneOf(shapes, (value, walk) => {
  if (!isObject(value)) return walk.reportKind(value, "an object")
  const { type } = value as Fields
  const known = byName.get(type)
  if (known !== undefined) return known.check(value, walk)
  walk.reportAt("type", type === undefined ? "missing" : "class", `its type is ${kindOf(type)}`, {
    expected: [...byName.keys()].join(", "),
    clause: rfc
  })
})

export const feature = define("Feature", {
  id: may(id, "RFC 7946, 3.2"),
  type: must(classOf("Feature"), "RFC 7946, 3.2"),
  geometry: must(geometry, "RFC 7946, 3.2"),
  properties: may(jsonObject, "RFC 7946, 3.2")
})

export const navPlace = define("NavPlace", {
  id: may(id, "navPlace, 3"),
  type: must(classOf("FeatureCollection"), "navPlace, 3"),
  label: may(languageMap, "3.1, label"),
  features: may(list(ref("Feature")), "navPlace, 3")
})
