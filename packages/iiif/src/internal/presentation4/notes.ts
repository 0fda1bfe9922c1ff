/** Something to report about a document, at a path in it. */
export interface Note {
  readonly path: string
  readonly problem: string
}

/** How many notes a list holds; the others are only counted. */
export const maxNotes = 1000

/** A list of notes of limited length. */
export class Notes {
  readonly list: Array<Note> = []
  omitted = 0

  add(path: string, problem: string): void {
    if (this.list.length < maxNotes) this.list.push({ path, problem })
    else this.omitted++
  }

  get isEmpty(): boolean {
    return this.list.length === 0
  }
}
