import { isObject } from "effect/Predicate"
import { httpUri, integer, size } from "./values.ts"
import { duration } from "./values.ts"
import { type Check, kindOf, lazy, object, oneOrMany, text } from "./walk.ts"

const nested: Check = lazy(() => selector)

const valued = object({ fields: { value: text }, required: ["value"] })

const between = object({ fields: { start: integer, end: integer }, required: ["start", "end"] })

const classes: { readonly [type: string]: Check } = {
  PointSelector: object({ fields: { t: duration, x: size, y: size } }),
  FragmentSelector: object({ fields: { value: text, conformsTo: httpUri }, required: ["value"] }),
  SvgSelector: valued,
  ImageApiSelector: object({
    fields: { region: text, size: text, rotation: text, quality: text, format: text }
  }),
  XPathSelector: valued,
  CssSelector: valued,
  TextQuoteSelector: object({ fields: { exact: text, prefix: text, suffix: text }, required: ["exact"] }),
  TextPositionSelector: between,
  DataPositionSelector: between,
  RangeSelector: object({
    fields: { startSelector: nested, endSelector: nested, refinedBy: nested },
    required: ["startSelector", "endSelector"]
  })
}

const selector: Check = (value, walk) => {
  if (typeof value === "string") return httpUri(value, walk)
  if (!isObject(value)) return text(value, walk)
  const { type } = value
  const check = typeof type === "string" && Object.hasOwn(classes, type) ? classes[type] : undefined
  if (check === undefined) walk.report("selector", `its type is ${kindOf(type)}`)
  else check(value, walk)
}

export const selectors: Check = oneOrMany(selector)
