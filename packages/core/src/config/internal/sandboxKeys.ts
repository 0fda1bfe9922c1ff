import type { Problem } from "../MpsConfig.ts"
import type { EnvironmentName } from "../MpsEnvironment.ts"

/** The issuer that the sandbox registers for itself. */
const sandboxIssuer = "sandbox"

/** The sandbox's keys open nothing but the sandbox, and nothing else opens the sandbox. */
export const keyContradictions = (environment: EnvironmentName, issuer: string): ReadonlyArray<Problem> => {
  if ((environment === "sandbox") === (issuer === sandboxIssuer)) return []
  return [{
    setting: "LTS_IIIF_ISSUER",
    problem: environment === "sandbox"
      ? `${issuer} is not the sandbox's issuer: environment sandbox takes only the sandbox's own keys`
      : `${issuer} is the sandbox's issuer: environment ${environment} takes only keys that LTS issued`
  }]
}
