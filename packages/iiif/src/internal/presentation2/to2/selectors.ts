import type { Selector } from "../../../Presentation3.ts"
import { type Fields, without } from "../../fields.ts"
import type { Place } from "../place.ts"
import { mapMany } from "./rules.ts"

const imageSelector = "http://iiif.io/api/annex/openannotation/context.json"

/** Selectors that Open Annotation, 3.2, has with the same properties. */
const same = new Set(["FragmentSelector", "TextQuoteSelector", "TextPositionSelector", "DataPositionSelector"])

const converted = (given: Exclude<Selector, string>): Fields | undefined => {
  const { refinedBy: _, type, ...fields } = given
  if (same.has(type)) return { "@type": `oa:${type}`, ...fields }
  if (type === "ImageApiSelector") return { "@context": imageSelector, "@type": "iiif:ImageApiSelector", ...fields }
  if (type !== "SvgSelector" || !("value" in given) || given.value === undefined) return undefined
  return { "@type": ["oa:SvgSelector", "cnt:ContentAsText"], chars: given.value, ...without({ ...fields }, "value") }
}

const selectorOf = (given: Selector, place: Place): Fields | undefined => {
  const found = typeof given === "string" ? undefined : converted(given)
  if (found === undefined) place.lose("Presentation 2 has no such selector")
  else if (typeof given === "object" && given.refinedBy !== undefined) {
    place.at("refinedBy").lose("Presentation 2 has no selector within another")
  }
  return found
}

/** One selector, or a choice of several that select the same. Open Annotation, 4.1. */
export const selector = (given: Selector | ReadonlyArray<Selector> | undefined, place: Place): Fields => {
  if (given === undefined) return {}
  const [first, ...rest] = mapMany<Selector, Fields | undefined>(given, place, selectorOf)
    .filter((found) => found !== undefined)
  if (first === undefined) return {}
  if (rest.length === 0) return { selector: first }
  return { selector: { "@type": "oa:Choice", default: first, item: rest.length === 1 ? rest[0] ?? first : rest } }
}
