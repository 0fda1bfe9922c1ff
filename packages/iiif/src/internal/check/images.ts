import { isObject } from "effect/Predicate"
import { type Walk } from "./walk.ts"

/** The size of an image in pixels, by the address of its image service or its own. */
export type SizeOf = (address: string) => { readonly width: number; readonly height: number } | undefined

const serviceOf = (image: { readonly [key: string]: unknown }): unknown => {
  const [service] = Array.isArray(image["service"]) ? image["service"] : []
  return isObject(service) ? service["id"] ?? service["@id"] : undefined
}

const compare = (image: { readonly [key: string]: unknown }, sizeOf: SizeOf, walk: Walk): void => {
  const address = serviceOf(image) ?? image["id"]
  const real = typeof address === "string" ? sizeOf(address) : undefined
  const { height, width } = image
  if (real === undefined || typeof width !== "number" || typeof height !== "number") return
  const isScaled = width <= real.width &&
    Math.abs(width * real.height - height * real.width) <= real.width + real.height
  if (isScaled) return
  walk.report("image-size-differs", `it says ${width} x ${height}, the image is ${real.width} x ${real.height}`)
}

/** Compares the images that are painted with their real sizes. An image may be painted smaller than it is. */
export const imageSizes = (value: unknown, sizeOf: SizeOf, walk: Walk): void => {
  if (typeof value !== "object" || value === null) return
  walk.into(value, () => {
    if (isObject(value) && value["type"] === "Image") compare(value, sizeOf, walk)
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner !== "object" || inner === null || key === "service" || key === "thumbnail") continue
      walk.at(Array.isArray(value) ? Number(key) : key, inner, () => imageSizes(inner, sizeOf, walk))
    }
  })
}
