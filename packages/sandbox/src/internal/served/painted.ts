/** The images that a manifest paints, in Presentation 2 and 3, read leniently: what is of another form is left out. */
import { isReadonlyObject } from "effect/Predicate"

type Fields = Readonly<Record<string, unknown>>

/** An image on a canvas. */
export interface Painted {
  /** The position of the canvas, from 1. */
  readonly canvas: number
  /** The address of the image itself. */
  readonly id: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
  readonly services: ReadonlyArray<string>
}

export interface Painting {
  readonly canvases: number
  readonly images: ReadonlyArray<Painted>
}

const isFields = (value: unknown): value is Fields => isReadonlyObject(value) && !Array.isArray(value)
const objects = (value: unknown): ReadonlyArray<Fields> => (Array.isArray(value) ? value : [value]).filter(isFields)
const within = (values: ReadonlyArray<Fields>, name: string): ReadonlyArray<Fields> =>
  values.flatMap((value) => objects(value[name]))
const text = (value: unknown) => typeof value === "string" ? value : undefined
const number = (value: unknown) => typeof value === "number" ? value : undefined
const idOf = (value: Fields) => text(value["id"]) ?? text(value["@id"])

const typeOf = (value: Fields) => text(value["type"]) ?? text(value["@type"]) ?? ""
const isImageService = (service: Fields): boolean => {
  const context = text(service["@context"]) ?? ""
  return /^ImageService[123]$/.test(typeOf(service)) || context.startsWith("http://iiif.io/api/image/") ||
    /\/image(?:-api)?\/.*level/.test(String(service["profile"]))
}

/** The images that one may choose among are all to be served. */
const choices = (body: Fields): ReadonlyArray<Fields> => {
  const type = typeOf(body)
  if (type === "Choice") return objects(body["items"])
  return type === "oa:Choice" ? [...objects(body["default"]), ...objects(body["item"])] : [body]
}

const bodiesOf = (canvas: Fields): ReadonlyArray<Fields> =>
  [
    ...within(within(within([canvas], "items"), "items"), "body"),
    ...within(within([canvas], "images"), "resource")
  ].flatMap(choices)

const paintedOn = (canvas: Fields, position: number): ReadonlyArray<Painted> =>
  bodiesOf(canvas).map((body) => ({
    canvas: position,
    id: idOf(body),
    width: number(body["width"]),
    height: number(body["height"]),
    services: within([body], "service").filter(isImageService).flatMap((service) => idOf(service) ?? [])
  }))

export const of = (manifest: unknown): Painting => {
  const documents = objects(manifest)
  const canvases = [...within(documents, "items"), ...within(within(documents, "sequences"), "canvases")]
  return { canvases: canvases.length, images: canvases.flatMap((canvas, index) => paintedOn(canvas, index + 1)) }
}
