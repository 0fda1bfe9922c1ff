/** Derives the state of a parent job from its children (docs/mps.md, 2.3). */
import type { JobState } from "../../Job.ts"

interface Children {
  readonly spawned: boolean
  readonly states: ReadonlyArray<JobState>
}

/**
 * `undefined` while children are unfinished. The parent fails if spawning failed, if the number of failed children
 * reaches the limit, or if all children failed. Otherwise it succeeds, even if some children failed.
 */
export const outcome = ({ spawned, states }: Children, childErrorLimit: number): "success" | "failed" | undefined => {
  if (!spawned) return "failed"
  const failed = states.filter((state) => state === "failed").length
  if (failed >= childErrorLimit || (failed > 0 && failed === states.length)) return "failed"
  return states.every((state) => state === "success" || state === "failed") ? "success" : undefined
}
