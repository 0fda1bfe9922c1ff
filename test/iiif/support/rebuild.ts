/** Rebuilds a manifest of images with the builder, and compares the result with the original. */
import { Ids } from "@iiif-ingest/core"
import { Manifest, Presentation3 } from "@iiif-ingest/iiif"
import { Result } from "effect"

type Fields = { readonly [key: string]: unknown }

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The properties that descriptions and pages have in the same form as the manifest. */
const sharedKeys = [
  "label",
  "summary",
  "metadata",
  "requiredStatement",
  "rights",
  "behavior",
  "provider",
  "thumbnail",
  "homepage",
  "seeAlso",
  "rendering",
  "navDate",
  "navPlace",
  "viewingDirection"
]

const pick = (from: Fields): Fields =>
  Object.fromEntries(sharedKeys.flatMap((key) => key in from ? [[key, from[key]]] : []))

const sizeOf = (image: Presentation3.Image, canvas: Presentation3.Canvas) => ({
  width: image.width ?? canvas.width ?? 0,
  height: image.height ?? canvas.height ?? 0
})

const pictureOf = (image: Presentation3.Image, canvas: Presentation3.Canvas): Fields => {
  const [service] = image.service ?? []
  const size = sizeOf(image, canvas)
  if (service === undefined || !("id" in service)) {
    return { url: image.id, ...size, ...(image.format === undefined ? {} : { mediaType: image.format }) }
  }
  return { imageService: service.id, ...size, service: { type: service.type, profile: service.profile ?? "" } }
}

const pageOf = (canvas: Presentation3.Canvas, index: number): Fields => {
  const body = canvas.items[0]?.items[0]?.body
  if (!Presentation3.isImage(body)) throw new Error(`${canvas.id} is not painted with one image`)
  const { height, width } = sizeOf(body, canvas)
  const isOther = canvas.width !== width || canvas.height !== height
  return {
    ...pick(canvas),
    id: `p${index + 1}`,
    ...pictureOf(body, canvas),
    ...(isOther ? { canvas: { width: canvas.width, height: canvas.height } } : {})
  }
}

/** Whether every canvas of a manifest has one image. */
export const isOfImages = ({ items }: Presentation3.Manifest): boolean =>
  items.every((canvas) => Presentation3.isImage(canvas.items[0]?.items[0]?.body))

export const rebuild = (original: Presentation3.Manifest): Presentation3.Manifest =>
  Result.getOrThrow(
    Manifest.build(
      Ids.ManifestUri.make(original.id),
      pick({ ...original }) as unknown as Manifest.Description,
      original.items.map(pageOf) as unknown as ReadonlyArray<Manifest.Page>
    )
  )

const leaves = (value: unknown, path: string): ReadonlyArray<readonly [string, unknown]> => {
  if (Array.isArray(value)) return value.flatMap((one, index) => leaves(one, `${path}[${index}]`))
  return isFields(value)
    ? Object.entries(value).flatMap(([key, one]) => leaves(one, `${path}.${key}`))
    : [[path, value]]
}

export interface Difference {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** Every value that differs, or is in only one of the two. */
export const differences = (before: object, after: object): ReadonlyArray<Difference> => {
  const [was, is] = [new Map(leaves(before, "")), new Map(leaves(after, ""))]
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => ({ path: path.slice(1), before: was.get(path), after: is.get(path) }))
}
