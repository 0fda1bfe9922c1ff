/** Finds a label to show for a manifest of either version. */
import { isReadonlyObject } from "effect/Predicate"

const MAX_LENGTH = 200

const firstText = (value: unknown): string | undefined => {
  if (typeof value === "string") return value
  if (Array.isArray(value)) return firstOf(value)
  return isReadonlyObject(value) && typeof value["@value"] === "string" ? value["@value"] : undefined
}

/** A list holds only texts and language values, so that one level is enough, however deep hostile ones are. */
const firstOf = (values: ReadonlyArray<unknown>): string | undefined => {
  for (const value of values) {
    const text = Array.isArray(value) ? undefined : firstText(value)
    if (text !== undefined) return text
  }
  return undefined
}

/** The first text of a label: of Presentation 2, or of any language of Presentation 3. */
export const labelOf = (manifest: Readonly<Record<string, unknown>>): string | undefined => {
  const { label } = manifest
  const isLanguageMap = isReadonlyObject(label) && !Array.isArray(label) && !("@value" in label)
  const text = isLanguageMap
    ? Object.values(label).map(firstText).find((found) => found !== undefined)
    : firstText(label)
  return text?.slice(0, MAX_LENGTH)
}
