import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { defined } from "../defined.ts"
import { each } from "../place.ts"
import type { At, Draft, Rule } from "./upgrade.ts"

export type Rules = ReadonlyMap<string, Rule>

/** Adds a value to the list under a key. */
export const append = ({ fields }: Draft, key: string, item: Json): void => {
  const before = fields[key]
  // The lists of a draft are its own.
  if (Array.isArray(before)) (before as Array<Json>).push(item)
  else fields[key] = [item]
}

/** Leaves a property out and says why. */
export const lost = (problem: string): Rule => (_, place) => place.lose(problem)

/** A property that is read with another one. */
export const handled: Rule = () => {}

/** The id of a resource, which is read with the resource. */
export const ownId: Rule = (value, place) => {
  if (typeof value !== "string" || value === "") place.lose("an @id is one string, and not empty")
}

/** The type of content, which is read with the content. */
export const ownTypes: Rule = (value, place) => {
  each(value, place, (one, at) => {
    if (typeof one !== "string") at.lose("an @type is a string")
  })
}

/** Classes on which the checker refuses other properties, unless they have a prefix. */
const closed = new Set(["Manifest", "AnnotationPage"])

/** A property that Presentation 2 does not define is kept as it is. Clause 3. */
const extension = (key: string, value: Json, place: At, { fields, type }: Draft): void => {
  if (defined.has(key)) {
    if (value !== null) place.lose(`a resource of the type ${type} has no ${key} in Presentation 3`)
  } else if (closed.has(type) && !key.includes(":")) {
    place.lose(`IIIF's own schema of Presentation 3 allows no other properties on a resource of the type ${type}`)
  } else if (Object.hasOwn(fields, key)) place.lose("the manifest that the sequence becomes a part of has one itself")
  else fields[key] = value
}

/** Converts the properties of a resource by the rules of its class; others are extensions. */
export const convert = (rules: Rules, given: Fields, place: At, draft: Draft): void => {
  for (const key in given) {
    const value = given[key] ?? null
    const rule = rules.get(key)
    if (rule === undefined) extension(key, value, place.at(key), draft)
    else if (value !== null) rule(value, place.at(key), draft)
  }
}

/** The contexts of documents of the Presentation and the Image API, which say nothing within another document. */
const implied = new RegExp(
  "^https?://(?:(?:www\\.)?iiif\\.io/api/(?:presentation|image)/\\d(?:\\.\\d)?/context\\.json|" +
    "library\\.stanford\\.edu/iiif/image-api/(?:\\d\\.\\d/)?context\\.json|" +
    "(?:www\\.)?shared-canvas\\.org/ns/context\\.json)/?$"
)

/** The contexts of extensions become contexts of the document. Clause 4.5. */
export const context: Rule = (value, place) => {
  each(value, place, (one, at) => {
    if (typeof one !== "string") return at.lose("Presentation 3 has only contexts that are given by their address")
    if (implied.test(one)) return
    const uri = at.conversion.address(one, at)
    if (uri === undefined) at.lose(`${quoted(one)} is no http URI`)
    else at.conversion.contexts.add(uri)
  })
}

export const typesOf = ({ "@type": type }: Fields): ReadonlyArray<string> =>
  (Array.isArray(type) ? type as ReadonlyArray<Json> : [type]).filter((one) => typeof one === "string")

const vocabulary = new RegExp(
  "^(?:sc:|oa:|cnt:|dctypes:|dcmitype:|iiif:|https?://(?:iiif\\.io/api/(?:presentation/[23]|image/[12])#|" +
    "www\\.w3\\.org/ns/oa#|www\\.w3\\.org/2011/content#|purl\\.org/dc/dcmitype/|(?:www\\.)?shared-canvas\\.org/ns/))"
)

/** The name of a class without its vocabulary: `Canvas` for `sc:Canvas` and for its full URI. */
export const shortName = (type: string): string => type.length > 200 ? type : type.replace(vocabulary, "")

/** Reports the types of a value that are not among these, and so have no place. */
export const loseOtherTypes = (type: Json | undefined, place: At, ...expected: ReadonlyArray<string>): void => {
  each(type ?? [], place.at("@type"), (one, at) => {
    if (typeof one !== "string" || !expected.includes(shortName(one))) at.lose("Presentation 3 has no such type here")
  })
}

/** The names that classes of Presentation 2 and of its annotations have. */
const known = new Set(
  ("Manifest Collection Sequence Canvas Range Layer AnnotationList Annotation SpecificResource Choice ContentAsText " +
    "SvgSelector FragmentSelector ImageApiSelector CssStyle CssStylesheet Style Tag").split(" ")
)

/** The class of a resource follows from where it is; a class that Presentation 2 does not define is left out. */
export const types = (expected: string): Rule => (value, place) => {
  each(value, place, (one, at) => {
    const name = typeof one === "string" ? shortName(one) : ""
    if (name === expected) return
    at.lose(
      known.has(name) ? `it is read as a ${expected}, for its place` : "Presentation 3 has one type for a resource"
    )
  })
}
