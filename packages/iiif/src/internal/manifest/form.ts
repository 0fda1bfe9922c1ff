import { isObject } from "effect/Predicate"
import { type LanguageMap, languageMap, type Text } from "../../Presentation3.ts"
import type { ServiceKind } from "./content.ts"
import type { BuildOptions, Description, Page } from "./description.ts"
import { isTimed } from "./extent.ts"
import { showsImage } from "./kinds.ts"

/** What a description and options set for all pages, with defaults filled in. */
export interface Form {
  /** The id of the manifest. */
  readonly manifest: string
  readonly language: string
  readonly behavior: ReadonlyArray<string>
  readonly service: ServiceKind
  readonly legacyServiceKeys: "@id" | "id"
  readonly bodyFormat: "jpeg" | "source"
  readonly thumbnails: boolean
}

const imageService3: ServiceKind = { type: "ImageService3", profile: "level2" }

const isBook = (pages: ReadonlyArray<Page>): boolean => {
  try {
    return pages.every((page) => !isTimed(page) && (!isObject(page) || showsImage(page)))
  } catch {
    // What cannot be read is a finding about its page.
    return true
  }
}

/** By default a book, unless any of its pages has a duration, or no image. */
const behaviorOf = (pages: ReadonlyArray<Page>): ReadonlyArray<string> => {
  if (!isBook(pages)) return []
  return [pages.length === 1 ? "individuals" : "paged"]
}

export const formOf = (
  manifest: string,
  { behavior, language, service }: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions
): Form => ({
  manifest,
  language: language ?? "none",
  behavior: behavior ?? behaviorOf(pages),
  service: service ?? options.service ?? imageService3,
  legacyServiceKeys: options.legacyServiceKeys ?? "@id",
  bodyFormat: options.bodyFormat ?? "jpeg",
  thumbnails: options.thumbnails ?? true
})

export const textOf = (text: Text, { language }: Form): LanguageMap => languageMap(text, language)
