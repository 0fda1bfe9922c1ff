/** Describes a manifest in the terms of the builder, builds it again, and compares the result with the original. */
import { Manifest, type Presentation3 } from "@iiif-ingest/iiif"
import { Result } from "effect"

type Fields = { readonly [key: string]: unknown }

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const hasOnly = (value: Fields, ...keys: ReadonlyArray<string>): boolean =>
  Object.keys(value).every((key) => keys.includes(key))

const listOf = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

/** Ids of the pages of canvases. */
type Pages = ReadonlyMap<unknown, string>

const timeOf = (text: string): Fields => {
  const [start = "0", end] = text.split(",")
  return { start: Number(start), ...(end === undefined ? {} : { end: Number(end) }) }
}

const regionOf = (text: string): Fields => {
  const [x, y, width, height] = text.split(",").map(Number)
  return { x, y, width, height }
}

/** A media fragment as region and time; `undefined` if it is anything else. */
const fragmentPart = (fragment: string): Fields | undefined => {
  const parts = fragment.split("&").map((part): Fields | undefined => {
    if (/^xywh=\d+,\d+,\d+,\d+$/.test(part)) return { region: regionOf(part.slice(5)) }
    return /^t=[\d.]+(?:,[\d.]+)?$/.test(part) ? { time: timeOf(part.slice(2)) } : undefined
  })
  return parts.some((part) => part === undefined) ? undefined : Object.assign({}, ...parts)
}

const selectorPart = (selector: unknown): Fields | undefined => {
  if (!isFields(selector)) return undefined
  const { type, value, ...rest } = selector
  if (type === "PointSelector" && value === undefined) return { point: rest }
  if (type === "SvgSelector" && typeof value === "string" && hasOnly(rest)) return { svg: value }
  return type === "FragmentSelector" && typeof value === "string" && rest["conformsTo"] !== undefined
    ? fragmentPart(value)
    : undefined
}

/** A reference to a canvas as a page or a part of one; `undefined` if it cannot be described. */
const placeOf = (reference: unknown, pages: Pages): unknown => {
  if (!isFields(reference)) return undefined
  if (reference["type"] === "SpecificResource" && hasOnly(reference, "id", "type", "source", "selector")) {
    const page = pages.get(reference["source"])
    const part = selectorPart(reference["selector"])
    return page === undefined || part === undefined ? undefined : { page, ...part }
  }
  const [id = "", fragment] = String(reference["id"]).split("#")
  const page = pages.get(id)
  if (page === undefined || !hasOnly(reference, "id", "type")) return undefined
  const part = fragment === undefined ? {} : fragmentPart(fragment)
  return fragment === undefined ? page : part === undefined ? undefined : { page, ...part }
}

const imageTypes = /^ImageService\d$/

/** An image whose body requests all of it from its service. */
const servedOf = (body: Fields): Fields | undefined => {
  const { annotations, format, height, id, label, service, width, type, ...rest } = body
  const [first, ...others] = listOf(service)
  if (!isFields(first) || others.length > 0 || type !== "Image" || !hasOnly(rest)) return undefined
  const address = first["id"] ?? first["@id"]
  const kind = first["type"] ?? first["@type"]
  const auth = first["service"]
  if (!imageTypes.test(String(kind)) || typeof first["profile"] !== "string") return undefined
  if (!hasOnly(first, "id", "type", "@id", "@type", "profile", "service")) return undefined
  if (id !== `${String(address)}/full/max/0/default.jpg` || format !== "image/jpeg") return undefined
  if (width === undefined || height === undefined || (auth !== undefined && !Array.isArray(auth))) return undefined
  return {
    imageService: address,
    width,
    height,
    service: { type: kind, profile: first["profile"] },
    ...(auth === undefined ? {} : { auth }),
    ...(annotations === undefined ? {} : { annotations: annotationsOf(annotations, id, new Map()) }),
    ...(label === undefined ? {} : { label })
  }
}

const renames = [["Image", "url"], ["Sound", "sound"], ["Video", "video"], ["Text", "textFile"]] as const

const addressedOf = (body: Fields): Fields | undefined => {
  const { format, id, service, type, ...rest } = body
  const key = renames.find(([name]) => name === type)?.[1]
  if (key === undefined || !hasOnly(rest, "label", "width", "height", "duration", "language")) return undefined
  if (key === "url" && (rest["width"] === undefined || !hasOnly(rest, "label", "width", "height"))) return undefined
  return {
    [key]: id,
    ...rest,
    ...(format === undefined ? {} : { mediaType: format }),
    ...(service === undefined ? {} : { auth: service })
  }
}

const specificOf = (body: Fields): Fields | undefined => {
  const { selector, source, styleClass, type, ...rest } = body
  if (type !== "SpecificResource" || !isFields(source) || !hasOnly(rest)) return undefined
  const style = typeof styleClass === "string" ? { styleClass } : {}
  if (styleClass !== undefined && typeof styleClass !== "string") return undefined
  const whole = contentOf(source)
  if (selector === undefined) return { ...whole, ...style }
  if (!isFields(selector) || "resource" in whole) return undefined
  const { region, rotation, type: kind, ...others } = selector
  if (kind === "FragmentSelector") {
    return { ...whole, ...style, clip: fragmentPart(String(selector["value"]))?.["time"] }
  }
  if (kind !== "ImageApiSelector" || !hasOnly(others)) return undefined
  return {
    ...whole,
    ...style,
    ...(region === undefined ? {} : { region: regionOf(String(region)) }),
    ...(rotation === undefined ? {} : { rotation: Number(rotation) })
  }
}

/** A resource as content; as it is if it cannot be described in another way. */
function contentOf(body: Fields): Fields {
  const { format, items, label, type, value, ...rest } = body
  if (type === "TextualBody" && hasOnly(rest, "language") && label === undefined) {
    return { text: value, ...rest, ...(format === undefined ? {} : { mediaType: format }) }
  }
  if (type === "Choice" && hasOnly(rest)) {
    return { choices: listOf(items).map((one) => contentOf(one as Fields)), ...(label === undefined ? {} : { label }) }
  }
  return servedOf(body) ?? addressedOf(body) ?? specificOf(body) ?? { resource: body }
}

const stylesheetOf = ({ stylesheet }: Fields): Fields => {
  if (stylesheet === undefined) return {}
  return { stylesheet: isFields(stylesheet) ? { value: stylesheet["value"] } : stylesheet }
}

const layerOf = (annotation: Fields): Fields => {
  const part = fragmentPart(String(annotation["target"]).split("#")[1] ?? "")
  const { region, time } = part ?? {}
  return {
    ...contentOf(annotation["body"] as Fields),
    ...(region === undefined ? {} : { target: region }),
    ...(time === undefined ? {} : { time }),
    ...stylesheetOf(annotation)
  }
}

const annotationKeys = ["id", "type", "label", "motivation", "body", "target", "stylesheet", "textGranularity"]

const bodyOf = (body: unknown, pages: Pages): unknown => {
  if (Array.isArray(body)) return body.map((one) => bodyOf(one, pages))
  if (!isFields(body)) return body
  const source = body["source"]
  if (
    body["type"] === "SpecificResource" && isFields(source) && pages.has(source["id"]) &&
    hasOnly(body, "type", "source")
  ) {
    return { page: pages.get(source["id"]) }
  }
  const content = contentOf(body)
  return "resource" in content ? body : content
}

const targetOf = (target: unknown, of: unknown, pages: Pages): unknown => {
  if (typeof target === "string") {
    const [id, fragment] = target.split("#")
    const part = fragment === undefined ? {} : fragmentPart(fragment)
    if (part === undefined) return undefined
    return id === of ? part : pages.has(id) ? { page: pages.get(id), ...part } : undefined
  }
  if (isFields(target) && target["source"] === of && hasOnly(target, "type", "source", "selector")) {
    const part = selectorPart(target["selector"])
    if (part !== undefined && !("region" in part || "time" in part)) return part
  }
  return target
}

const annotationOf = (item: unknown, of: unknown, pages: Pages): unknown => {
  if (!isFields(item) || !hasOnly(item, ...annotationKeys)) return undefined
  const { body, motivation, stylesheet: _, type: __, ...rest } = item
  const target = targetOf(item["target"], of, pages)
  if (target === undefined || motivation === undefined) return undefined
  const said = body === undefined ? {} : { body: bodyOf(body, pages) }
  return { ...rest, ...said, ...stylesheetOf(item), motivation, target }
}

/** Annotations, described if there is one page of them with nothing else; otherwise as they are. */
const annotationsOf = (given: unknown, of: unknown, pages: Pages): unknown => {
  const [page, ...others] = listOf(given)
  if (!isFields(page) || others.length > 0 || !hasOnly(page, "id", "type", "items")) return given
  const described = listOf(page["items"]).map((item) => annotationOf(item, of, pages))
  return described.length === 0 || described.includes(undefined) ? given : described
}

const sharedKeys = [
  "label",
  "summary",
  "metadata",
  "requiredStatement",
  "rights",
  "behavior",
  "thumbnail",
  "homepage",
  "seeAlso",
  "rendering",
  "partOf",
  "navDate",
  "navPlace",
  "viewingDirection"
]

const innerPageOf = (canvas: unknown): unknown => isFields(canvas) ? pageOf(canvas, new Map()) : canvas

const describedOf = (from: Fields, pages: Pages): Fields => {
  const { accompanyingCanvas, annotations, id, placeholderCanvas, provider, service } = from
  const agents = listOf(provider).map((agent) =>
    Object.fromEntries(
      Object.entries(agent as Fields).filter(([key]) => key !== "type")
    )
  )
  return {
    ...Object.fromEntries(sharedKeys.flatMap((key) => key in from ? [[key, from[key]]] : [])),
    ...(provider === undefined ? {} : { provider: agents }),
    ...(service === undefined ? {} : { services: service }),
    ...(placeholderCanvas === undefined ? {} : { placeholderCanvas: innerPageOf(placeholderCanvas) }),
    ...(accompanyingCanvas === undefined ? {} : { accompanyingCanvas: innerPageOf(accompanyingCanvas) }),
    ...(annotations === undefined ? {} : { annotations: annotationsOf(annotations, id, pages) })
  }
}

/** The only content of a page needs no label, and its annotations would be those of the canvas. */
const canBeOwn = (layer: Fields): boolean => !("label" in layer || "annotations" in layer)

function pageOf(canvas: Fields, pages: Pages): Fields {
  const annotations = listOf(canvas["items"]).flatMap((page) => listOf((page as Fields)["items"]))
  const layers = annotations.map((annotation) => layerOf(annotation as Fields))
  const [first, ...others] = layers
  const isOwn = first !== undefined && canBeOwn(first)
  const rest = isOwn ? others : layers
  const { duration, height, width } = canvas
  return {
    ...describedOf(canvas, pages),
    ...(isOwn ? first : {}),
    canvas: Object.fromEntries(Object.entries({ width, height, duration }).filter(([, value]) => value !== undefined)),
    ...(rest.length === 0 ? {} : { layers: rest })
  }
}

const sectionOf = (range: Fields, pages: Pages): Fields => {
  const { items, start, supplementary } = range
  return {
    ...describedOf(range, pages),
    items: listOf(items).map((item) =>
      isFields(item) && item["type"] === "Range" && "items" in item
        ? sectionOf(item, pages)
        : placeOf(item, pages) ?? item
    ),
    ...(start === undefined ? {} : { start: placeOf(start, pages) }),
    ...(supplementary === undefined ? {} : { supplementary })
  }
}

export interface Inputs {
  readonly uri: string
  readonly description: Manifest.Description
  readonly pages: ReadonlyArray<Manifest.Page>
}

/** The extensions whose contexts the builder adds by itself. */
const known = /\/extension\/(?:navplace|text-granularity)\/|\/presentation\/3\//

const renamed = (value: unknown, ids: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) return value.map((one) => renamed(one, ids))
  if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, ids)]))
  if (typeof value !== "string") return value
  const [id = "", ...rest] = value.split("#")
  return [ids.get(id) ?? id, ...rest].join("#")
}

/** A manifest in the terms of the builder. */
export const inputsOf = (manifest: Presentation3.Manifest): Inputs => {
  const ids = manifest.items.map(({ id }, index) => [id, `${manifest.id}/canvas/canvas:p${index + 1}`] as const)
  const original = renamed(manifest, new Map(ids)) as Fields
  const pages = new Map(ids.map(([, id], index) => [id, `p${index + 1}`]))
  const { services, start, structures } = original
  const contexts = [original["@context"]].flat().filter((one) => !known.test(String(one)))
  const description = {
    ...describedOf(original, pages),
    behavior: original["behavior"] ?? [],
    ...(contexts.length === 0 ? {} : { context: contexts }),
    ...(services === undefined ? {} : { sharedServices: services }),
    ...(start === undefined ? {} : { start: placeOf(start, pages) }),
    ...(structures === undefined ? {} : { contents: listOf(structures).map((one) => sectionOf(one as Fields, pages)) })
  }
  const given = listOf(original["items"]).map((canvas, index) =>
    Object.assign(pageOf(canvas as Fields, pages), { id: `p${index + 1}` })
  )
  return {
    uri: manifest.id,
    description: description as unknown as Manifest.Description,
    pages: given as unknown as ReadonlyArray<Manifest.Page>
  }
}

export const rebuild = (manifest: Presentation3.Manifest): Presentation3.Manifest => {
  const { description, pages, uri } = inputsOf(manifest)
  return Result.getOrThrow(Manifest.build(uri, description, pages, { thumbnails: false }))
}

const renamedTypes = new Set(["Canvas", "AnnotationPage", "Annotation", "Range"])

/** The ids that the builder derives, by those in the original. */
const newIds = (before: unknown, after: unknown, ids = new Map<string, string>()): ReadonlyMap<string, string> => {
  if (Array.isArray(before) && Array.isArray(after)) {
    for (const [index, one] of before.entries()) newIds(one, after[index], ids)
  }
  if (!isFields(before) || !isFields(after)) return ids
  const [id, now] = [before["id"], after["id"]]
  if (renamedTypes.has(String(before["type"])) && typeof id === "string" && typeof now === "string") ids.set(id, now)
  for (const key of Object.keys(before)) newIds(before[key], after[key], ids)
  return ids
}

const leaves = (value: unknown, path: string): ReadonlyArray<readonly [string, unknown]> => {
  if (Array.isArray(value)) {
    return value.length === 0 ? [[path, "[]"]] : value.flatMap((one, index) => leaves(one, `${path}[${index}]`))
  }
  return isFields(value)
    ? Object.entries(value).flatMap(([key, one]) => leaves(one, `${path}.${key}`))
    : [[path, value]]
}

export interface Difference {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** Every value that differs, or is in only one of the two, besides the ids that the builder derives. */
export const differences = (before: object, after: object): ReadonlyArray<Difference> => {
  const [was, is] = [new Map(leaves(renamed(before, newIds(before, after)), "")), new Map(leaves(after, ""))]
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => ({ path: path.slice(1), before: was.get(path), after: is.get(path) }))
}
