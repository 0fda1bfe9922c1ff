/** What conversions from Presentation 2 are held to. */
import { correctRights } from "../../src/internal/presentation3/rights.ts"
import type { Json } from "./random.ts"

export interface Leaf {
  readonly path: string
  readonly key: string
  readonly value: string
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const step = (key: string, isIndex: boolean): string =>
  isIndex ? `[${key}]` : /^[A-Za-z_$@][\w$@]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`

/** All texts and numbers in a value, with their paths. */
export const leavesOf = (value: unknown, path = "", key = ""): ReadonlyArray<Leaf> => {
  if (!isObject(value)) {
    return value === null || value === undefined ? [] : [{ path: path.replace(/^\./, ""), key, value: String(value) }]
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, path + step(name, Array.isArray(value)), Array.isArray(value) ? key : name)
  )
}

/** Whether a path is that of a value, or of something around it. */
export const isWithin = (path: string, outer: string): boolean =>
  path === outer || outer === "" || (path.startsWith(outer) && /^[.[]/.test(path.slice(outer.length)))

/** What the types of Presentation 3 say, and not a value of their own. */
const implied = new RegExp(
  "^(?:sc:(?:Manifest|Sequence|Canvas|Range|Layer|AnnotationList|Collection)|oa:(?:Annotation|SpecificResource|Choice|" +
    "Tag|CssStyle|SvgSelector|FragmentSelector)|cnt:ContentAsText|dctypes:\\w+|iiif:ImageApiSelector)$"
)

const contexts = new RegExp(
  "^http://(?:iiif\\.io/api/(?:presentation/2|image/[12]|auth/1|search/1|annex/openannotation)|" +
    "library\\.stanford\\.edu/iiif/image-api/1\\.1)/context\\.json$"
)

const isImplied = ({ key, value }: Leaf): boolean =>
  (key === "@type" && implied.test(value)) || (key === "@context" && contexts.test(value)) ||
  (key === "viewingHint" && value === "top") ||
  // A blank node is the same as no id. Clause 3.3, @id.
  (key === "@id" && value.startsWith("_:"))

/** The forms in which a value may be in the result. */
const forms = ({ key, value }: Leaf): ReadonlyArray<ReadonlyArray<string>> => {
  if (key === "motivation") return [[value.replace(/^(?:oa|sc):/, "")]]
  // The classes of content are known in any case of letters.
  if (key === "@type") return [[value], [value.charAt(0).toUpperCase() + value.slice(1)]]
  if (key === "license") return [[correctRights(value) ?? value], [value]]
  const [whole = "", fragment] = value.split("#xywh=")
  return fragment === undefined ? [[value]] : [[value], [whole, `xywh=${fragment}`]]
}

const keysOf = (value: unknown): ReadonlyArray<string> =>
  isObject(value)
    ? [...Array.isArray(value) ? [] : Object.keys(value), ...Object.values(value).flatMap(keysOf)]
    : []

/**
 * The values of the given document that are neither in the result nor listed as lost. An id that is changed is listed
 * once, and changed in all references to it. With `repeats`, what is in the document twice needs to be listed only once.
 */
export const missing = (
  given: Json,
  result: unknown,
  lost: ReadonlyArray<{ readonly path: string }>,
  repeats = false
): ReadonlyArray<string> => {
  const found = new Set([...leavesOf(result).map(({ value }) => value), ...keysOf(result)])
  const leaves = leavesOf(given)
  const paths = new Set(lost.map(({ path }) => path))
  const isListed = (leaf: Leaf) =>
    repeats ? lost.some(({ path }) => isWithin(leaf.path, path)) : leaf.key === "@id" && paths.has(leaf.path)
  const changed = new Set(leaves.filter(isListed).map(({ value }) => value))
  return leaves.filter((leaf) =>
    leaf.value !== "" && !isImplied(leaf) && !changed.has(leaf.value) && !forms(leaf).some((parts) =>
      parts.every((one) => found.has(one))
    ) &&
    !lost.some(({ path }) => isWithin(leaf.path, path))
  ).map(({ path, value }) => `${path}: ${value}`)
}

/** Whether a path is that of something in a value, or of something that is not there but could be. */
export const isPlaceIn = (value: unknown, path: string): boolean => {
  const keys = Array.from(
    path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g),
    ([, index, quoted, plain]) => index ?? (quoted === undefined ? plain : JSON.parse(`"${quoted}"`)) ?? ""
  )
  let at = value
  for (const [position, key] of keys.entries()) {
    const isLast = position === keys.length - 1
    if (!isObject(at)) return false
    if (!Object.hasOwn(at, key)) return isLast
    at = at[key]
  }
  return true
}
