import { append, context, ownId } from "./draft.ts"
import { viewingHint } from "./hints.ts"
import { links, logo, thumbnail, within } from "./links.ts"
import { attribution, license } from "./rights.ts"
import { services } from "./services.ts"
import { pairs, text } from "./text.ts"
import type { Rule } from "./upgrade.ts"

const metadata: Rule = (value, place, draft) => {
  for (const pair of pairs(value, place)) append(draft, "metadata", pair)
}

const otherContent: Rule = (value, place, draft) => place.conversion.parts.otherContent(value, place, draft)

/** The properties that resources of every class may have. Clauses 3.1, 3.2 and 3.4. */
export const described: ReadonlyArray<readonly [string, Rule]> = [
  ["@context", context],
  ["@id", ownId],
  ["label", text("label")],
  ["metadata", metadata],
  ["description", text("summary")],
  ["attribution", attribution],
  ["license", license],
  ["logo", logo],
  ["thumbnail", thumbnail],
  ["viewingHint", viewingHint],
  ["related", links("homepage", "Text", true)],
  ["rendering", links("rendering", "Text", true)],
  ["seeAlso", links("seeAlso", "Dataset", false)],
  ["service", services],
  ["within", within],
  ["otherContent", otherContent]
]
