import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { many } from "../place.ts"
import { type At, isFields, type Rule } from "./upgrade.ts"

const isKnown = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** A tag as language maps of Presentation 3 may have it: of letters only, as IIIF's own schema wants it. */
const isTag = (tag: string): boolean =>
  /^[A-Za-z]{2,8}(?:-[A-Za-z]{1,8})*$/.test(tag) && tag.length <= 64 && isKnown(tag)

/** The tag, or the longest beginning of it that language maps may have; `none` if there is none. */
const tagOf = (given: string): string => {
  const parts = given.slice(0, 64).replaceAll("_", "-").split("-")
  for (let length = parts.length; length > 0; length--) {
    const tag = parts.slice(0, length).join("-")
    if (isTag(tag)) return tag
  }
  return "none"
}

export const languageOf = (given: Json | undefined, place: At): string => {
  if (given === undefined || given === null || given === "" || given === "@none" || given === "none") return "none"
  if (typeof given !== "string") {
    place.lose("it is not the tag of a language")
    return "none"
  }
  if (isTag(given)) return given
  const tag = tagOf(given)
  place.lose(`${quoted(given)} cannot be a language of Presentation 3: the text is under ${quoted(tag)}`)
  return tag
}

const isPlain = (value: Json | undefined): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"

/** Calls for each text, with its language, in one value, a list, or lists in lists. Clause 4.3. */
const eachText = (value: Json, place: At, visit: (text: string, language: string) => void): void => {
  if (value === null) return
  if (isPlain(value)) return visit(String(value), "none")
  if (!isFields(value)) {
    for (const [index, one] of (value as ReadonlyArray<Json>).entries()) eachText(one, place.at(index), visit)
    return
  }
  const { "@language": language, "@value": text, ...others } = value
  const texts = many<Json>(text ?? []).filter(isPlain)
  if (texts.length === 0 || texts.length < many(text).length) {
    place.lose("it is neither text nor an object with @value")
  }
  if (texts.length === 0) return
  for (const key of Object.keys(others)) place.at(key).lose("a text of Presentation 3 has only a language")
  const tag = languageOf(language, place.at("@language"))
  for (const one of texts) visit(String(one), tag)
}

/** A language map with all texts of a value, added to those of another map; `undefined` if there are none. */
export const languageMap = (value: Json | undefined, place: At, before: Json | undefined = {}): Fields | undefined => {
  const map = new Map<string, Array<string>>()
  for (const [language, texts] of Object.entries(isFields(before) ? before : {})) {
    map.set(language, [...texts as ReadonlyArray<string>])
  }
  eachText(value ?? null, place, (text, language) => {
    const texts = map.get(language)
    if (texts === undefined) map.set(language, [text])
    else texts.push(text)
  })
  return map.size === 0 ? undefined : Object.fromEntries(map)
}

/** One string, where Presentation 3 has neither languages nor lists. */
export const plainText = (value: Json, place: At): string | undefined => {
  const texts: Array<string> = []
  eachText(value, place, (text, language) => {
    if (texts.length > 0) place.lose(`${quoted(text)} is left out: there may be only one text here`)
    else if (language !== "none") place.lose("a text cannot have a language here")
    texts.push(text)
  })
  return texts[0]
}

/** Text in the property of Presentation 3 with this name, after the text that is there. */
export const text = (name: string): Rule => (value, place, { fields }) => {
  const map = languageMap(value, place, fields[name])
  if (map !== undefined) fields[name] = map
}

const noText: Fields = { none: [""] }

/** A label and a value to show together. Presentation 3 wants both, so that one that is missing is empty. */
const pair = (value: Json, place: At): Json | undefined => {
  if (!isFields(value)) {
    place.lose("it is not an object with label and value")
    return undefined
  }
  const { label, value: shown, ...others } = value
  if (label === undefined && shown === undefined) {
    place.lose("it has neither a label nor a value")
    return undefined
  }
  return {
    label: languageMap(label, place.at("label")) ?? noText,
    value: languageMap(shown, place.at("value")) ?? noText,
    ...others
  }
}

export const pairs = (value: Json, place: At): ReadonlyArray<Json> =>
  (Array.isArray(value) ? value as ReadonlyArray<Json> : [value]).flatMap((one, index) =>
    pair(one, Array.isArray(value) ? place.at(index) : place) ?? []
  )
