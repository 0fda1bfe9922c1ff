import type { AnyImage } from "./kinds.ts"

export type Size = { readonly width: number; readonly height: number }

/** The width and height of an image as it is painted. */
export const paintedSize = (picture: AnyImage): Size => {
  const size = picture.region ?? picture
  return (picture.rotation ?? 0) % 180 === 90 ? { width: size.height, height: size.width } : size
}
