import type { LabelValue, LanguageMap } from "../../../Presentation3.ts"
import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import type { Place } from "../place.ts"
import { single } from "./rules.ts"

/** Converts a language map; values under `none` become plain strings. Presentation 2.1, 4.3. */
export const textOf = (map: LanguageMap): Json => {
  const values = Object.entries(map).flatMap(([language, texts]): ReadonlyArray<Json> =>
    texts.map((text) => language === "none" ? text : { "@value": text, "@language": language })
  )
  return values.length === 0 ? "" : single(values)
}

export const text = (name: string) => (map: LanguageMap): Fields => ({ [name]: textOf(map) })

export const metadata = (pairs: ReadonlyArray<LabelValue>): Fields => ({
  metadata: pairs.map(({ label, value, ...others }) => ({
    ...others,
    label: textOf(label),
    value: textOf(value)
  }))
})

const isAttribution = (label: LanguageMap): boolean =>
  Object.values(label).every((texts) => texts.every((one) => one === "Attribution"))

/** Presentation 2 viewers show the statement as the attribution. Clause 3.2. */
export const requiredStatement = ({ label, value }: LabelValue, place: Place): Fields => {
  if (!isAttribution(label)) place.at("label").lose("Presentation 2 viewers label it Attribution")
  return { attribution: textOf(value) }
}

/** The behaviors that are viewing hints of Presentation 2, by class. Clause 3.3, viewingHint. */
const hints: { readonly [type: string]: ReadonlyArray<string> } = {
  Collection: ["individuals", "multi-part"],
  Manifest: ["individuals", "paged", "continuous"],
  Canvas: ["non-paged", "facing-pages"],
  Range: ["individuals", "paged", "continuous"]
}

export const behavior = (type: string) => (behaviors: ReadonlyArray<string>, place: Place): Fields => {
  const kept = behaviors.filter((one, index) => {
    const isHint = hints[type]?.includes(one) === true
    if (!isHint) place.at(index).lose(`${quoted(one)} is no viewingHint of Presentation 2 for a resource of this type`)
    return isHint
  })
  return kept.length === 0 ? {} : { viewingHint: single(kept) }
}
