import { type Fields, isObject, type Walk } from "./walk.ts"

/** The end of an Image API request: size, its width and height where it says them, and the extension. */
const imageRequest =
  /\/(?:full|square|[\d.,pct:]+)\/(\^?(?:max|full|pct:[\d.]+|!\d+,\d+|(\d*),(\d*)))\/!?[\d.]+\/\w+\.(\w+)$/

/** What MPS serves besides: see docs/mps.md, 2.4; webp is no concern of it, but is shown. */
const served = new Set(["jpg", "tif", "gif", "png", "webp"])

const isUnshown = (format: unknown): boolean => format === "image/tiff" || format === "image/jp2"

/** A side as the request asks for it, or as the image has it where the request leaves it open. */
const side = (asked: string | undefined, own: unknown): unknown =>
  asked === undefined || asked === "" ? own : Number(asked)

const requestRules = (image: Fields, request: RegExpExecArray, walk: Walk): void => {
  const [, size, askedWidth, askedHeight, extension = ""] = request
  if (size === "full") walk.report("mps-full-size", "it asks for the full size by its old name")
  if (!served.has(extension)) walk.report("mps-image-format", `it is named as ${extension}`)
  const { height: h, width: w } = image
  if (w === undefined && h === undefined) return
  const [width, height] = [side(askedWidth, w), side(askedHeight, h)]
  if (width === w && height === h) return
  const asks = `its address asks for ${String(width)} x ${String(height)}`
  walk.report("image-request-size", `it says ${String(w)} x ${String(h)}, ${asks}`)
}

const isMore = (size: number, most: unknown): boolean => typeof most === "number" && size > most

const serviceRules = ({ height, service, width }: Fields, walk: Walk): void => {
  const first: unknown = Array.isArray(service) ? service[0] : undefined
  if (!isObject(first) || typeof width !== "number" || typeof height !== "number") return
  if (!isMore(width, first["width"]) && !isMore(height, first["height"])) return
  const most = `${String(first["width"])} x ${String(first["height"])}`
  walk.report("image-larger-than-service", `it is ${width} x ${height}, its service ${most}`)
}

/** What an image's own address, its size and its service say of each other. */
export const imageRules = (image: Fields, walk: Walk): void => {
  const { format, id, type } = image
  if (type !== "Image" || typeof id !== "string") return
  // Most are so, and right.
  const request = id.endsWith("/full/max/0/default.jpg") ? null : imageRequest.exec(id)
  if (request !== null) requestRules(image, request, walk)
  const isNamed = request !== null && !served.has(request[4] ?? "")
  if (isUnshown(format) && !isNamed) walk.report("mps-image-format", `its format is ${String(format)}`)
  serviceRules(image, walk)
}
