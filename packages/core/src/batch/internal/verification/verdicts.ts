import type { Verdict } from "../../../mps/Fate.ts"

/** How many there are of each verdict. */
export type VerdictCounts = { readonly [verdict in Verdict]: number }

export const countVerdicts = (verdicts: ReadonlyArray<Verdict>): VerdictCounts => {
  const counts = { ok: 0, missing: 0, wrong: 0, unknown: 0 }
  for (const verdict of verdicts) counts[verdict] += 1
  return counts
}

export const describeCounts = ({ missing, ok, unknown, wrong }: VerdictCounts): string =>
  `${ok} ok, ${missing} missing, ${wrong} wrong, ${unknown} unknown`
