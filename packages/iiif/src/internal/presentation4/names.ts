/** The JSON-LD context of every Presentation 4 document. Clause "JSON-LD Contexts and Extensions". */
export const context = "http://iiif.io/api/presentation/4/context.json"

/** The context of the navPlace extension of Presentation 3; in Presentation 4, `navPlace` needs none. */
export const navPlaceContext = "http://iiif.io/api/extension/navplace/context.json"

/** The classes of containers. Clause "Container Classes". */
export const containers: ReadonlySet<string> = new Set(["Canvas", "Timeline", "Scene"])

/** The classes that are listed in an annotation's body or target when there are several. Clause "body". */
export const groups: ReadonlySet<string> = new Set(["Composite", "List", "Independents"])

/**
 * What an annotation may provide, in the order of the table of clause "provides".
 *
 * @category models
 * @since 0.1.0
 */
export type Provides =
  | "closedCaptions"
  | "alternativeText"
  | "audioDescription"
  | "longDescription"
  | "signLanguage"
  | "highContrastAudio"
  | "highContrastDisplay"
  | "braille"
  | "tactileGraphic"
  | "transcript"
  | "translation"
  | "subtitles"

const names: ReadonlyArray<Provides> = [
  "closedCaptions",
  "alternativeText",
  "audioDescription",
  "longDescription",
  "signLanguage",
  "highContrastAudio",
  "highContrastDisplay",
  "braille",
  "tactileGraphic",
  "transcript",
  "translation",
  "subtitles"
]

/** The values of `provides`. Clause "provides". */
export const provides: ReadonlySet<string> = new Set(names)

/** A single value, or each of a list. */
export const many = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : [value]
