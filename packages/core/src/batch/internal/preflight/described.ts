/** What the cells of a row say of an image or a manifest. */
import type { Described } from "@iiif-ingest/iiif/Manifest"
import type { Text } from "@iiif-ingest/iiif/Presentation3"
import type { Name } from "../../Columns.ts"
import type { Place } from "../../Finding.ts"
import type { Findings } from "./codes.ts"
import { type Entry, firstOf } from "./row.ts"

export interface Context {
  readonly findings: Findings
  readonly separator: string
  readonly rights: (text: string, place: Place) => string | undefined
}

type Entries = ReadonlyMap<string, Entry>

/** The values of a cell that can have several. */
export const valuesOf = ({ place, text }: Entry, { findings, separator }: Context): ReadonlyArray<string> => {
  const values = text.split(separator).map((value) => value.trim())
  if (values.includes("")) findings.add("metadata-empty", place, "one of its values is empty")
  return values.filter((value) => value !== "")
}

type Values = ReadonlyMap<string, ReadonlyArray<string>>

/** A text without a language stays one, so that the language of the manifest applies to it. */
const textFrom = (values: Values): Text | undefined => {
  const [only] = values.values()
  if (only === undefined) return undefined
  return values.size === 1 && values.has("none") && only.length === 1 && only[0] !== undefined
    ? only[0]
    : Object.fromEntries(values)
}

const languageOf = ({ meaning }: Entry): string => meaning.language ?? "none"

const add = (values: Map<string, Array<string>>, language: string, more: ReadonlyArray<string>): void => {
  const known = values.get(language)
  if (known === undefined) values.set(language, [...more])
  else known.push(...more)
}

const named = (entries: Entries, name: Name): ReadonlyArray<Entry> =>
  [...entries.values()].filter(({ meaning }) => meaning.column.name === name)

/** The text of a column in all of its languages. */
export const textOf = (entries: Entries, name: Name): Text | undefined => {
  const values = new Map<string, Array<string>>()
  for (const entry of named(entries, name)) add(values, languageOf(entry), [entry.text])
  return textFrom(values)
}

const metadataOf = (entries: Entries, context: Context) => {
  const labels = new Map<string, Map<string, Array<string>>>()
  for (const entry of named(entries, "metadata")) {
    const label = entry.meaning.label ?? ""
    if (label === "") continue
    const values = labels.get(label) ?? new Map<string, Array<string>>()
    labels.set(label, values)
    add(values, languageOf(entry), valuesOf(entry, context))
  }
  return Array.from(labels, ([label, values]) => ({ label, value: textFrom(values) ?? "" }))
}

/** `Attribution: Harvard University`, or the value alone; the part before the colon is at most three words. */
const statement = /^(\S+(?: \S+){0,2}): *(.*)$/s

const statementOf = (entries: Entries, { findings }: Context): Described["requiredStatement"] => {
  const [labels, values] = [new Map<string, Array<string>>(), new Map<string, Array<string>>()]
  for (const entry of named(entries, "requiredStatement")) {
    const [, label = "Attribution", value = entry.text] = /^https?:/.test(entry.text)
      ? []
      : statement.exec(entry.text) ?? []
    if (value === "") {
      findings.add("statement-form", entry.place, "it has a label and no value")
      continue
    }
    add(labels, languageOf(entry), [label])
    add(values, languageOf(entry), [value])
  }
  const [label, value] = [textFrom(labels), textFrom(values)]
  return label === undefined || value === undefined ? undefined : { label, value }
}

/** An address, and what comes after it. */
const addressed = (text: string, otherwise: string): readonly [id: string, label: string] => {
  const [, id = text, label = ""] = /^(\S+)(?:\s+(.+))?$/s.exec(text) ?? []
  return [id, label === "" ? otherwise : label]
}

const linksOf = (entries: Entries, name: Name, type: string, label: string, context: Context) => {
  const entry = entries.get(name)
  return entry === undefined
    ? undefined
    : valuesOf(entry, context).map((value) => {
      const [id, text] = addressed(value, label)
      return { type, id, label: text }
    })
}

const present = <A extends object>(fields: A): { readonly [K in keyof A]?: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never

/** What is said of an image or a manifest alike. */
export const describedOf = (entries: Entries, context: Context): Described => {
  const [rights, behavior, provider] = [entries.get("rights"), entries.get("behavior"), entries.get("provider")]
  const metadata = metadataOf(entries, context)
  return present({
    summary: textOf(entries, "summary"),
    metadata: metadata.length === 0 ? undefined : metadata,
    requiredStatement: statementOf(entries, context),
    rights: rights === undefined ? undefined : context.rights(rights.text, rights.place),
    behavior: behavior === undefined ? undefined : valuesOf(behavior, context),
    navDate: firstOf(entries, "navDate")?.text,
    homepage: linksOf(entries, "homepage", "Text", "Home page", context),
    seeAlso: linksOf(entries, "seeAlso", "Dataset", "See also", context),
    rendering: linksOf(entries, "rendering", "Text", "Download", context),
    provider: provider === undefined
      ? undefined
      : valuesOf(provider, context).map((value) => {
        const [id, label] = addressed(value, value)
        return { id, label }
      })
  })
}
