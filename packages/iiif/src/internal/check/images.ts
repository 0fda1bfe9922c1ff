import { isObject } from "effect/Predicate"
import { imageAddress } from "../imageAddress.ts"
import { type Walk } from "./walk.ts"

/** Returns the size of an image in pixels, given the address of its image service or its own address. */
export type SizeOf = (address: string) => { readonly width: number; readonly height: number } | undefined

const compare = (image: { readonly [key: string]: unknown }, sizeOf: SizeOf, walk: Walk): void => {
  const address = imageAddress(image)
  const actual = address === undefined ? undefined : sizeOf(address)
  const { height, width } = image
  if (actual === undefined || typeof width !== "number" || typeof height !== "number") return
  const isScaled = width <= actual.width &&
    Math.abs(width * actual.height - height * actual.width) <= actual.width + actual.height
  if (isScaled) return
  walk.report(
    "image-size-differs",
    `its size is ${width} x ${height} but the image is ${actual.width} x ${actual.height}`
  )
}

/** Compares the sizes of painted images with their actual sizes. An image may be painted at a reduced size. */
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
