/** Finds what may have been meant. */
const tooFar = 99

/** How many changes make one text of the other (a letter more, less, other, or swapped with the next), up to a limit. */
const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) > limit) return tooFar
  let before: Array<number> = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((last[j] ?? tooFar) + 1, (row[j - 1] ?? tooFar) + 1, (last[j - 1] ?? tooFar) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? tooFar) + 1)
      }
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least > limit) return tooFar
    before = last
    last = row
  }
  return last[b.length] ?? tooFar
}

/** The one of some names that is most like a text, if any is like it. */
export const closest = (text: string, names: Iterable<string>): string | undefined => {
  const wanted = text.toLowerCase()
  let limit = Math.max(1, Math.floor(wanted.length / 3))
  let found: string | undefined
  for (const name of names) {
    const far = distance(wanted, name.toLowerCase(), limit)
    if (far > limit || (found !== undefined && far === limit)) continue
    found = name
    limit = far
  }
  return found
}
