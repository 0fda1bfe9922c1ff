import { isObject } from "effect/Predicate"
import { hasOnly } from "../fields.ts"
import { isAddress, isPageId } from "./inputs.ts"
import type { AnyImage } from "./kinds.ts"

/** What most pages are: an image, and a label without a language. */
export type UsualPage = AnyImage & { readonly id: string; readonly label?: string }

const fields = new Set(["id", "imageService", "url", "width", "height", "mediaType", "label"])

const isSize = (size: unknown): boolean => typeof size === "number" && Number.isSafeInteger(size) && size > 0

const mediaType = /^[a-z]+\/[\w!#$&^.+-]+$/

/** The fields whose values need a look of their own. */
const hasGoodTexts = ({ label, mediaType: type }: { readonly [key: string]: unknown }): boolean =>
  (label === undefined || typeof label === "string") &&
  (type === undefined || (typeof type === "string" && mediaType.test(type)))

const hasGoodAddress = ({ imageService, url }: { readonly [key: string]: unknown }): boolean =>
  imageService === undefined ? isAddress(url) : url === undefined && isAddress(imageService)

/**
 * Whether a page is an image with a label and nothing else, and valid. Such a page always yields a valid canvas (a
 * property test holds this), so its canvas is not checked.
 */
export const isUsual = (page: unknown): page is UsualPage =>
  isObject(page) && hasOnly(page, fields) && isSize(page["width"]) && isSize(page["height"]) &&
  isPageId(page["id"]) && hasGoodAddress(page) && hasGoodTexts(page)
