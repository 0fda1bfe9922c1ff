import { visible } from "../../base/internal/text.ts"
import type { Observation } from "../Delivery.ts"

/** An answer without a resource. */
export type Unserved = Exclude<Observation<never>, { readonly _tag: "Served" }>

/** What an answer without a resource tells, and how that stands: only one that it is absent is an answer. */
export const unserved = (seen: Unserved) => {
  const { evidence: { status } } = seen
  switch (seen._tag) {
    case "Absent":
      return { standing: "NotServedYet", problem: `HTTP ${status}` } as const
    case "Withheld":
      return { standing: "NoVerdict", problem: `withheld, HTTP ${status}` } as const
    case "Unreadable":
      return { standing: "NoVerdict", problem: `HTTP ${status}: ${visible(seen.problem)}` } as const
  }
}
