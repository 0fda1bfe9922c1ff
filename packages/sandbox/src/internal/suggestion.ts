/** Which name someone may have meant. */

/** How many letters have to be added, left out or changed to come from one text to the other (Levenshtein). */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (const [column, other] of [...to].entries()) {
      const [corner = 0, above = 0, left = 0] = [row[column], row[column + 1], next[column]]
      next.push(Math.min(above + 1, left + 1, corner + (letter === other ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** Whoever writes a part of a name means it, even if another name has fewer letters that differ. */
const rank = (given: string, name: string): number => name.includes(given) ? 0 : distance(given, name)

/** The name that is nearest to what was given, if any is near. */
export const nearest = (given: string, names: ReadonlyArray<string>): string | undefined => {
  const lower = given.toLowerCase()
  const [best] = names.map((name) => ({ name, rank: rank(lower, name) })).sort((a, b) => a.rank - b.rank)
  return best !== undefined && lower !== "" && best.rank <= Math.max(2, lower.length / 3) ? best.name : undefined
}
