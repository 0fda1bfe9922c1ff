/** The images that a manifest paints, in Presentation 2 and 3, read leniently: what is of another form is left out. */
import { isReadonlyObject } from "effect/Predicate"

type Fields = Readonly<Record<PropertyKey, unknown>>

export interface Canvas {
  /** From 1. */
  readonly position: number
  readonly id: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
}

/** An image on a canvas. */
export interface Painting {
  readonly canvas: Canvas
  /** The address of the image itself. */
  readonly id: string | undefined
  readonly format: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
  /** The ids of its image services. */
  readonly services: ReadonlyArray<string>
}

const objects = (value: unknown): ReadonlyArray<Fields> =>
  (Array.isArray(value) ? value : [value]).filter(isReadonlyObject)
const within = (values: ReadonlyArray<Fields>, name: string): ReadonlyArray<Fields> =>
  values.flatMap((value) => objects(value[name]))
const text = (value: unknown) => typeof value === "string" ? value : undefined
const number = (value: unknown) => typeof value === "number" ? value : undefined
const typeOf = (value: Fields) => text(value["type"]) ?? text(value["@type"]) ?? ""

export const idOf = (value: Fields): string | undefined => text(value["id"]) ?? text(value["@id"])

/** A service that is only named is taken for one, too. */
const isImageService = (service: Fields): boolean => {
  const type = typeOf(service)
  const context = text(service["@context"]) ?? ""
  const { profile } = service
  return /^ImageService[123]$/.test(type) || context.startsWith("http://iiif.io/api/image/") ||
    /\/image(?:-api)?\/.*level/.test(String(profile)) || (type === "" && context === "" && profile === undefined)
}

/** The images of a body: all that one may choose among, and the whole of one that is cropped or turned. */
const imagesOf = (body: Fields): ReadonlyArray<Fields> => {
  switch (typeOf(body)) {
    case "Choice":
      return within([body], "items").flatMap(imagesOf)
    case "oa:Choice":
      return [...within([body], "default"), ...within([body], "item")].flatMap(imagesOf)
    case "SpecificResource":
      return within([body], "source").flatMap(imagesOf)
    case "oa:SpecificResource":
      return within([body], "full").flatMap(imagesOf)
    default:
      return [body]
  }
}

const isPainting = ({ motivation }: Fields): boolean =>
  motivation === undefined || motivation === "painting" ||
  (Array.isArray(motivation) && motivation.includes("painting"))

const bodiesOf = (canvas: Fields): ReadonlyArray<Fields> => [
  ...within(within(within([canvas], "items"), "items").filter(isPainting), "body"),
  ...within(within([canvas], "images"), "resource")
]

const canvasesIn = (manifest: Fields): ReadonlyArray<Fields> => [
  ...within([manifest], "items"),
  ...within(within([manifest], "sequences"), "canvases")
]

/** What is painted on the canvas at a position. */
export const on = (canvas: Fields, position: number): ReadonlyArray<Painting> =>
  bodiesOf(canvas).flatMap(imagesOf).map((image) => ({
    canvas: { position, id: idOf(canvas), width: number(canvas["width"]), height: number(canvas["height"]) },
    id: idOf(image),
    format: text(image["format"]),
    width: number(image["width"]),
    height: number(image["height"]),
    services: within([image], "service").filter(isImageService).flatMap((service) => idOf(service) ?? [])
  }))

/** How many canvases a document has. */
export const countCanvases = (document: unknown): number => isReadonlyObject(document) ? canvasesIn(document).length : 0

export const of = (document: unknown): ReadonlyArray<Painting> =>
  isReadonlyObject(document) ? canvasesIn(document).flatMap((canvas, index) => on(canvas, index + 1)) : []
