import { isObject } from "effect/Predicate"
import { classOf, define, type Kind, may, must, oneOf, oneOrMany, ref } from "../model/kind.ts"
import { type Check, type Fields, kindOf } from "../model/walk.ts"
import { duration, httpUri, integer, notNegative, size, text } from "./scalars.ts"

const wadm = (clause: string) => `Web Annotation Data Model, ${clause}`

const annex = (clause: string) => `Open/Web Annotation Extensions, ${clause}`

const refinedBy = may(ref("Selector"), wadm("4.2.10"))

const valued = <const Type extends string>(type: Type, clause: string) =>
  define(type, { type: must(classOf(type), wadm(clause)), value: must(text, wadm(clause)), refinedBy })

const between = <const Type extends string>(type: Type, clause: string) =>
  define(type, {
    type: must(classOf(type), wadm(clause)),
    start: must(integer, wadm(clause)),
    end: must(integer, wadm(clause)),
    refinedBy
  })

const point = <const X extends Kind, const T extends Kind>(coordinate: X, time: T) =>
  define("PointSelector", {
    type: must(classOf("PointSelector"), annex("2.2")),
    x: may(coordinate, annex("2.2")),
    y: may(coordinate, annex("2.2")),
    t: may(time, annex("2.2")),
    refinedBy
  })

export const pointSelector = point(size, duration)

/** In `start`, where IIIF's own schema does not look, and the beginning is as good as any other place. */
const anyPointSelector = point(notNegative, notNegative)

export const fragmentSelector = define("FragmentSelector", {
  type: must(classOf("FragmentSelector"), wadm("4.2.1")),
  value: must(text, wadm("4.2.1")),
  conformsTo: may(httpUri, wadm("4.2.1")),
  refinedBy
})

export const svgSelector = valued("SvgSelector", "4.2.7")

export const cssSelector = valued("CssSelector", "4.2.2")

export const xPathSelector = valued("XPathSelector", "4.2.3")

export const textPositionSelector = between("TextPositionSelector", "4.2.5")

export const dataPositionSelector = between("DataPositionSelector", "4.2.6")

export const imageApiSelector = define("ImageApiSelector", {
  type: must(classOf("ImageApiSelector"), annex("2.1")),
  region: may(text, annex("2.1")),
  size: may(text, annex("2.1")),
  rotation: may(text, annex("2.1")),
  quality: may(text, annex("2.1")),
  format: may(text, annex("2.1")),
  refinedBy
})

export const textQuoteSelector = define("TextQuoteSelector", {
  type: must(classOf("TextQuoteSelector"), wadm("4.2.4")),
  exact: must(text, wadm("4.2.4")),
  prefix: may(text, wadm("4.2.4")),
  suffix: may(text, wadm("4.2.4")),
  refinedBy
})

export const rangeSelector = define("RangeSelector", {
  type: must(classOf("RangeSelector"), wadm("4.2.9")),
  startSelector: must(ref("Selector"), wadm("4.2.9")),
  endSelector: must(ref("Selector"), wadm("4.2.9")),
  refinedBy
})

const selectors = [
  pointSelector,
  fragmentSelector,
  svgSelector,
  imageApiSelector,
  textQuoteSelector,
  textPositionSelector,
  dataPositionSelector,
  cssSelector,
  xPathSelector,
  rangeSelector
] as const

const checkOf = (points: Check): Check => {
  const checks = new Map<unknown, Check>(selectors.map(({ check, name }) => [name, check]))
  checks.set("PointSelector", points)
  return (value, walk) => {
    if (typeof value === "string") return httpUri.check(value, walk)
    if (!isObject(value)) return walk.reportKind(value, "an object or a URI")
    const { type } = value as Fields
    const check = checks.get(type)
    if (check === undefined) walk.report("selector", `its type is ${kindOf(type)}`)
    else check(value, walk)
  }
}

/** A part of a resource, selected by its class. */
export const anySelector = oneOf([httpUri, ...selectors], checkOf(pointSelector.check))

/** A selector in `start`. */
export const startSelectors = oneOrMany(
  oneOf([httpUri, ...selectors, anyPointSelector], checkOf(anyPointSelector.check))
)
