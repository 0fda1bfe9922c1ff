import { isObject } from "effect/Predicate"
import { examine } from "./bounds.ts"
import { Notes } from "./notes.ts"
import { type Convert, type Fields, Place, World } from "./place.ts"

/** One direction of the conversion. */
export interface Direction {
  readonly classes: { readonly [type: string]: Convert }
  /** The conversion of every other class. */
  readonly content: Convert
  /** The type that a resource of the given document has in Presentation 4. */
  readonly typeOf?: (fields: Fields) => unknown
  readonly document: (given: Fields, place: Place) => unknown
  /** Reports what is wrong with a converted document, after removing the properties that the other version refuses. */
  readonly check: (result: Fields, world: World) => void
}

/** A converted document and what was lost, or why there is none. */
export type Outcome =
  | { readonly _tag: "Converted"; readonly document: Fields; readonly lost: Notes }
  | { readonly _tag: "Refused"; readonly refused: Notes }

const refusedFor = (refused: Notes): Outcome => ({ _tag: "Refused", refused })

/** Converts a document and checks the result. Whatever is given, it neither throws nor takes unlimited time. */
export const convert = (given: unknown, direction: Direction): Outcome => {
  const { problem, types } = examine(given, direction.typeOf)
  if (problem !== undefined || !isObject(given)) {
    const notes = new Notes()
    notes.add(problem?.path ?? "", problem?.problem ?? "it is not a JSON object")
    return refusedFor(notes)
  }
  const world = new World({ classes: direction.classes, otherwise: direction.content }, types)
  const result = direction.document(given as Fields, new Place(world))
  if (!world.refused.isEmpty || !isObject(result)) return refusedFor(world.refused)
  direction.check(result as Fields, world)
  return world.refused.isEmpty
    ? { _tag: "Converted", document: result as Fields, lost: world.lost }
    : refusedFor(world.refused)
}
