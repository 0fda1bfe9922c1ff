import type { LabelValue, LanguageMap } from "../../Presentation3.ts"
import type { Fields, Json } from "../fields.ts"
import { many, type Place, single } from "./place.ts"

/** Converts a language map; values under `none` become plain strings. Presentation 2.1, 4.3. */
export const textOf = (map: LanguageMap): Json => {
  const values = Object.entries(map).flatMap(([language, texts]): ReadonlyArray<Json> =>
    texts.map((text) => language === "none" ? text : { "@value": text, "@language": language })
  )
  return values.length === 0 ? "" : single(values)
}

export const text = (name: string) => (map: LanguageMap): Fields => ({ [name]: textOf(map) })

const isTagged = (text: Json): text is Fields => typeof text === "object" && text !== null && !Array.isArray(text)

/** Converts text to a language map; values without a language go under `none`. */
export const languageMapOf = (text: Json): LanguageMap => {
  const map: { [language: string]: Array<string> } = {}
  for (const one of many<Json>(text)) {
    const { "@language": language, "@value": value }: Fields = isTagged(one) ? one : { "@value": one }
    const values = map[String(language ?? "none")] ??= []
    values.push(String(value))
  }
  return map
}

export const metadata = (pairs: ReadonlyArray<LabelValue>): Fields => ({
  metadata: pairs.map(({ label, value }) => ({ label: textOf(label), value: textOf(value) }))
})

const isAttribution = (label: LanguageMap): boolean =>
  Object.values(label).every((texts) => texts.every((one) => one === "Attribution"))

export const requiredStatement = ({ label, value }: LabelValue, place: Place): Fields => {
  if (!isAttribution(label)) place.at("label").lose("Presentation 2 viewers label it Attribution")
  return { attribution: textOf(value) }
}

const hints = new Set(["individuals", "paged", "continuous", "multi-part", "non-paged", "facing-pages"])

export const behavior = (behaviors: ReadonlyArray<string>, place: Place): Fields => {
  const [hint, ...others] = behaviors.filter((one) => hints.has(one))
  for (const one of [...behaviors.filter((one) => !hints.has(one)), ...others]) {
    place.lose(`${JSON.stringify(one)}: Presentation 2 has only one viewingHint, one of ${[...hints].join(", ")}`)
  }
  return hint === undefined ? {} : { viewingHint: hint }
}
