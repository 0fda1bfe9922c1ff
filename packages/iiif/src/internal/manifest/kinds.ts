/** What kind of content something is: the key that says it. Keys that are undefined are as good as absent. */
import { isObject } from "effect/Predicate"
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

/** The choices of content; an empty list is as good as none. */
export const choicesOf = ({ choices }: Partial<Pick<Content, "choices">>): Content["choices"] =>
  choices?.length === 0 ? undefined : choices

/** How many choices and layers are looked at for images, and how deep: they are not checked by then. */
const looked = { items: 20, depth: 2 }

/** Whether a page or content shows an image: its own, or one of its choices or layers. */
export const showsImage = (content: object, depth = looked.depth): boolean =>
  isImage(content) ||
  (isKind(content, "resource") && "type" in content.resource && content.resource.type === "Image") ||
  (depth > 0 && ["choices", "layers"].some((key) => {
    const inner: unknown = Reflect.get(content, key)
    return Array.isArray(inner) &&
      inner.slice(0, looked.items).some((one) => isObject(one) && showsImage(one, depth - 1))
  }))

/** Whether something has content of its own, and not only choices. */
export const isOwn = (content: object): boolean => isServed(content) || contentKeys.some((key) => isKind(content, key))
