import { isReadonlyObject } from "effect/Predicate"
import type * as Schema from "effect/Schema"

/**
 * An image that is painted on a canvas: its own id, the id of its image service, and its size in pixels, as far as the
 * manifest says so.
 */
export interface Image {
  readonly id: string | undefined
  readonly service: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
}

/**
 * A canvas, with the images that are painted on it, in order.
 */
export interface Canvas {
  readonly id: string | undefined
  readonly width: unknown
  readonly height: unknown
  /** Whether anything is said of what is on it. */
  readonly hasContent: boolean
  readonly images: ReadonlyArray<Image>
}

type Fields = { readonly [key: PropertyKey]: unknown }

const objects = (u: unknown): ReadonlyArray<Fields> => (Array.isArray(u) ? u : [u]).filter(isReadonlyObject)

const within = (values: ReadonlyArray<Fields>, key: string) => values.flatMap((value) => objects(value[key]))

const text = (u: unknown) => typeof u === "string" ? u : undefined

const pixels = (u: unknown) => typeof u === "number" ? u : undefined

const typeOf = (value: Fields) => text(value["type"]) ?? text(value["@type"]) ?? ""

const idIn = (value: Fields) => text(value["id"]) ?? text(value["@id"])

const isImageService = (service: Fields): boolean =>
  /^ImageService[123]$/.test(typeOf(service)) || /iiif\.io\/api\/image\//.test(String(service["@context"])) ||
  /image(?:-api)?\/.*level|^level[012]$/.test(String(service["profile"]))

/** The images of a body: all that one may choose among, and the whole of one that is cropped or turned. */
const imagesIn = (body: Fields): ReadonlyArray<Fields> => {
  switch (typeOf(body)) {
    case "Choice":
      return within([body], "items").flatMap(imagesIn)
    case "oa:Choice":
      return [...within([body], "default"), ...within([body], "item")].flatMap(imagesIn)
    case "SpecificResource":
      return within([body], "source").flatMap(imagesIn)
    case "oa:SpecificResource":
      return within([body], "full").flatMap(imagesIn)
    case "Image":
    case "dctypes:Image":
      return [body]
    default:
      return []
  }
}

const isPainting = ({ motivation }: Fields) =>
  motivation === undefined || (Array.isArray(motivation) ? motivation : [motivation]).includes("painting")

const imageOf = (image: Fields): Image => {
  const service = within([image], "service").find(isImageService)
  return {
    id: idIn(image),
    service: service === undefined ? undefined : idIn(service),
    width: pixels(image["width"]),
    height: pixels(image["height"])
  }
}

const canvasOf = (canvas: Fields): Canvas => ({
  id: idIn(canvas),
  width: canvas["width"],
  height: canvas["height"],
  hasContent: "items" in canvas || "images" in canvas,
  images: [
    ...within(within(within([canvas], "items"), "items").filter(isPainting), "body"),
    ...within(within([canvas], "images"), "resource")
  ].flatMap(imagesIn).map(imageOf)
})

const listed = (u: unknown): ReadonlyArray<Fields> => Array.isArray(u) ? u.filter(isReadonlyObject) : []

/** The canvases of a manifest, in order; what has another form is left out. */
export const canvasesOf = (manifest: Schema.Json): ReadonlyArray<Canvas> => {
  if (!isReadonlyObject(manifest)) return []
  const [sequence] = listed(manifest["sequences"])
  return [...listed(manifest["items"]), ...listed(sequence?.["canvases"])].map(canvasOf)
}

/** The id that a manifest declares. */
export const idOf = (manifest: Schema.Json): string | undefined =>
  isReadonlyObject(manifest) ? idIn(manifest) : undefined
