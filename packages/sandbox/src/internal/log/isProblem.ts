/** Which requests a list of problems shows: those that were refused or broken off, and those with a note. */

export const isProblem = ({ notes, outcome, status }: {
  readonly notes: ReadonlyArray<unknown>
  readonly outcome: string
  readonly status?: number | undefined
}): boolean => outcome === "broken" || (status ?? 0) >= 400 || notes.length > 0
