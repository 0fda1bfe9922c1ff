/**
 * Where in the inputs something of the built manifest comes from, so that findings about the manifest have the paths of
 * what its author wrote.
 */
import { isObject } from "effect/Predicate"
import { isAnnotation } from "./annotations.ts"
import type { AnnotationOrPage, Content, Layer } from "./content.ts"
import type { Described, Description, InnerPage, Page, Section } from "./description.ts"
import { addressKeys, choicesOf, isKind, isOwn } from "./kinds.ts"

/** A path below a value that starts with these keys, and the rest of it. */
const after = (path: string, pattern: RegExp): readonly [match: RegExpExecArray, rest: string] | undefined => {
  const match = pattern.exec(path)
  return match === null ? undefined : [match, path.slice(match[0].length)]
}

/** The properties of a resource by another name in its description. */
const renamed = (content: object, rest: string): string => {
  const address = `.${addressKeys.find((key) => isKind(content, key)) ?? "resource"}`
  const shown = "region" in content ? ".region" : "rotation" in content ? ".rotation" : ".clip"
  return rest
    .replace(/^\.type$/, "")
    .replace(/^\.id$/, address)
    .replace(/^\.value$/, ".text")
    .replace(/^\.format$/, ".mediaType")
    .replace(/^\.selector.*/s, shown)
    .replace(/^\.service\[0\]\.@?id$/, address)
    .replace(/^\.service\[0\]\.@?(type|profile)$/, ".service.$1")
    .replace(/^\.service(?:\[0\]\.service)?(?=\[)/, ".auth")
}

interface Annotated {
  readonly annotations?: ReadonlyArray<AnnotationOrPage>
}

/** A path below annotations, if it is one. They are gathered in one page where the first of them is. */
const inAnnotations = ({ annotations }: Annotated, path: string): string | undefined => {
  const annotation = after(path, /^\.annotations\[(\d+)\]/)
  if (annotation === undefined || !Array.isArray(annotations)) return undefined
  const given: ReadonlyArray<AnnotationOrPage> = annotations
  const [[, page], rest] = annotation
  const described = given.flatMap((one, index) => isAnnotation(one) ? [index] : [])
  const [first] = described
  const pages = given.flatMap((one, index) => !isAnnotation(one) || index === first ? [index] : [])
  const index = pages[Number(page)]
  const item = after(rest, /^\.items\[(\d+)\]/)
  if (index === undefined || index !== first || item === undefined) return `.annotations[${index ?? page}]${rest}`
  const [[, number], below] = item
  const place = described[Number(number)] ?? Number(number)
  return `.annotations[${place}]${inAnnotation(given[place], below)}`
}

/** A path below an annotation, whose bodies may be content. */
const inAnnotation = (given: AnnotationOrPage | undefined, rest: string): string => {
  const path = after(rest, /^\.body(?:\[(\d+)\])?/)
  if (given === undefined || path === undefined || !isAnnotation(given)) return rest
  const [[start, number], below] = path
  const { body } = given
  const one: unknown = Array.isArray(body) ? body[Number(number)] : body
  return isObject(one) && !("type" in one) && !("page" in one) ? start + inBody(one as unknown as Content, below) : rest
}

/** A path below a body, as one below its content. */
const inBody = (content: Content, rest: string): string => {
  const annotation = inAnnotations(content as Annotated, rest.replace(/^\.source(?=\.)/, ""))
  if (annotation !== undefined) return annotation
  const choices = choicesOf(content)
  const choice = choices === undefined ? undefined : after(rest, /^\.items\[(\d+)\]/)
  if (choice === undefined || choices === undefined) {
    if (isKind(content, "resource")) return `.resource${rest}`
    return renamed(content, rest.replace(/^\.source(?=\.)/, ""))
  }
  const [[, number], below] = choice
  const index = Number(number) - (isOwn(content) ? 1 : 0)
  const chosen = choices[index]
  if (chosen !== undefined) return `.choices[${index}]${inBody(chosen, below)}`
  const { choices: _, ...own } = content
  return inBody(own as Content, below)
}

/** A path below a property that manifests, canvases and ranges share. */
const inDescribed = (
  given: Annotated & Pick<Described, "placeholderCanvas" | "provider" | "thumbnail">,
  path: string
): string => {
  const annotation = inAnnotations(given, path)
  if (annotation !== undefined) return annotation
  const picture = after(path, /^\.(?:thumbnail|provider\[(\d+)\]\.logo)\[(\d+)\]/)
  if (picture !== undefined) {
    const [[start, provider, number], rest] = picture
    const list = provider === undefined ? given.thumbnail : given.provider?.[Number(provider)]?.logo
    const one = list?.[Number(number)]
    return start + (one === undefined || "type" in one ? rest : inBody(one, rest))
  }
  const inner = after(path, /^\.(placeholderCanvas|accompanyingCanvas)/)
  if (inner !== undefined) {
    const [[field, name = ""], rest] = inner
    const page: unknown = Reflect.get(given, name)
    return field +
      (typeof page === "object" && page !== null && !("type" in page) ? inPage(page as InnerPage, rest) : rest)
  }
  return path.replace(/^\.service(?=\[|$)/, ".services")
}

/** The size or the duration of a canvas, as where it comes from. */
const inExtent = (page: InnerPage, path: string): string => {
  if (page.canvas !== undefined) return `.canvas${path}`
  if ("region" in page && page.region !== undefined) return ".region"
  return isOwn(page) ? path : `.choices[0]${path}`
}

/** A path below an annotation that paints a layer, as one below this. */
const inPainting = (layer: Layer, rest: string): string => {
  if (rest.startsWith(".body")) return inBody(layer, rest.slice(".body".length))
  return layer.target === undefined && layer.time !== undefined ? rest.replace(/^\.target/, ".time") : rest
}

/** A path below a canvas, as one below its page. */
export const inPage = (page: InnerPage, path: string): string => {
  const painting = after(path, /^\.items\[0\]\.items\[(\d+)\]/)
  if (painting !== undefined) {
    const [[, number], rest] = painting
    const index = Number(number) - (isOwn(page) || choicesOf(page) !== undefined ? 1 : 0)
    const layer = index < 0 ? page as Layer : page.layers?.[index]
    const below = layer === undefined ? rest : inPainting(layer, rest)
    return `${index < 0 ? "" : `.layers[${index}]`}${below}`
  }
  if (path.startsWith(".thumbnail") && page.thumbnail === undefined) return ""
  if (/^\.items(?:\[0\])?$/.test(path)) return ""
  if (/^\.(?:width|height|duration)$/.test(path)) return inExtent(page, path)
  return inDescribed(page, path)
}

/** A path below the ranges, as one below the contents. */
const inContents = (contents: ReadonlyArray<Section>, path: string): string => {
  let start = ""
  let rest = path
  let items: ReadonlyArray<Section["items"][number]> = contents
  for (;;) {
    const step = after(rest, start === "" ? /^structures\[(\d+)\]/ : /^\.items\[(\d+)\]/)
    if (step === undefined) return start + rest
    const [[, number], below] = step
    start += `${start === "" ? "contents" : ".items"}[${number}]`
    rest = below
    const item = items[Number(number)]
    if (typeof item !== "object" || !("items" in item)) return start + rest
    if (!rest.startsWith(".items[")) return start + inDescribed(item, rest)
    items = item.items
  }
}

/** A path below a manifest or a collection, as one below its description. */
export const inPlaceOf = (description: Described, path: string): string => {
  if (path === "id") return "uri"
  if (path.startsWith("services")) return path.replace("services", "sharedServices")
  if (path.startsWith("@context")) return path.replace("@context", "context")
  return inDescribed(description, `.${path}`).slice(1)
}

/** A path below a manifest, as one below its description or its pages. */
export const inInputs = (description: Description, pages: ReadonlyArray<Page>, path: string): string => {
  const canvas = after(path, /^items\[(\d+)\]/)
  if (canvas !== undefined) {
    const [[, number], rest] = canvas
    const page = pages[Number(number)]
    return `pages[${number}]${page === undefined ? rest : inPage(page, rest)}`
  }
  if (path === "items") return "pages"
  if (path.startsWith("structures")) return inContents(description.contents ?? [], path)
  if (path.startsWith("thumbnail") && description.thumbnail === undefined) return "pages[0]"
  return inPlaceOf(description, path)
}
