import { isObject } from "effect/Predicate"
import { imageAddress } from "../imageAddress.ts"
import type { Check, Fields, Walk } from "../model/walk.ts"

/** Returns the size of an image in pixels, given the address of its image service or its own address. */
export type SizeOf = (address: string) => { readonly width: number; readonly height: number } | undefined

const compare = (image: Fields, sizeOf: SizeOf, walk: Walk): void => {
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

const notPainted = new Set(["service", "thumbnail"])

/** Compares the sizes of painted images with their actual sizes. An image may be painted at a reduced size. */
export const imageSizes = (sizeOf: SizeOf): Check => {
  const each: Check = (value, walk) => {
    if (Array.isArray(value)) walk.enterList(value, each)
    else if (isObject(value)) walk.enter(value, fields)
  }
  const fields = (value: Fields, walk: Walk): void => {
    if (value["type"] === "Image") compare(value, sizeOf, walk)
    for (const key in value) if (!notPainted.has(key)) walk.at(key, value[key], each)
  }
  return each
}
