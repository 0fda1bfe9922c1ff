import { isObject } from "effect/Predicate"
import { type Fields, type Json, without } from "../fields.ts"
import type { Canvas, ImageAnnotation, Manifest, Sequence } from "./model.ts"
import { many } from "./place.ts"
import { languageMapOf } from "./text.ts"

const isFields = (value: Json | undefined): value is Fields => isObject(value)

const isText = (value: Json | undefined): value is string => typeof value === "string"

const fieldsOf = (value: Json | undefined): ReadonlyArray<Fields> =>
  value === undefined ? [] : many<Json>(value).filter(isFields)

const withId = (image: ImageAnnotation, canvas: Canvas, index: number): Json => ({
  "@id": `${canvas["@id"]}/annotation/${index + 1}`,
  ...image
})

const withImageIds = (canvas: Canvas): Json => ({
  ...canvas,
  images: (canvas.images ?? []).map((image, index) => withId(image, canvas, index))
})

const withCanvases = (sequence: Sequence): Json => ({ ...sequence, canvases: sequence.canvases.map(withImageIds) })

/** Gives annotations the same ids every time; the parser would number them across all documents of a process. */
const withIds = (manifest: Manifest): Json => ({ ...manifest, sequences: manifest.sequences.map(withCanvases) })

const addresses = new Set(["id", "@id", "target", "source"])

/** Restores what the parser changes: it gives every service `@id` and `@type`, and shortens profiles to their level. */
const service = (fields: Fields): Fields => {
  const { "@id": id, "@type": type, ...rest } = fields
  if (!isText(type)) return fields
  if (/^ImageService3$|Service2$/.test(type) && type !== "ImageService2") return { id: id ?? null, type, ...rest }
  const { profile } = rest
  return type === "ImageService2" && isText(profile) && /^level[0-2]$/.test(profile)
    ? { ...fields, profile: `http://iiif.io/api/image/2/${profile}.json` }
    : fields
}

/** Removes the nulls that the parser leaves, and renames ids. */
const renamed = (value: Json, rename: (id: string) => string): Json => {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename))
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(service(value)).filter(([, field]) => field !== null).map(([key, field]) => [
      key,
      addresses.has(key) && isText(field) ? rename(field) : renamed(field, rename)
    ])
  )
}

/** Removes `top`, which marked the first range; that range now contains the others. */
const behavior = (value: Json | undefined): Fields => {
  const behaviors = value === undefined ? [] : [...new Set(many<Json>(value))].filter((one) => one !== "top")
  return behaviors.length === 0 ? {} : { behavior: behaviors }
}

const rangeItem = (item: Fields): Fields => item["type"] === "Range" && item["items"] !== undefined ? range(item) : item

const range = (given: Fields): Fields => ({
  ...without(given, "behavior"),
  ...behavior(given["behavior"]),
  items: fieldsOf(given["items"]).map(rangeItem)
})

/** The parser makes up one provider for all logos; here each is named after the host of its logo. */
const provider = (value: Json | undefined): Fields => {
  const providers = fieldsOf(value).flatMap(({ logo }) => {
    const [first] = fieldsOf(logo).map(({ id }) => id)
    const url = isText(first) ? URL.parse(first) : null
    return url === null ? [] : [{ id: url.origin, type: "Agent", label: { none: [url.hostname] }, logo: logo ?? [] }]
  })
  return providers.length === 0 ? {} : { provider: providers }
}

/** The parser keeps only the first related page, as the homepage of the provider. */
const homepage = (related: Json | undefined): Fields => {
  const pages = (related === undefined ? [] : many<Json>(related)).flatMap((page): ReadonlyArray<Json> => {
    if (isText(page)) return [{ id: page, type: "Text" }]
    if (!isFields(page)) return []
    const { "@id": id, label, language } = page
    return [{
      id: id ?? null,
      type: "Text",
      ...(label === undefined ? {} : { label: languageMapOf(label) }),
      ...without(page, "@id", "@type", "label", "language"),
      ...(language === undefined ? {} : { language: many(language) })
    }]
  })
  return pages.length === 0 ? {} : { homepage: pages }
}

const asData = (link: Fields): Fields => ({ ...link, type: "Dataset" })

/** The parser takes linked data for text, depending on its format. */
const seeAlso = (value: Json | undefined): Fields => value === undefined ? {} : { seeAlso: fieldsOf(value).map(asData) }

const licenses = /^https?:\/\/(creativecommons\.org|rightsstatements\.org)\//

/** The parser drops every license. One that Presentation 3 does not allow in `rights` is put in the metadata. */
const rights = (license: Json | undefined, metadata: Json | undefined): Fields => {
  const statements = (license === undefined ? [] : many<Json>(license)).filter(isText)
  const known = statements.find((one) => licenses.test(one))
  const others = statements.filter((one) => one !== known).map((one) => ({
    label: { none: ["License"] },
    value: { none: [one] }
  }))
  const pairs = [...metadata === undefined ? [] : many<Json>(metadata), ...others]
  return {
    ...(known === undefined ? {} : { rights: known.replace(/^https:/, "http:") }),
    ...(pairs.length === 0 ? {} : { metadata: pairs })
  }
}

/** The properties that manifests and canvases share. */
const described = (upgraded: Fields, { license, related }: Fields): Fields => {
  const { behavior: hints, metadata, provider: agents, seeAlso: links } = upgraded
  return {
    ...without(upgraded, "behavior", "homepage", "metadata", "provider", "rights", "seeAlso"),
    ...rights(license, metadata),
    ...behavior(hints),
    ...provider(agents),
    ...homepage(related),
    ...seeAlso(links)
  }
}

const canvas = (upgraded: Fields, document: Fields): Fields => ({ items: [], ...described(upgraded, document) })

const corrected = (upgraded: Fields, document: Manifest): Fields => {
  const { items, structures, ...rest } = upgraded
  const direction = upgraded["viewingDirection"] ?? document.viewingDirection
  const canvases: ReadonlyArray<Fields> = document.sequences.flatMap((sequence) => sequence.canvases)
  return {
    ...described(rest, document),
    ...(direction === undefined ? {} : { viewingDirection: direction }),
    items: fieldsOf(items).map((item, index) => canvas(item, canvases[index] ?? {})),
    ...(structures === undefined ? {} : { structures: fieldsOf(structures).map(range) })
  }
}

/**
 * Upgrades a Presentation 2 manifest with the parser and corrects its mistakes. The parser is loaded here, on first
 * use, and gets a copy, since it modifies its input.
 */
export const upgraded = async (document: Manifest, rename: (id: string) => string): Promise<Json> => {
  const { upgrade } = await import("@iiif/parser/upgrader")
  const json: Json = JSON.parse(JSON.stringify(upgrade(JSON.parse(JSON.stringify(withIds(document))))))
  return isFields(json) ? renamed(corrected(json, document), rename) : json
}
