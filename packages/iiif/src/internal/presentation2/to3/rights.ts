import type { Json } from "../../fields.ts"
import { canonicalRights } from "../../presentation3/rights.ts"
import { each } from "../place.ts"
import { append } from "./draft.ts"
import { languageMap } from "./text.ts"
import { type Draft, isFields, type Rule } from "./upgrade.ts"
import { httpUri } from "./uri.ts"

/** Where the licenses and statements are published that Presentation 3 allows in `rights`. Presentation 3.0, 3.1. */
const publishers = /^http:\/\/(?:creativecommons\.org\/(?:licenses|publicdomain)|rightsstatements\.org\/vocab)\//

/** The license in the form that Presentation 3 asks for, `undefined` if it allows no such license. */
const rightsOf = (given: string): string | undefined => {
  if (given.length > 1_000) return undefined
  const uri = canonicalRights(given) ?? given.replace(/^https?:\/\/(?:www\.)?/, "http://")
  return publishers.test(uri) && httpUri(uri) === uri ? uri : undefined
}

const asMetadata = (draft: Draft, value: Json): void =>
  append(draft, "metadata", { label: { none: ["License"] }, value })

/** The first license that Presentation 3 allows; others are shown in the metadata. Clause 3.2. */
export const license: Rule = (value, place, draft) => {
  each(value, place, (one, at) => {
    const given = isFields(one) ? one["@id"] ?? one : one
    const rights = typeof given === "string" ? rightsOf(given) : undefined
    if (rights !== undefined && draft.fields["rights"] === undefined) draft.fields["rights"] = rights
    else if (rights === undefined || rights !== draft.fields["rights"]) {
      const shown = languageMap(given, at)
      if (shown !== undefined) asMetadata(draft, shown)
    }
    if (isFields(one) && one["@id"] !== undefined) {
      for (const key of Object.keys(one)) if (key !== "@id") at.at(key).lose("rights are only an address")
    }
  })
}

/** What must be shown. Several of them are shown together. Clause 3.2. */
export const attribution: Rule = (value, place, { fields }) => {
  const before = fields["requiredStatement"]
  const shown = languageMap(value, place, isFields(before) ? before["value"] : undefined)
  if (shown !== undefined) fields["requiredStatement"] = { label: { none: ["Attribution"] }, value: shown }
}
