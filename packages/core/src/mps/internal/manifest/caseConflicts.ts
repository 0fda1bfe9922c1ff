/** An id that differs only in case from one before it in the list. */
interface CaseConflict {
  readonly index: number
  readonly id: string
  readonly earlier: string
}

/** Finds the ids of a list that MPS, which converts names to upper case, does not distinguish from an earlier one. */
export const caseConflicts = (ids: ReadonlyArray<unknown>): ReadonlyArray<CaseConflict> => {
  const known = new Map<string, string>()
  return ids.flatMap((id, index) => {
    if (typeof id !== "string") return []
    const earlier = known.get(id.toLowerCase())
    if (earlier === undefined) known.set(id.toLowerCase(), id)
    return earlier === undefined || earlier === id ? [] : [{ index, id, earlier }]
  })
}
