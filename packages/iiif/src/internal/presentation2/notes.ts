/** Something that the other version cannot express, or that is invalid: its path in the given document, and why. */
export interface Note {
  readonly path: string
  readonly problem: string
}

const limit = 1_000

/** The notes of a conversion: the first 1,000, and the number of the others. */
export class Notes {
  readonly #listed: Array<Note> = []
  #others = 0

  get isEmpty(): boolean {
    return this.#listed.length === 0
  }

  get all(): ReadonlyArray<Note> {
    return this.#others === 0
      ? this.#listed
      : [...this.#listed, { path: "", problem: `${this.#others} more notes like these are not listed` }]
  }

  /** The path is only worked out for a note that is listed. */
  add(path: () => string, problem: string): void {
    if (this.#listed.length < limit) this.#listed.push({ path: path(), problem })
    else this.#others++
  }
}
