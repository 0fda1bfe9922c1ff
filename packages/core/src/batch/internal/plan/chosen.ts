import type { Plan, PlannedManifest } from "./model.ts"

/** The name of a manifest, which every description of a plan has. */
export const nameOf = ({ description, id }: PlannedManifest): string => description.name ?? id

/** The manifests with some names or addresses, in the order of the plan; all of them where none are given. */
export const chosen = (
  { manifests }: Pick<Plan, "manifests">,
  names: ReadonlyArray<string> | undefined
): ReadonlyArray<PlannedManifest> => {
  if (names === undefined) return manifests
  const wanted = new Set(names)
  return manifests.filter((manifest) => wanted.has(nameOf(manifest)) || wanted.has(manifest.id))
}

/** The names that are neither the name nor the address of a manifest of the plan. */
export const unknownOf = (
  { manifests }: Pick<Plan, "manifests">,
  names: ReadonlyArray<string> = []
): ReadonlyArray<string> => {
  const known = new Set(manifests.flatMap((manifest) => [nameOf(manifest), manifest.id]))
  return names.filter((name) => !known.has(name))
}
