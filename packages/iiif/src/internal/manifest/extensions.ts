import { context } from "../../Presentation3.ts"
import type { Description } from "./description.ts"

const contexts = {
  navPlace: "http://iiif.io/api/extension/navplace/context.json",
  textGranularity: "http://iiif.io/api/extension/text-granularity/context.json"
} as const

type Extension = keyof typeof contexts

const isExtension = (key: string): key is Extension => Object.hasOwn(contexts, key)

/** Adds the extensions that anything in a value uses, as it is described or as Presentation 3 has it. */
const addUsed = (value: unknown, used: Set<Extension>): void => {
  if (typeof value !== "object" || value === null) return
  if (Array.isArray(value)) {
    for (const item of value) addUsed(item, used)
    return
  }
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue
    if (isExtension(key)) used.add(key)
    addUsed(field, used)
  }
}

/** The fields in which a page may use extensions: most pages have none of them. */
const fields = ["navPlace", "annotations", "choices", "layers", "placeholderCanvas", "accompanyingCanvas"] as const

type Page = { readonly [field in typeof fields[number]]?: unknown }

const addOfPage = (page: Page, used: Set<Extension>): void => {
  for (const field of fields) {
    if (page[field] === undefined) continue
    if (isExtension(field)) used.add(field)
    addUsed(page[field], used)
  }
}

/** The contexts of a document: those of the extensions that anything in it uses, and that of Presentation 3 last. */
export const contextOf = (
  description: Pick<Description, "context">,
  pages: ReadonlyArray<Page>
): string | ReadonlyArray<string> => {
  const used = new Set<Extension>()
  addUsed(description, used)
  for (const page of pages) addOfPage(page, used)
  const needed = Object.entries(contexts).flatMap(([name, uri]) => isExtension(name) && used.has(name) ? [uri] : [])
  const contextsUsed = new Set([...(description.context ?? []), ...needed])
  contextsUsed.delete(context)
  return contextsUsed.size === 0 ? context : [...contextsUsed, context]
}
