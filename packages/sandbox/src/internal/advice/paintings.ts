/** What a manifest of version 3 or 2 paints on its canvases, as far as it can be read: whatever is not there is left out. */
import { isReadonlyObject } from "effect/Predicate"

type Fields = Readonly<Record<PropertyKey, unknown>>

/** One image on a canvas. */
export interface Painting {
  readonly canvas: { readonly id: string; readonly width: number | undefined; readonly height: number | undefined }
  readonly id: string
  readonly format: string | undefined
  /** The ids of its image services. */
  readonly services: ReadonlyArray<string>
}

const objects = (value: unknown): ReadonlyArray<Fields> =>
  (Array.isArray(value) ? value : [value]).filter(isReadonlyObject)
const text = (value: unknown): string | undefined => typeof value === "string" ? value : undefined
const number = (value: unknown): number | undefined => typeof value === "number" ? value : undefined

export const idOf = (fields: Fields): string => text(fields["id"]) ?? text(fields["@id"]) ?? ""

const servicesOf = (body: Fields): ReadonlyArray<string> => objects(body["service"]).map(idOf).filter((id) => id !== "")

/** The choices of a `Choice`, or the body itself. */
const choices = (body: Fields): ReadonlyArray<Fields> => {
  const type = body["type"] ?? body["@type"]
  if (type === "Choice") return objects(body["items"])
  return type === "oa:Choice" ? [...objects(body["default"]), ...objects(body["item"])] : [body]
}

const isPainting = (annotation: Fields): boolean => annotation["motivation"] === "painting"

const bodies3 = (canvas: Fields): ReadonlyArray<Fields> =>
  objects(canvas["items"]).flatMap((page) =>
    objects(page["items"]).filter(isPainting).flatMap((annotation) => objects(annotation["body"]))
  )

const bodies2 = (canvas: Fields): ReadonlyArray<Fields> =>
  objects(canvas["images"]).flatMap((annotation) => objects(annotation["resource"]))

export const canvasesOf = (manifest: Fields): ReadonlyArray<Fields> => [
  ...objects(manifest["items"]),
  ...objects(manifest["sequences"]).flatMap((sequence) => objects(sequence["canvases"]))
]

export const of = (manifest: Fields): ReadonlyArray<Painting> =>
  canvasesOf(manifest).flatMap((canvas) =>
    [...bodies3(canvas), ...bodies2(canvas)].flatMap(choices).map((body) => ({
      canvas: { id: idOf(canvas), width: number(canvas["width"]), height: number(canvas["height"]) },
      id: idOf(body),
      format: text(body["format"]),
      services: servicesOf(body)
    }))
  )
