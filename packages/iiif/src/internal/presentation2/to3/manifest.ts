import type { Fields, Json } from "../../fields.ts"
import { canvas, hasDuration, identify } from "./canvas.ts"
import { described } from "./described.ts"
import { append, convert, handled, type Rules, types } from "./draft.ts"
import { navDate, viewingDirection } from "./hints.ts"
import { lists } from "./lists.ts"
import { structures } from "./ranges.ts"
import { startCanvas } from "./references.ts"
import { asRange, convertFirst, convertHints, sequencesOf } from "./sequences.ts"
import { type At, type Draft, isFields } from "./upgrade.ts"

const rules: Rules = new Map([
  ...described,
  ["@type", types("Manifest")],
  ["viewingDirection", viewingDirection],
  ["navDate", navDate],
  ["startCanvas", startCanvas],
  ["otherContent", handled],
  ["sequences", handled],
  ["structures", handled]
])

/** A manifest, with a pause after every annotation, canvas and range. `undefined` if it has no canvases. */
export function* manifest(document: Fields, draft: Draft, place: At): Generator<void, void> {
  const sequences = sequencesOf(document, place)
  if (sequences === undefined) return
  const { first, others } = sequences
  const pages = identify(first.canvases, first.place.at("canvases"))
  for (const [one, id] of pages) if (!hasDuration(one, id, place.conversion)) place.conversion.timeless.add(id)
  convertHints(first, draft)
  convert(rules, document, place, draft)
  if (draft.fields["label"] === undefined) {
    place.at("label").refuse("a manifest has a label with text in it")
  }
  convertFirst(first, draft)
  yield* lists(document["otherContent"] ?? [], place.at("otherContent"), draft, { pages: [], annotations: [] })
  const labels = new Map<string, Json | undefined>()
  const given = new Map<string, Fields>()
  for (const [one, id, at] of pages) {
    const converted = yield* canvas(one, id, at)
    append(draft, "items", converted)
    labels.set(id, isFields(converted) ? converted["label"] : undefined)
    given.set(String(one["@id"]), one)
    yield
  }
  for (const [index, other] of others.entries()) {
    const range = asRange(other, index + 2, given, labels)
    if (range !== undefined) append(draft, "structures", range)
  }
  const ranges = yield* structures(document["structures"] ?? [], place.at("structures"), labels)
  for (const range of ranges) append(draft, "structures", range)
}
