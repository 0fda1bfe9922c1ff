/** Pages of listings: keys with a prefix, grouped by a delimiter, in S3's order. */

// Keys are ordered by their UTF-8 bytes, which is code point order. In UTF-16, surrogates (code points from U+10000)
// sort before U+E000, so both ranges are remapped.
const rank = (unit: number): number => unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800

/** Compares two keys by their UTF-8 bytes. */
export const compareKeys = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

interface PageOptions {
  readonly prefix: string
  readonly delimiter: string | undefined
  /** The last key or common prefix of the previous page. */
  readonly after: string | undefined
  readonly limit: number
}

interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly prefixes: ReadonlyArray<string>
  /** The last key or common prefix of this page, if another page follows. */
  readonly next: string | undefined
}

/** The part of a key up to the first delimiter after the prefix. */
const groupOf = (key: string, { delimiter, prefix }: PageOptions): string | undefined => {
  const end = delimiter === undefined || delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length)
  return end < 0 ? undefined : key.slice(0, end + (delimiter?.length ?? 0))
}

/** Takes one page of items sorted by key. */
export const paginate = <A extends { readonly key: string }>(
  sorted: ReadonlyArray<A>,
  options: PageOptions
): Page<A> => {
  const items: Array<A> = []
  const prefixes: Array<string> = []
  let last: string | undefined
  if (options.limit === 0) return { items, prefixes, next: undefined }
  for (const item of sorted) {
    if (!item.key.startsWith(options.prefix)) continue
    if (options.after !== undefined && compareKeys(item.key, options.after) <= 0) continue
    const group = groupOf(item.key, options)
    if (group !== undefined && (group === options.after || group === prefixes.at(-1))) continue
    if (items.length + prefixes.length >= options.limit) return { items, prefixes, next: last }
    if (group === undefined) items.push(item)
    else prefixes.push(group)
    last = group ?? item.key
  }
  return { items, prefixes, next: undefined }
}
