import { isObject } from "effect/Predicate"
import { maxDepth } from "../model/walk.ts"
import { type Obstacle, obstacleIn } from "../obstacle.ts"
import type { Note } from "./notes.ts"
import { type Fields, pathOf } from "./place.ts"

/** The maximum number of values; those that an object contains several times count each time. */
const maxValues = 10_000_000

/** What is known of a document once it has been looked through. */
export interface Examined {
  /** Why it cannot be converted or checked. */
  readonly problem: Note | undefined
  /** The type of each resource that the document describes, by id. */
  readonly types: ReadonlyMap<string, string>
}

const problemOf = ({ kind, value }: Obstacle): string => {
  switch (kind) {
    case "foreign":
      return `it is ${typeof value === "number" ? value : `a ${typeof value}`}, not JSON`
    case "cycle":
      return "it contains itself"
    case "deep":
      return `it is nested more than ${maxDepth} levels deep`
    case "large":
      return `the document has more than ${maxValues} values`
    case "unreadable":
      return "it cannot be read: reading it throws an error"
  }
}

/**
 * Looks through a document before anything else is done with it. Afterwards, it is certain that it is JSON, that it does
 * not contain itself, and that recursion is safe and takes limited time. `typeOf` is the type of a resource in
 * Presentation 4.
 */
export const examine = (document: unknown, typeOf: (fields: Fields) => unknown = ({ type }) => type): Examined => {
  const types = new Map<string, string>()
  /** Remembers the type of a resource, unless this is only a reference, which has no other properties. */
  const remember = (fields: Fields): void => {
    const { id } = fields
    if (typeof id !== "string" || types.has(id) || Object.keys(fields).length < 3) return
    const type = typeOf(fields)
    if (typeof type === "string") types.set(id, type)
  }
  const obstacle = obstacleIn(document, { depth: maxDepth, values: maxValues }, remember)
  // What cannot be read cannot even be asked whether it is a list.
  if (obstacle?.kind !== "unreadable" && !isObject(document)) {
    return { problem: { path: "", problem: "it is not a JSON object" }, types }
  }
  return { problem: obstacle && { path: pathOf(obstacle.parts), problem: problemOf(obstacle) }, types }
}
