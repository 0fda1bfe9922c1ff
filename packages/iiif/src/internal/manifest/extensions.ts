import { isObject } from "effect/Predicate"
import { context } from "../../Presentation3.ts"
import { isAnnotation } from "./annotations.ts"
import type { Described, Description, Section } from "./description.ts"
import { isSection } from "./ranges.ts"

const contexts = {
  navPlace: "http://iiif.io/api/extension/navplace/context.json",
  textGranularity: "http://iiif.io/api/extension/text-granularity/context.json"
} as const

type Extension = keyof typeof contexts

/** Adds the extensions that a resource uses, or its inner canvases. */
const addUsed = (given: Described, used: Set<Extension>): void => {
  const { accompanyingCanvas, annotations, navPlace, placeholderCanvas } = given
  if ((accompanyingCanvas ?? annotations ?? navPlace ?? placeholderCanvas) === undefined) return
  if (navPlace !== undefined) used.add("navPlace")
  if (annotations?.some((one) => isAnnotation(one) && one.textGranularity !== undefined) === true) {
    used.add("textGranularity")
  }
  for (const inner of [placeholderCanvas, accompanyingCanvas]) {
    if (isObject(inner) && !("type" in inner)) addUsed(inner, used)
    else if (isObject(inner) && "navPlace" in inner) used.add("navPlace")
  }
}

const addOfSection = (section: Section, used: Set<Extension>): void => {
  addUsed(section, used)
  for (const item of section.items) if (isSection(item)) addOfSection(item, used)
}

/** The contexts of a document: those of the extensions that anything in it uses, and that of Presentation 3 last. */
export const contextOf = (
  description: Described & Pick<Description, "contents" | "context">,
  others: ReadonlyArray<object>
): string | ReadonlyArray<string> => {
  const used = new Set<Extension>()
  addUsed(description, used)
  for (const section of description.contents ?? []) addOfSection(section, used)
  for (const other of others) addUsed(other, used)
  const contextsUsed = new Set([...(description.context ?? []), ...Array.from(used, (name) => contexts[name])])
  contextsUsed.delete(context)
  return contextsUsed.size === 0 ? context : [...contextsUsed, context]
}
