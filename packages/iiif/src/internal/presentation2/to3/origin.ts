import type { Fields } from "../../fields.ts"
import type { At } from "./upgrade.ts"

/** What the properties of Presentation 3 are called in Presentation 2, where they have another name. */
const names: ReadonlyMap<string, string> = new Map(Object.entries({
  id: "@id",
  type: "@type",
  summary: "description",
  requiredStatement: "attribution",
  rights: "license",
  provider: "logo",
  homepage: "related",
  behavior: "viewingHint",
  partOf: "within",
  annotations: "otherContent",
  body: "resource",
  target: "on",
  start: "startCanvas",
  supplementary: "contentLayer",
  source: "full",
  styleClass: "style",
  value: "chars"
}))

/** The keys of a path such as `items[0].label["en"]`. */
const keysOf = (path: string): ReadonlyArray<string> =>
  Array.from(
    path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g),
    ([, index, quoted, plain]) => index ?? quoted ?? plain ?? ""
  )

/** The path in the given document of what is at a path in the result, as nearly as it is known. */
export const originOf = (result: Fields, path: string, root: At): string => {
  let place = root
  let below: ReadonlyArray<string> = []
  let value: unknown = result
  for (const key of keysOf(path)) {
    value = typeof value === "object" && value !== null ? (value as Fields)[key] : undefined
    const origin = typeof value === "object" && value !== null ? root.conversion.origins.get(value) : undefined
    below = origin === undefined ? [...below, key] : []
    place = origin ?? place
  }
  const [key] = below
  return key === undefined || /^\d+$/.test(key) || key === "items" ? place.path : place.at(names.get(key) ?? key).path
}
