import type { Credentials } from "../Credentials.ts"
import type { MpsConfig, Problem } from "../MpsConfig.ts"

/** The issuer that the sandbox registers for itself. */
const sandboxIssuer = "sandbox"

/** The sandbox's keys open nothing but the sandbox, and nothing else opens the sandbox. */
export const keyContradictions = (
  config: MpsConfig["Service"],
  credentials: Credentials["Service"]
): ReadonlyArray<Problem> => {
  const { issuer } = credentials
  const { name } = config.environment
  if ((name === "sandbox") === (issuer === sandboxIssuer)) return []
  return [{
    setting: "LTS_IIIF_ISSUER",
    problem: name === "sandbox"
      ? `${issuer} is not the sandbox's issuer: environment sandbox takes only the sandbox's own keys`
      : `${issuer} is the sandbox's issuer: environment ${name} takes only keys that LTS issued`
  }]
}
