import { type LanguageMap, languageMap, type Text } from "../../Presentation3.ts"
import type { Description } from "./description.ts"

/** What a description leaves open, filled in by its form. */
export interface Form {
  /** The Python client's. */
  readonly seed: boolean
  readonly language: string
  readonly behavior: ReadonlyArray<string>
  readonly service: { readonly type: string; readonly profile: string }
}

export const formOf = ({ behavior, language, service, wire }: Description, pages: number): Form =>
  wire === "iiifingest"
    ? {
      seed: true,
      language: language ?? "en",
      behavior: behavior ?? ["paged"],
      service: service ?? { type: "ImageService2", profile: "level2" }
    }
    : {
      seed: false,
      language: language ?? "none",
      behavior: behavior ?? [pages === 1 ? "individuals" : "paged"],
      service: service ?? { type: "ImageService2", profile: "http://iiif.io/api/image/2/level2.json" }
    }

export const textOf = (text: Text, { language }: Form): LanguageMap => languageMap(text, language)

/** With a value under `none`, for a viewer that reads no other. */
export const withNone = (text: LanguageMap): LanguageMap => {
  const [first] = Object.values(text)
  return text["none"] !== undefined || first === undefined ? text : { ...text, none: first }
}
