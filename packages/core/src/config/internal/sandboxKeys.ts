import type { Problem } from "../MpsConfig.ts"
import type { EnvironmentName } from "../MpsEnvironment.ts"
import { shownName } from "./name.ts"

/** The issuer of the sandbox's own keys. */
const sandboxIssuer = "sandbox"

/**
 * The sandbox's keys are valid only in the sandbox, and no others are valid there. `setting` is the user's name for the
 * issuer.
 */
export const keyContradictions = (
  environment: EnvironmentName,
  issuer: string,
  setting: string = "LTS_IIIF_ISSUER"
): ReadonlyArray<Problem> => {
  if ((environment === "sandbox") === (issuer === sandboxIssuer)) return []
  return [{
    setting,
    problem: environment === "sandbox"
      ? `${shownName(issuer)} is not the sandbox's issuer: environment sandbox accepts only the sandbox's own keys`
      : `${sandboxIssuer} is the sandbox's issuer: environment ${environment} accepts only keys issued by LTS`
  }]
}
