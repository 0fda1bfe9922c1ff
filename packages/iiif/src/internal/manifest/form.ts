import { type LanguageMap, languageMap, type Text } from "../../Presentation3.ts"
import type { ServiceKind } from "./content.ts"
import type { BuildOptions, Description, Page } from "./description.ts"
import { isTimed } from "./extent.ts"

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

const hasDuration = (pages: ReadonlyArray<Page>): boolean => {
  try {
    return pages.some(isTimed)
  } catch {
    // What cannot be read is a finding about its page.
    return false
  }
}

/** By default a book, unless any of its pages has a duration. */
const behaviorOf = (pages: ReadonlyArray<Page>): ReadonlyArray<string> => {
  if (hasDuration(pages)) return []
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
