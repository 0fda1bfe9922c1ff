/** What kind of content something is: the key that says it. Keys that are undefined are as good as absent. */
import type { Content, PlainImage, ServedImage } from "./content.ts"

export const addressKeys = ["imageService", "url", "sound", "video", "textFile"] as const

/** The keys of all kinds, except for content that has nothing but choices. */
export const contentKeys = [...addressKeys, "text", "resource"] as const

type Key = typeof contentKeys[number]

/** Whether something is content of a kind. */
export const isKind = <K extends Key>(
  content: object & { readonly [Name in K]?: unknown },
  key: K
): content is Extract<Content, { readonly [Name in K]: unknown }> => content[key] !== undefined

/** An image, with a service or without one. */
export type AnyImage = ServedImage | PlainImage

export const isServed = (content: object): content is ServedImage =>
  "imageService" in content && content.imageService !== undefined

export const isImage = (content: object): content is AnyImage => isServed(content) || isKind(content, "url")

/** Whether something has content of its own, and not only choices. */
export const isOwn = (content: object): boolean => isServed(content) || contentKeys.some((key) => isKind(content, key))
