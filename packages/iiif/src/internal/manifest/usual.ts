import { isObject } from "effect/Predicate"
import { hasOnly } from "../fields.ts"
import type { Page } from "./description.ts"
import { isAddress, isPageId, isServiceAddress } from "./inputs.ts"
import type { AnyImage } from "./kinds.ts"

/** What most pages are: an image, and a label without a language. */
export type UsualPage = AnyImage & { readonly id: string; readonly label?: string }

const fields = new Set(["id", "imageService", "url", "width", "height", "mediaType", "label"])

const isSize = (size: unknown): boolean => typeof size === "number" && Number.isSafeInteger(size) && size > 0

const mediaType = /^[a-z]+\/[\w!#$&^.+-]+$/

const isMediaType = (type: unknown): boolean => type === undefined || (typeof type === "string" && mediaType.test(type))

/** The fields whose values need a look of their own. */
const hasGoodTexts = ({ label, mediaType: type }: { readonly [key: string]: unknown }): boolean =>
  (label === undefined || typeof label === "string") && isMediaType(type)

const hasGoodAddress = ({ imageService, url }: { readonly [key: string]: unknown }): boolean =>
  imageService === undefined ? isAddress(url) : url === undefined && isServiceAddress(imageService)

type Fields = { readonly [key: string]: unknown }

/** The size, the address and the id of a page with an image. */
const isImagePage = (page: Fields): boolean =>
  isSize(page["width"]) && isSize(page["height"]) && isPageId(page["id"]) && hasGoodAddress(page)

/**
 * Whether a page is an image with a label and nothing else, and valid. Such a page always yields a valid canvas (a
 * property test holds this), so its canvas is not checked.
 */
export const isUsual = (page: unknown): page is UsualPage =>
  isObject(page) && hasOnly(page, fields) && isImagePage(page) && hasGoodTexts(page)

const isString = (value: unknown): boolean => typeof value === "string"

/** Holes are no items that fit. */
const isList = (value: unknown, fits: (value: unknown) => boolean): boolean => {
  if (!Array.isArray(value)) return false
  for (let index = 0; index < value.length; index++) if (!fits(value[index])) return false
  return true
}

const isText = (value: unknown): boolean => {
  if (typeof value === "string") return true
  if (Array.isArray(value)) return isList(value, isString)
  if (!isObject(value)) return false
  for (const key in value) {
    if (!isList(value[key], isString)) return false
  }
  return true
}

const isPair = (value: unknown): boolean => isObject(value) && isText(value["label"]) && isText(value["value"])

const optional = (value: unknown, fits: (value: unknown) => boolean): boolean => value === undefined || fits(value)

const textFields = new Set([...fields, "summary", "metadata", "requiredStatement", "rights", "behavior", "navDate"])

/**
 * Whether a page is an image that is described in words, as most other pages are. Such a page fits its schema, which is
 * then not asked (a property test holds this).
 */
export const isWorded = (page: unknown): page is Page & { readonly rights?: string } =>
  isObject(page) && hasOnly(page, textFields) && isImagePage(page) && isMediaType(page["mediaType"]) &&
  optional(page["label"], isText) && optional(page["summary"], isText) &&
  optional(page["metadata"], (pairs) => isList(pairs, isPair)) && optional(page["requiredStatement"], isPair) &&
  optional(page["rights"], isString) && optional(page["behavior"], (names) => isList(names, isString)) &&
  optional(page["navDate"], isString)
