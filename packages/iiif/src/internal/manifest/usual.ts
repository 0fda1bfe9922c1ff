import { isObject } from "effect/Predicate"
import { hasOnly } from "../fields.ts"
import { isAddress, isPageId } from "./inputs.ts"
import type { AnyImage } from "./picture.ts"

/** What most pages are: an image, and a label without a language. */
export type UsualPage = AnyImage & { readonly id: string; readonly label?: string }

const fields = new Set(["id", "imageService", "url", "width", "height", "mediaType", "label"])

const isSize = (size: unknown): boolean => typeof size === "number" && Number.isSafeInteger(size) && size > 0

const mediaType = /^[a-z]+\/[\w!#$&^.+-]+$/

const isOptional = (value: unknown, fits: (text: string) => boolean): boolean =>
  value === undefined || (typeof value === "string" && fits(value))

/**
 * Whether a page is an image with a label and nothing else, and valid. Such a page always yields a valid canvas (a
 * property test holds this), so its canvas is not checked.
 */
export const isUsual = (page: unknown): page is UsualPage =>
  isObject(page) && hasOnly(page, fields) && isSize(page["width"]) && isSize(page["height"]) &&
  isPageId(page["id"]) &&
  (page["imageService"] === undefined
    ? isAddress(page["url"])
    : page["url"] === undefined && isAddress(page["imageService"])) &&
  isOptional(page["label"], () => true) && isOptional(page["mediaType"], (text) => mediaType.test(text))
