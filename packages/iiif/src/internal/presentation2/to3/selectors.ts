import type { Fields, Json } from "../../fields.ts"
import { isHttpUri } from "../../presentation3/uri.ts"
import { quoted } from "../../quoted.ts"
import { each } from "../place.ts"
import { loseOtherTypes, shortName, typesOf } from "./draft.ts"
import { type At, isFields } from "./upgrade.ts"

type Kept = (value: Json) => Json | undefined

const asText: Kept = (value) =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined

const asPosition: Kept = (value) => Number.isSafeInteger(value) ? value : undefined

const asUri: Kept = (value) => typeof value === "string" && value.length < 1_000 && isHttpUri(value) ? value : undefined

interface Kind {
  readonly type: string
  readonly fields: ReadonlyMap<string, readonly [key: string, kept: Kept]>
  readonly required: ReadonlyArray<string>
}

const kind = (
  type: string,
  required: ReadonlyArray<string>,
  fields: { readonly [key: string]: readonly [key: string, kept: Kept] }
): Kind => ({ type, required, fields: new Map(Object.entries(fields)) })

const valued = (type: string): Kind =>
  kind(type, ["value"], { value: ["value", asText], chars: ["value", asText], conformsTo: ["conformsTo", asUri] })

const between = (type: string): Kind =>
  kind(type, ["start", "end"], { start: ["start", asPosition], end: ["end", asPosition] })

/** Clause 6 and Open Annotation, 3.2; the selector of the Image API is of the annex on Open Annotation. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ["FragmentSelector", valued("FragmentSelector")],
  ["SvgSelector", valued("SvgSelector")],
  ["XPathSelector", valued("XPathSelector")],
  ["CssSelector", valued("CssSelector")],
  ["TextPositionSelector", between("TextPositionSelector")],
  ["DataPositionSelector", between("DataPositionSelector")],
  [
    "TextQuoteSelector",
    kind("TextQuoteSelector", ["exact"], {
      exact: ["exact", asText],
      prefix: ["prefix", asText],
      suffix: ["suffix", asText]
    })
  ],
  [
    "ImageApiSelector",
    kind("ImageApiSelector", [], {
      region: ["region", asText],
      size: ["size", asText],
      rotation: ["rotation", asText],
      quality: ["quality", asText],
      format: ["format", asText]
    })
  ]
])

/** What is read otherwise: the type says which selector it is, and that it is embedded as text. */
const handled = new Set(["@type", "@context"])

const annotationContext = /^https?:\/\/iiif\.io\/api\/annex\/openannotation\/context\.json$/

const contexts = (given: Json, place: At): void => {
  each(given, place, (one, at) => {
    if (typeof one !== "string" || !annotationContext.test(one)) at.lose("a selector has no context in Presentation 3")
  })
}

const one = (given: Fields, found: Kind, place: At): Json | undefined => {
  const fields: { [key: string]: Json } = { type: found.type }
  contexts(given["@context"] ?? [], place.at("@context"))
  loseOtherTypes(given["@type"], place, found.type, "ContentAsText")
  for (const [key, value] of Object.entries(given)) {
    const [name, kept] = found.fields.get(key) ?? []
    const converted = kept?.(value)
    if (name !== undefined && converted !== undefined) fields[name] = converted
    else if (name !== undefined) place.at(key).lose(`a ${found.type} of Presentation 3 has no such ${key}`)
    else if (key.includes(":") || key === "format") fields[key] = value
    else if (!handled.has(key)) place.at(key).lose(`a ${found.type} has no ${key} in Presentation 3`)
  }
  if (found.required.every((key) => fields[key] !== undefined)) return fields
  place.lose(`a ${found.type} needs ${found.required.join(" and ")} in Presentation 3`)
  return undefined
}

/** The selectors of a value: one, a list, or a choice of several, all of which select the same. */
const all = (value: Json, place: At, add: (selector: Json) => void): void => {
  each(value, place, (given, at) => {
    if (!isFields(given)) return at.lose("it is not an object with the type of a selector")
    const names = typesOf(given).map(shortName)
    // Some write a choice without its type.
    if (names.includes("Choice") || (names.length === 0 && given["default"] !== undefined)) {
      for (const key of Object.keys(given)) {
        if (!["@type", "default", "item"].includes(key)) {
          at.at(key).lose("Presentation 3 has only the selectors of a choice")
        }
      }
      loseOtherTypes(given["@type"], at, "Choice")
      for (const key of ["default", "item"]) if (given[key] !== undefined) all(given[key], at.at(key), add)
      return
    }
    const found = names.map((name) => kinds.get(name)).find((kind) => kind !== undefined)
    if (found === undefined) return at.lose(`Presentation 3 has no selector ${quoted(names.join(" "))}`)
    const selector = one(given, found, at)
    if (selector !== undefined) add(selector)
  })
}

export const selectors = (value: Json, place: At): Json | undefined => {
  const found: Array<Json> = []
  all(value, place, (selector) => found.push(selector))
  return found.length > 1 ? found : found[0]
}
