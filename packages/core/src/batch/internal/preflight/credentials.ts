import type { Findings } from "./codes.ts"
import type { Credential } from "./model.ts"

const day = 24 * 60 * 60 * 1000

/** Clocks of file servers differ a little from this machine's. */
const tolerance = 5 * 60 * 1000

/** Reports credentials that are missing, more than a year old, or from the future. */
export const reportCredentials = (credentials: ReadonlyArray<Credential>, now: number, findings: Findings): void => {
  for (const credential of credentials) {
    const { name } = credential
    if ("problem" in credential) {
      findings.add("credentials-missing", { file: name }, credential.problem)
      continue
    }
    const { modifiedMillis } = credential
    const days = Math.floor((now - modifiedMillis) / day)
    if (days > 365) findings.add("credentials-old", { file: name }, `it is ${days} days old`)
    else if (modifiedMillis > now + tolerance) {
      findings.add("credentials-future", { file: name }, "it is from the future")
    }
  }
}
