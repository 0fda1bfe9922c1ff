import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { each } from "../place.ts"
import { described } from "./described.ts"
import { convert, handled, type Rules, shortName, types, typesOf } from "./draft.ts"
import { viewingDirection } from "./hints.ts"
import { ownLabel } from "./links.ts"
import { contentLayer } from "./lists.ts"
import { type Node, type Tree, treeOf } from "./rangeGraph.ts"
import { labelled, startCanvas } from "./references.ts"
import { type At, idOf, isFields } from "./upgrade.ts"

/** A range as the document has it. */
interface Found {
  readonly given: Fields
  readonly place: At
  readonly index: number
  readonly entries: Array<Entry>
}

/** What a range contains: another range, by its number, or a canvas. */
interface Entry {
  readonly value: Json
  readonly place: At
  readonly range: number | undefined
}

const listsOf = ["members", "ranges", "canvases"]

const isDescribed = (value: Json): value is Fields => isFields(value) && listsOf.some((key) => value[key] !== undefined)

const isRange = (value: Fields): boolean => typesOf(value).map(shortName).includes("Range")

/** All ranges of a document, also those that are embedded in others. */
class Ranges {
  readonly found: Array<Found> = []
  readonly byId = new Map<string, number>()
  readonly #byValue = new Map<Json, number>()

  add(given: Fields, place: At): void {
    const index = this.found.length
    this.found.push({ given, place, index, entries: [] })
    this.#byValue.set(given, index)
    const id = idOf(given["@id"])
    if (id !== undefined && !this.byId.has(id)) this.byId.set(id, index)
    for (const key of ["members", "ranges"]) {
      each(given[key] ?? [], place.at(key), (one, at) => {
        if (isDescribed(one) && (key === "ranges" || isRange(one)) && !this.#byValue.has(one)) this.add(one, at)
      })
    }
  }

  /** The number of the range that an entry is or names. */
  numberOf(entry: Json): number | undefined {
    const id = idOf(entry)
    return this.#byValue.get(entry) ?? (id === undefined ? undefined : this.byId.get(id))
  }
}

const isCanvas = (value: Json): boolean => isFields(value) && typesOf(value).map(shortName).includes("Canvas")

/** The entries of a range: its members, and then what else is in its ranges and canvases. Clause 5.6. */
const entriesOf = ({ entries, given, place }: Found, ranges: Ranges): void => {
  const named = new Set<string>()
  for (const key of listsOf) {
    each(given[key] ?? [], place.at(key), (value, at) => {
      const id = idOf(value)
      if (id !== undefined && key === "members") named.add(id)
      else if (id !== undefined && named.has(id)) return
      const range = key === "canvases" || isCanvas(value) ? undefined : ranges.numberOf(value)
      if (range === undefined && (key === "ranges" || (isFields(value) && isRange(value)))) {
        return at.lose(`${quoted(id ?? "")} is no range of this manifest`)
      }
      entries.push({ value, place: at, range })
    })
  }
}

/** Adds the ranges that say themselves which range they are within, as in Presentation 1. */
const addWithin = (ranges: Ranges): ReadonlySet<number> => {
  const known = new Set(ranges.found.flatMap(({ entries, index }) => entries.map(({ range }) => `${index} ${range}`)))
  const children = new Set<number>()
  for (const { given, index, place } of ranges.found) {
    const id = idOf(given["within"])
    const parent = id === undefined ? undefined : ranges.byId.get(id)
    if (parent === undefined) continue
    children.add(index)
    if (known.has(`${parent} ${index}`)) continue
    ranges.found[parent]?.entries.push({ value: id ?? "", place: place.at("within"), range: index })
  }
  return children
}

const rules: Rules = new Map([
  ...described,
  ["@type", types("Range")],
  ["viewingDirection", viewingDirection],
  ["startCanvas", startCanvas],
  ["contentLayer", contentLayer],
  ["members", handled],
  ["ranges", handled],
  ["canvases", handled]
])

/** Those of a range whose `within` is its place in the result. */
const innerRules: Rules = new Map([...rules, ["within", handled]])

const start = ({ given, index, place }: Found, isChild: boolean): { [key: string]: Json } => {
  const { conversion } = place
  const own = idOf(given["@id"])
  const address = own === undefined
    ? `${conversion.root}/range/${index + 1}`
    : conversion.identity(own, place.at("@id"))
  const id = conversion.own(address, own === undefined ? undefined : place.at("@id"))
  const fields: { [key: string]: Json } = { id, type: "Range" }
  convert(isChild ? innerRules : rules, given, place, { type: "Range", id, fields })
  return conversion.from(fields, place)
}

type Labels = ReadonlyMap<string, Json | undefined>

/** What an entry says of a range that is described elsewhere. */
const loseOthers = (value: Json, place: At, range: Fields, given: Fields): { readonly label?: Json } => {
  if (!isFields(value) || value === given) return {}
  for (const key of Object.keys(value)) {
    const isSame = JSON.stringify(value[key]) === JSON.stringify(given[key])
    if (key !== "label" && key !== "@id" && !isSame) place.at(key).lose("the range is only named here")
  }
  return ownLabel(value["label"], place.at("label"), range["label"])
}

/** Puts ranges into each other, from the innermost to the outermost. */
class Builder {
  readonly #ranges: Ranges
  readonly #tree: Tree
  readonly #labels: Labels
  readonly #built = new Map<number, { [key: string]: Json }>()
  readonly #children: ReadonlySet<number>

  constructor(ranges: Ranges, tree: Tree, children: ReadonlySet<number>, labels: Labels) {
    this.#ranges = ranges
    this.#tree = tree
    this.#children = children
    this.#labels = labels
  }

  /** A range within another one: the first time itself, if this is its place, and else by reference. */
  #inner(parent: number, child: number, { place, value }: Entry, embedded: Set<number>): Json | undefined {
    const range = this.#built.get(child)
    const given = this.#ranges.found[child]?.given ?? {}
    if (this.#tree.isCircular(parent, child)) place.lose("the range contains itself")
    else if (range === undefined) place.lose("the range has nothing in it")
    else {
      const label = loseOthers(value, place, range, given)
      if (this.#tree.parents.get(child) === parent && !embedded.has(child)) {
        embedded.add(child)
        if (label.label !== undefined) place.at("label").lose("the range itself has another label")
        return range
      }
      return { id: range["id"] ?? "", type: "Range", ...label }
    }
    return undefined
  }

  build(index: number): void {
    const found = this.#ranges.found[index]
    if (found === undefined) return
    const range = start(found, this.#children.has(index))
    const embedded = new Set<number>()
    const items = found.entries.flatMap((entry) =>
      (entry.range === undefined
        ? labelled(entry.value, entry.place, this.#labels)
        : this.#inner(index, entry.range, entry, embedded)) ?? []
    )
    if (items.length === 0) return found.place.lose("Presentation 3 has no range without anything in it")
    range["items"] = items
    this.#built.set(index, range)
  }

  get roots(): ReadonlyArray<Json> {
    return this.#tree.roots.flatMap((root) => this.#built.get(root) ?? [])
  }
}

const isTop = (hint: Json | undefined): boolean => hint === "top" || (Array.isArray(hint) && hint.includes("top"))

/** The ranges of a manifest, each within the first that contains it. Presentation 3.0, 5.4. */
export function* structures(value: Json, place: At, labels: Labels): Generator<void, ReadonlyArray<Json>> {
  const ranges = new Ranges()
  each(value, place, (one, at) => {
    if (isFields(one)) ranges.add(one, at)
    else at.lose("a range that is only named is not taken over: fetch it, and embed it here")
  })
  for (const found of ranges.found) {
    entriesOf(found, ranges)
    yield
  }
  const children = addWithin(ranges)
  const nodes = ranges.found.map(({ entries, given, index }): Node => ({
    index,
    children: [...new Set(entries.flatMap(({ range }) => range ?? []))],
    isTop: isTop(given["viewingHint"])
  }))
  const tree = treeOf(nodes)
  const builder = new Builder(ranges, tree, children, labels)
  for (const index of tree.order) {
    builder.build(index)
    yield
  }
  return builder.roots
}
