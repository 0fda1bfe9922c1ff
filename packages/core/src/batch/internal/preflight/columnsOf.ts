/** Finds out what the columns of a table mean. */
import { quoted } from "../../../base/internal/text.ts"
import * as Columns from "../../Columns.ts"
import { hasErrors, type Place } from "../../Finding.ts"
import type { Table } from "../../Table.ts"
import type { Findings } from "./codes.ts"
import type { Options } from "./model.ts"
import { closest } from "./suggest.ts"

/** The meaning of each column that has one, by its name in the table. */
export type Meanings = ReadonlyMap<string, Columns.Meaning>

const maybe = (suggestion: string | undefined): string =>
  suggestion === undefined ? "" : `; did you mean ${quoted(suggestion)}?`

const listed = (names: ReadonlyArray<string>): string =>
  names.length === 0
    ? "it has no columns"
    : `its columns are ${names.slice(0, 20).map(quoted).join(", ")}${
      names.length > 20 ? ` and ${names.length - 20} more` : ""
    }`

const canonicalLanguage = (tag: string): string | undefined => {
  if (tag === "none") return tag
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}

/** The name of a language in English; `undefined` if none is known by the tag. */
const nameOfLanguage = (tag: string): string | undefined =>
  new Intl.DisplayNames("en", { type: "language", fallback: "none" }).of(tag.split("-")[0] ?? tag)

const common = [
  "en",
  "fr",
  "de",
  "es",
  "it",
  "la",
  "el",
  "grc",
  "he",
  "ar",
  "fa",
  "hi",
  "sa",
  "zh",
  "ja",
  "ko",
  "ru",
  "pt",
  "nl",
  "sv",
  "da",
  "pl",
  "tr"
]

/** The tag of a language that is given by its name. */
const tagFor = (name: string): string | undefined =>
  common.find((tag) => nameOfLanguage(tag)?.toLowerCase() === name.toLowerCase())

/** Checks a language tag, once for each place that has it. */
export const checkLanguage = (tag: string, place: Place, findings: Findings): void => {
  const canonical = canonicalLanguage(tag)
  const suggestion = tagFor(tag)
  const remedy = suggestion === undefined ? undefined : `write ${suggestion} for ${quoted(tag)}`
  if (canonical === undefined || suggestion !== undefined) {
    return findings.add("language-form", place, `${quoted(tag)} is no language tag`, remedy)
  }
  if (tag !== "none" && nameOfLanguage(canonical) === undefined) {
    findings.add("language-unknown", place, `no language is known as ${quoted(tag)}`)
  }
}

const checkMeaning = (meaning: Columns.Meaning, place: Place, findings: Findings): void => {
  if (meaning.language !== undefined) checkLanguage(meaning.language, place, findings)
  if (meaning.label === "") findings.add("column-label", place, `${quoted(place.column ?? "")} has no label`)
}

/** Reports what is wrong with the mapping and the defaults, whatever the tables are. */
export const checkOptions = (options: Options, findings: Findings): void => {
  const { columns = {}, defaults = {}, tables } = options
  const names = tables.flatMap(({ columns: named }) => named)
  const known = new Set(names.map((name) => name.trim().toLowerCase()))
  for (const [name, meaning] of Object.entries(columns)) {
    if (!known.has(name.trim().toLowerCase())) {
      const suggestion = maybe(closest(name, names))
      findings.add("mapping-column", { column: name }, `no table has a column ${quoted(name)}${suggestion}`)
    }
    if (meaning !== null && Columns.parse(meaning) === undefined) {
      const suggestion = maybe(Columns.suggest(meaning))
      findings.add("mapping-meaning", { column: name }, `${quoted(meaning)} is no column${suggestion}`)
    }
  }
  for (const name of Object.keys(defaults)) {
    if (Columns.parse(name) !== undefined) continue
    findings.add("default-column", { column: name }, `${quoted(name)} is no column${maybe(Columns.suggest(name))}`)
  }
}

/** The meanings of a table's columns. */
export const meaningsOf = (table: Table, options: Options, findings: Findings): Meanings => {
  const mapping = Object.entries(options.columns ?? {})
  const mapped = new Map(mapping.map(([name, meaning]) => [name.trim().toLowerCase(), meaning]))
  const meanings = new Map<string, Columns.Meaning>()
  const byMeaning = new Map<string, string>()
  for (const name of table.columns) {
    const place: Place = { source: table.source, row: 1, column: name }
    const wanted = mapped.get(name.trim().toLowerCase())
    if (wanted === null) continue
    const meaning = Columns.parse(wanted ?? name)
    if (meaning === undefined) {
      if (wanted === undefined) {
        findings.add("column-unknown", place, `there is no column ${quoted(name)}${maybe(Columns.suggest(name))}`)
      }
      continue
    }
    const usual = Columns.format(meaning)
    const earlier = byMeaning.get(usual)
    if (earlier !== undefined) {
      findings.add("column-twice", place, `${quoted(name)} and ${quoted(earlier)} are both ${usual}`)
      continue
    }
    checkMeaning(meaning, place, findings)
    byMeaning.set(usual, name)
    meanings.set(name, meaning)
  }
  const hasFiles = byMeaning.has("file") || byMeaning.has("folder") || "file" in (options.defaults ?? {})
  if (!hasFiles && (table.columns.length > 0 || !hasErrors(table.findings))) {
    const place: Place = { source: table.source }
    const suggestion = maybe(closest("file", table.columns))
    findings.add(
      "column-missing",
      place,
      `there is no column \`file\` or \`folder\`: ${listed(table.columns)}${suggestion}`
    )
  }
  return meanings
}
