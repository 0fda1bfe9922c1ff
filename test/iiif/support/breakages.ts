/** Breaks documents by seed: each change affects one place, and is of a kind that people and programs make. */
import { Random } from "../../../packages/iiif/test/support/random.ts"

type Place = { readonly parent: Record<string, unknown> | Array<unknown>; readonly key: string | number }

const places = (value: unknown, found: Array<Place> = []): Array<Place> => {
  if (Array.isArray(value)) {
    for (const [key, inner] of value.entries()) {
      found.push({ parent: value, key })
      places(inner, found)
    }
  } else if (typeof value === "object" && value !== null) {
    const parent: Record<string, unknown> = value as Record<string, unknown>
    for (const [key, inner] of Object.entries(parent)) {
      found.push({ parent, key })
      places(inner, found)
    }
  }
  return found
}

const junk: ReadonlyArray<unknown> = [
  null,
  true,
  0,
  1,
  -1,
  1.5,
  "",
  "x",
  "http",
  "http://",
  "https://example.org/a b",
  "https://example.org/ü",
  "https://example.org/ok",
  "urn:uuid:1",
  "2020-02-30T00:00:00Z",
  "2020-01-01",
  "2020-01-01T00:00:00Z",
  "Image",
  "Canvas",
  "Range",
  "Manifest",
  "AnnotationPage",
  "Annotation",
  "TextualBody",
  "SpecificResource",
  "Choice",
  "Feature",
  "Agent",
  "en",
  "de-1996",
  "painting",
  "paged",
  "hidden",
  "image/jpeg",
  "IMAGE/JPEG",
  "https://creativecommons.org/licenses/by/4.0/",
  [],
  [""],
  [[]],
  [{}],
  {},
  { en: ["x"] },
  { en: "x" },
  { en: [] },
  { en_US: ["x"] },
  { "": ["x"] },
  { id: "https://example.org/other", type: "Image" },
  { id: "https://example.org/other", type: "Canvas" },
  { id: "https://example.org/other", type: "Range", items: [] },
  { type: "Choice", items: [] },
  { type: "Choice", id: "https://example.org/choice", items: [] },
  { source: "https://example.org/source" }
]

const added = [
  "id",
  "@id",
  "@type",
  "type",
  "items",
  "label",
  "service",
  "behavior",
  "rights",
  "navDate",
  "unknown",
  "duration",
  "height",
  "language",
  "accompanyingCanvas",
  "placeholderCanvas",
  "source",
  "value",
  "creator",
  "total",
  "next"
]

const put = ({ key, parent }: Place, value: unknown): void => {
  if (Array.isArray(parent)) parent[Number(key)] = value
  else parent[key] = value
}

const take = ({ key, parent }: Place): unknown => Array.isArray(parent) ? parent[Number(key)] : parent[key]

const remove = ({ key, parent }: Place): void => {
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
}

const kinds = ["remove", "junk", "junk", "wrap", "unwrap", "add", "other", "rename"] as const

/** A copy with one place changed, and a description of the change. */
export const breakage = (document: object, random: Random): { readonly json: unknown; readonly change: string } => {
  const json: unknown = JSON.parse(JSON.stringify(document))
  const all = places(json)
  const place = random.pick(all)
  const kind = random.pick(kinds)
  const value = take(place)
  if (kind === "remove") remove(place)
  else if (kind === "junk") put(place, random.pick(junk))
  else if (kind === "wrap") put(place, [value])
  else if (kind === "unwrap") put(place, Array.isArray(value) ? value[0] : Object.values(Object(value))[0])
  else if (kind === "other") put(place, structuredClone(take(random.pick(all))))
  else if (kind === "rename") {
    remove(place)
    put({ parent: place.parent, key: Array.isArray(place.parent) ? 0 : random.pick(added) }, value)
  } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    put({ parent: value as Record<string, unknown>, key: random.pick(added) }, random.pick(junk))
  } else put(place, random.pick(junk))
  // JSON drops what became undefined.
  return {
    json: JSON.parse(JSON.stringify(json)),
    change: `${kind} at ${String(place.key)}: ${String(JSON.stringify(value)).slice(0, 80)}`
  }
}
