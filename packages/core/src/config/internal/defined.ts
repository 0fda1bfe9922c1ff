/** Without the fields that are `undefined`: code without types may give them for fields it leaves out. */
export const defined = <A extends object>(options: A): A => {
  const kept = { ...options }
  for (const key in kept) if (kept[key] === undefined) delete kept[key]
  return kept
}
