import * as Schema from "effect/Schema"
import { type Leaf, leaf } from "../model/kind.ts"
import { kindOf } from "../model/walk.ts"
import { quoted } from "../quoted.ts"
import { isHttpUri } from "./uri.ts"

const licenses =
  "by|by-sa|by-nc|by-nd|by-nc-sa|by-nc-nd|by-nd-nc|sa|nc|nd|nc-sa|nd-nc|devnations|sampling|sampling\\+|nc-sampling\\+"

/** A license, its version, and where it was adapted to the law of a country. */
const license = new RegExp(
  `^http://creativecommons\\.org/(?:licenses/(?:${licenses})/[1-4]\\.\\d|publicdomain/(?:zero|mark)/1\\.0)(?:/[a-z]{2,10})?/?$`
)

const statements = "InC|InC-OW-EU|InC-EDU|InC-NC|InC-RUU|NoC-CR|NoC-NC|NoC-OKLR|NoC-US|CNE|UND|NKC"

const statement = new RegExp(`^http://rightsstatements\\.org/vocab/(?:${statements})/1\\.0/?$`)

const publishers = /^http:\/\/(?:creativecommons\.org\/(?:licenses|publicdomain)|rightsstatements\.org\/vocab)\//

const isKnownRights = (value: string): boolean => license.test(value) || statement.test(value)

/** The canonical URI of a license: this, or that of which this is another form, with https, www or the page about it. */
export const canonicalRights = (value: string): string | undefined => {
  // Code without types may give anything; the check of the manifest says so.
  if (typeof value !== "string" || value.length > 2000) return undefined
  const corrected = value.replace(/^https?:\/\/(?:www\.)?/, "http://")
    .replace(/^(http:\/\/rightsstatements\.org)\/(?:page|vocab)\/([^?#]*).*$/, "$1/vocab/$2")
    .replace(/^(http:\/\/creativecommons\.org\/.*?)\/?(?:deed(?:\.[a-z_]+)?|legalcode)?$/i, "$1/")
  return isKnownRights(corrected) ? corrected : undefined
}

/** The canonical URI of a license, if this is another form of one that is not accepted. */
export const correctRights = (value: string): string | undefined => {
  const canonical = canonicalRights(value)
  return canonical === undefined || isKnownRights(value) ? undefined : canonical
}

/** A license or rights statement. Clause 3.1, rights. */
export const rights: Leaf<string> = leaf("URI of a Creative Commons license or RightsStatements.org statement", (
  value,
  walk
) => {
  if (typeof value !== "string" || !isHttpUri(value)) return walk.report("rights-uri", `it is ${kindOf(value)}`)
  if (isKnownRights(value)) return
  const corrected = correctRights(value)
  if (corrected !== undefined) {
    return walk.report("rights-https", `${quoted(value)} is not the canonical URI of the license`, {
      remedy: `write ${corrected}`
    })
  }
  if (publishers.test(value)) {
    return walk.report("rights-form", `${quoted(value)} is not the URI of a license or statement of this publisher`)
  }
  walk.report("rights-unknown", `${quoted(value)} is neither a Creative Commons license nor a RightsStatements.org one`)
}, Schema.Literals(["http://creativecommons.org/licenses/by/4.0/", "http://rightsstatements.org/vocab/InC/1.0/"]))
