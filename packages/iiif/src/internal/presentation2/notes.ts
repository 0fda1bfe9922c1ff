import { maxListed } from "../check/listing.ts"

/** Something that the other version cannot express, or that is invalid: its path in the given document, and why. */
export interface Note {
  readonly path: string
  readonly problem: string
}

/** How many kinds are told apart. */
const maxKinds = 1_000

interface Kind {
  /** The last that is listed. */
  readonly last: Note
  readonly count: number
}

/** What a note says without what it says it of, so that the same about another value is of the same kind. */
const kindOf = (problem: string, property: string): string =>
  `${property}: ${problem.replace(/"(?:[^"\\]|\\.)*"/g, "\"\"")}`

/**
 * The notes of a conversion: up to 100 of a kind, the last of which says how many more there are. Otherwise notes such as
 * those on ids, which some documents have on every page, would leave no room for others.
 */
export class Notes {
  readonly #all: Array<Note> = []
  readonly #kinds = new Map<string, Kind>()
  #others = 0

  get isEmpty(): boolean {
    return this.#all.length === 0
  }

  get all(): ReadonlyArray<Note> {
    const more = new Map<Note, number>()
    for (const { count, last } of this.#kinds.values()) if (count > maxListed) more.set(last, count - maxListed)
    const listed = this.#all.map((note): Note => {
      const left = more.get(note)
      return left === undefined ? note : { ...note, problem: `${note.problem} (and ${left} more like this)` }
    })
    return this.#others === 0
      ? listed
      : [...listed, { path: "", problem: `${this.#others} more notes of other kinds are not listed` }]
  }

  /** The path is only worked out for a note that is listed. `property` is the name of what the note is on. */
  add(path: () => string, problem: string, property = ""): void {
    const kind = kindOf(problem, property)
    const count = (this.#kinds.get(kind)?.count ?? 0) + 1
    if (count === 1 && this.#kinds.size >= maxKinds) this.#others++
    else {
      const last = count > maxListed ? this.#kinds.get(kind)?.last : undefined
      const note = last ?? { path: path(), problem }
      if (last === undefined) this.#all.push(note)
      this.#kinds.set(kind, { last: note, count })
    }
  }
}
