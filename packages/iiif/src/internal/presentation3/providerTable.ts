import { classOf, define, list, may, must, should } from "../model/kind.ts"
import { homepage, logos, seeAlso } from "./contentTables.ts"
import { id, languageMap } from "./scalars.ts"

const clause = "3.1, provider"

/** An organization or a person that provides an object. Clause 3.1, provider. */
export const agent = define("Agent", {
  id: must(id, clause),
  type: must(classOf("Agent"), clause),
  label: must(languageMap, clause),
  homepage: should(homepage, clause),
  logo: should(logos, clause),
  seeAlso: may(seeAlso, clause)
})

export const provider = list(agent)
