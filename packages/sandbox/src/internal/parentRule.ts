/** How the parent's fate follows from its children's (docs/mps.md, 2.3). */
import type { JobState } from "../Job.ts"

interface Children {
  readonly spawned: boolean
  readonly states: ReadonlyArray<JobState>
}

/**
 * `undefined` while a child still works. Spawning failed, failed children reaching the limit, or no child that did not
 * fail: the parent failed. Otherwise it is `success`, even with dead images among its children.
 */
export const outcome = ({ spawned, states }: Children, childErrorLimit: number): "success" | "failed" | undefined => {
  if (!spawned) return "failed"
  const failed = states.filter((state) => state === "failed").length
  if (failed >= childErrorLimit || (failed > 0 && failed === states.length)) return "failed"
  return states.every((state) => state === "success" || state === "failed") ? "success" : undefined
}
