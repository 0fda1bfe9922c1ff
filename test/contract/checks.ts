/** All checks, each with the rows of FIDELITY.md that it holds. */
import { delivery } from "./checks/delivery.ts"
import { jobs } from "./checks/jobs.ts"
import { manifests } from "./checks/manifests.ts"
import { requests } from "./checks/requests.ts"
import { tokens } from "./checks/tokens.ts"
import type { Check } from "./support/check.ts"

export const checks: ReadonlyArray<Check> = [...tokens, ...requests, ...jobs, ...manifests, ...delivery]
