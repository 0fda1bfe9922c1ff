import { type LanguageMap, languageMap, type Text } from "../../Presentation3.ts"
import type { BuildOptions, Description, ServiceKind } from "./description.ts"

/** What a description and options set for all pages, with defaults filled in. */
export interface Form {
  readonly language: string
  readonly behavior: ReadonlyArray<string>
  readonly service: ServiceKind
  readonly legacyServiceKeys: "@id" | "id"
  readonly bodyFormat: "jpeg" | "source"
  readonly thumbnails: boolean
}

const imageService3: ServiceKind = { type: "ImageService3", profile: "level2" }

export const formOf = (
  { behavior, language, service }: Description,
  pages: number,
  options: BuildOptions
): Form => ({
  language: language ?? "none",
  behavior: behavior ?? [pages === 1 ? "individuals" : "paged"],
  service: service ?? options.service ?? imageService3,
  legacyServiceKeys: options.legacyServiceKeys ?? "@id",
  bodyFormat: options.bodyFormat ?? "jpeg",
  thumbnails: options.thumbnails ?? true
})

export const textOf = (text: Text, { language }: Form): LanguageMap => languageMap(text, language)
