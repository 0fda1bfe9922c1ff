import { homepage, resources, seeAlso } from "./content.ts"
import { id, languageMap } from "./values.ts"
import { type Check, classOf, list, object } from "./walk.ts"

/** The providers of a resource. Clause 3.1, provider. */
export const provider: Check = list(object({
  fields: { id, type: classOf("Agent"), label: languageMap, homepage, logo: resources, seeAlso },
  required: ["id", "type", "label"]
}))
