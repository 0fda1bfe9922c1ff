import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { placed } from "../place.ts"
import { described } from "./described.ts"
import { append, convert, handled, lost, type Rules, shortName, types, typesOf } from "./draft.ts"
import { navDate, viewingDirection } from "./hints.ts"
import { type At, type Draft, idOf, isFields, type Rule, type Upgrade } from "./upgrade.ts"

const listsOf = ["members", "collections", "manifests"]

const notPaged = lost("a collection of Presentation 3 has no pages: fetch them, and embed what is in them")

const shared: ReadonlyArray<readonly [string, Rule]> = [
  ...described,
  ["navDate", navDate],
  ["viewingDirection", viewingDirection]
]

const manifestRules: Rules = new Map([...shared, ["@type", types("Manifest")]])

const collectionRules: Rules = new Map([
  ...shared,
  ["@type", types("Collection")],
  ...listsOf.map((key): readonly [string, Rule] => [key, handled]),
  ...["first", "last", "next", "prev", "total", "startIndex"].map((key): readonly [string, Rule] => [key, notPaged])
])

const typeOf = (value: Json, key: string): string => {
  const names = isFields(value) ? typesOf(value).map(shortName) : []
  if (names.includes("Collection")) return "Collection"
  return names.includes("Manifest") || key !== "collections" ? "Manifest" : "Collection"
}

/** A manifest or a collection in a collection; a collection may have its own members with it. */
function* member(value: Json, type: string, place: At): Generator<void, Json | undefined> {
  const given = idOf(value)
  const id = given === undefined ? undefined : place.conversion.address(given, place)
  if (id === undefined) {
    place.lose(`${given === undefined ? "it has no @id" : quoted(given)}: Presentation 3 asks for an http URI`)
    return undefined
  }
  const fields: { [key: string]: Json } = { id, type }
  if (isFields(value)) {
    const draft: Draft = { type, id, fields }
    convert(type === "Collection" ? collectionRules : manifestRules, value, place, draft)
    if (type === "Collection") yield* members(value, place, draft)
  }
  // Presentation 3 shows a member by its label, which it must have.
  fields["label"] ??= { none: [id] }
  return place.conversion.from(fields, place)
}

/** The members in their order, and then the collections and manifests that are not among them. Clause 5.8. */
function* members(given: Fields, place: At, draft: Draft): Generator<void, void> {
  const named = new Set<string>()
  for (const key of listsOf) {
    for (const [value, at] of placed<Json, Upgrade>(given[key] ?? [], place.at(key))) {
      const id = idOf(value)
      if (id !== undefined && key === "members") named.add(id)
      else if (id !== undefined && named.has(id)) continue
      const found = yield* member(value, typeOf(value, key), at)
      if (found !== undefined) append(draft, "items", found)
      yield
    }
  }
}

/** A collection, with a pause after every member. */
export function* collection(document: Fields, draft: Draft, place: At): Generator<void, void> {
  convert(collectionRules, document, place, draft)
  if (draft.fields["label"] === undefined) {
    place.at("label").refuse("a collection has a label with text in it")
  }
  draft.fields["items"] ??= []
  yield* members(document, place, draft)
}
