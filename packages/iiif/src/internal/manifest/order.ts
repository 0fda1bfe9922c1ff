import type { Class, Properties } from "../model/kind.ts"

/** A resource with its properties in the order of its class; others come last. */
export const inOrder = <T extends object>({ properties }: Class<Properties>, resource: T): T => {
  const given = new Map(Object.entries(resource))
  const ordered: { [name: string]: unknown } = {}
  for (const name in properties) {
    const value = given.get(name)
    if (value !== undefined) ordered[name] = value
    given.delete(name)
  }
  for (const [name, value] of given) ordered[name] = value
  // The same properties in another order.
  return ordered as T
}
