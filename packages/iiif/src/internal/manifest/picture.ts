import type { PlainImage, ServedImage } from "./content.ts"

export type Size = { readonly width: number; readonly height: number }

/** An image, with a service or without one. */
export type AnyImage = ServedImage | PlainImage

export const isServed = (content: object): content is ServedImage =>
  "imageService" in content && content.imageService !== undefined

/** The width and height of an image as it is painted. */
export const paintedSize = (picture: AnyImage): Size => {
  const size = picture.region ?? picture
  return (picture.rotation ?? 0) % 180 === 90 ? { width: size.height, height: size.width } : size
}
