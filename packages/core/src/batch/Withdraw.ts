/**
 * What LTS has to be asked for when something is to be withdrawn: MPS has no request that deletes (docs/mps.md, 2.5).
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { type AssetId, identifier } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import { MpsConfig } from "../config/MpsConfig.ts"
import type { EnvironmentName } from "../config/MpsEnvironment.ts"
import { Holdings } from "../mps/Holdings.ts"
import type { JournalError } from "../upload/Journal.ts"
import { chosen } from "./internal/plan/chosen.ts"
import type { Plan } from "./Plan.ts"

/**
 * What is to be withdrawn: the `identifiers` of assets as MPS has them (`AT:coffee`), and the addresses of `manifests`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Withdrawal {
  readonly environment: EnvironmentName
  readonly account: string
  readonly space: string
  readonly identifiers: ReadonlyArray<string>
  readonly manifests: ReadonlyArray<string>
}

const distinct = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)]

/**
 * Everything in a plan, or its manifests with the given names or addresses.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofPlan = (plan: Plan, names?: ReadonlyArray<string>): Withdrawal => {
  const manifests = chosen(plan, names)
  const { account, environment, namespace, space } = plan
  return {
    environment,
    account,
    space,
    identifiers: distinct(manifests.flatMap(({ images }) => images.map(({ id }) => identifier(namespace, id)))),
    manifests: distinct(manifests.map(({ id }) => id))
  }
}

/**
 * Some assets of the account, with the manifests that `Holdings` know them to be pages of: without these pages, they have
 * to be withdrawn or ingested anew.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofIds: (ids: ReadonlyArray<AssetId>) => Effect.Effect<Withdrawal, JournalError, MpsConfig> = Effect
  .fnUntraced(function*(ids: ReadonlyArray<AssetId>) {
    const { account, environment, namespace, space } = yield* MpsConfig
    const identifiers = distinct(ids.map((id) => identifier(namespace, id)))
    const known = yield* (yield* Holdings).find(identifiers)
    const manifests = distinct(
      identifiers.map((id) => known.get(id)?.manifest).filter((manifest) => manifest !== undefined)
    )
    return { environment: environment.name, account, space, identifiers, manifests }
  })

const listed = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", `${title} (${lines.length}):`, ...lines.map((line) => `  ${visible(line)}`)]

/**
 * A text to send to LTS.
 *
 * @example
 * ```ts
 * import { Withdraw } from "@iiif-ingest/core"
 *
 * Withdraw.describe({
 *   environment: "qa",
 *   account: "at",
 *   space: "atspace",
 *   identifiers: ["AT:coffee"],
 *   manifests: ["https://nrs-qa.lib.harvard.edu/URN-3:AT:CAFE:MANIFEST:3"]
 * }).split("\n")
 * // => [
 * //   "Please withdraw the following from MPS (environment qa, account at, space atspace).",
 * //   "",
 * //   "Manifests (1):",
 * //   "  https://nrs-qa.lib.harvard.edu/URN-3:AT:CAFE:MANIFEST:3",
 * //   "",
 * //   "Assets (1):",
 * //   "  AT:coffee"
 * // ]
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe = ({ account, environment, identifiers, manifests, space }: Withdrawal): string =>
  [
    `Please withdraw the following from MPS (environment ${environment}, account ${account}, space ${space}).`,
    ...listed("Manifests", manifests),
    ...listed("Assets", identifiers)
  ].join("\n")
