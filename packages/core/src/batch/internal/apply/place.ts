import * as Result from "effect/Result"
import { visible } from "../../../base/internal/text.ts"
import type { MpsConfig } from "../../../config/MpsConfig.ts"
import * as MpsEnvironment from "../../../config/MpsEnvironment.ts"
import * as Plan from "../../Plan.ts"
import { nameOf, unknownOf } from "../plan/chosen.ts"

/** What keeps a plan from being applied, and where it is. */
export interface Problem {
  readonly place: string
  readonly problem: string
}

const differences = (plan: Plan.Plan, config: MpsConfig["Service"]): ReadonlyArray<Problem> => {
  const compared = [
    ["environment", plan.environment, config.environment.name, "LTS_IIIF_ENVIRONMENT"],
    ["account", plan.account, config.account, "LTS_IIIF_ACCOUNT"],
    ["space", plan.space, config.space, "LTS_IIIF_SPACE"],
    ["namespace", plan.namespace, config.namespace, "LTS_IIIF_NAMESPACE"],
    ["bucket", plan.bucket, config.bucket, "LTS_IIIF_BUCKET"]
  ] as const
  return compared.flatMap(([place, planned, configured, variable]) =>
    planned === configured ? [] : [{
      place,
      problem:
        `the plan is for ${visible(planned)}, and this is configured for ${configured}: set ${variable}, or make ` +
        "the plan again"
    }]
  )
}

/** Addresses of manifests that are not where this environment has them, though the plan is for it. */
const addresses = (plan: Plan.Plan, { environment, namespace }: MpsConfig["Service"]): ReadonlyArray<Problem> => {
  if (plan.environment !== environment.name || plan.namespace !== namespace) return []
  const start = `${environment.manifestUrl}/`
  const elsewhere = plan.manifests.filter(({ id }) => !id.startsWith(start))
  const [first] = elsewhere
  return first === undefined ? [] : [{
    place: "manifests",
    problem:
      `${elsewhere.length} of them, such as ${nameOf(first)}, have an address that does not begin with ${start}: ` +
      "set LTS_IIIF_MANIFEST_URL as it was when the plan was made, or make the plan again"
  }]
}

const consistency = (plan: Plan.Plan): ReadonlyArray<Problem> => {
  const read = Plan.decode(Plan.encode(plan))
  return Result.isSuccess(read) ? [] : read.failure.problems
}

const unknownNames = (plan: Plan.Plan, names: ReadonlyArray<string> | undefined): ReadonlyArray<Problem> =>
  unknownOf(plan, names).map((place) => ({ place, problem: "there is no manifest of this name in the plan" }))

/** What keeps a plan from being applied, apart from its files. */
export const problemsOf = (
  plan: Plan.Plan,
  config: MpsConfig["Service"],
  names: ReadonlyArray<string> | undefined
): ReadonlyArray<Problem> => [
  ...differences(plan, config),
  ...addresses(plan, config),
  ...consistency(plan),
  ...(plan.manifests.length === 0 ? [{ place: "manifests", problem: "there are none" }] : []),
  ...plan.manifests.filter(({ images }) => images.length === 0).map((manifest) => ({
    place: nameOf(manifest),
    problem: "it has no images"
  })),
  ...unknownNames(plan, names)
]

/** The address of an image. */
export const addressOf = ({ environment, namespace }: MpsConfig["Service"]) => (id: Plan.PlannedImage["id"]): string =>
  MpsEnvironment.assetUrl(environment, namespace, id)
