import { isObject } from "effect/Predicate"
import type { ImageRequest } from "./ruleSet.ts"
import type { Fields, Walk } from "./walk.ts"

/** The end of an Image API request: size, its width and height if it states them, and the format. */
const imageRequest =
  /\/(?:full|square|[\d.,pct:]+)\/(\^?(?:max|full|pct:[\d.]+|!\d+,\d+|(\d*),(\d*)))\/!?[\d.]+\/\w+\.(\w+)$/

/** What most images are requested as. */
const usual: ImageRequest = { size: "max", format: "jpg" }

/** A side as the request asks for it, or as the image has it where the request leaves it open. */
const side = (asked: string | undefined, own: unknown): unknown =>
  asked === undefined || asked === "" ? own : Number(asked)

const sizeRule = ({ height: h, width: w }: Fields, request: RegExpExecArray, walk: Walk): void => {
  const [, , askedWidth, askedHeight] = request
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

const requestOf = (image: Fields, id: string, walk: Walk): ImageRequest | undefined => {
  if (id.endsWith("/full/max/0/default.jpg")) return usual
  const request = imageRequest.exec(id)
  if (request === null) return undefined
  sizeRule(image, request, walk)
  return { size: request[1] ?? "", format: request[4] ?? "" }
}

/** Holds an image's address, its size and its service against each other, and each rule set's rules for images. */
export const imageRules = (image: Fields, walk: Walk): void => {
  const { id, type } = image
  if (type !== "Image" || typeof id !== "string") return
  const request = requestOf(image, id, walk)
  for (const set of walk.ruleSets) {
    set.image?.(image, request, (code, message, below = []) => walk.reportBy(set, code, message, below))
  }
  serviceRules(image, walk)
}
