import { isObject } from "effect/Predicate"
import type { Fields, Walk } from "../model/walk.ts"
import type { ImageRequest } from "./ruleSet.ts"

/** The end of an Image API request: the size, its width and height if it has them, and the format. */
const imageRequest =
  /\/(?:full|square|[\d.,pct:]+)\/(\^?(?:max|full|pct:[\d.]+|!\d+,\d+|(\d*),(\d*)))\/!?[\d.]+\/\w+\.(\w+)$/

/** The longest end of an address that is looked at; that of an Image API request has about 40 characters. */
const longestEnd = 256

/** How most images are requested. */
const usual: ImageRequest = { size: "max", format: "jpg" }

/** A side as requested, or as the image has it if the request leaves it open. */
const side = (requested: string | undefined, actual: unknown): unknown =>
  requested === undefined || requested === "" ? actual : Number(requested)

const sizeRule = ({ height: h, width: w }: Fields, request: RegExpExecArray, walk: Walk): void => {
  if (w === undefined && h === undefined) return
  const width = side(request[2], w)
  const height = side(request[3], h)
  if (width === w && height === h) return
  const requested = `its address requests ${String(width)} x ${String(height)}`
  walk.report("image-request-size", `its size is ${String(w)} x ${String(h)} but ${requested}`)
}

const exceeds = (size: number, limit: unknown): boolean => typeof limit === "number" && size > limit

const serviceRules = ({ height, id, service, width }: Fields, walk: Walk): void => {
  const first: unknown = Array.isArray(service) ? service[0] : undefined
  if (!isObject(first)) return
  if (id === (first["id"] ?? first["@id"])) walk.reportAt("id", "image-is-service", "it is the address of its service")
  if (typeof width !== "number" || typeof height !== "number") return
  if (!exceeds(width, first["width"]) && !exceeds(height, first["height"])) return
  const serviceSize = `${String(first["width"])} x ${String(first["height"])}`
  walk.report("image-larger-than-service", `it is ${width} x ${height} but its service says ${serviceSize}`)
}

const requestOf = (image: Fields, id: string, walk: Walk): ImageRequest | undefined => {
  if (id.endsWith("/full/max/0/default.jpg")) return usual
  const request = imageRequest.exec(id.length > longestEnd ? id.slice(-longestEnd) : id)
  if (request === null) return undefined
  sizeRule(image, request, walk)
  return { size: request[1] ?? "", format: request[4] ?? "" }
}

/** Compares the address, size and service of an image, and applies the image rules of each rule set. */
export const imageRules = (image: Fields, walk: Walk): void => {
  const { id, type } = image
  if (type !== "Image" || typeof id !== "string") return
  const request = requestOf(image, id, walk)
  if (walk.ruleSets.length > 0) walk.applyImageRules(image, request)
  serviceRules(image, walk)
}
