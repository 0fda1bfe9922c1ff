/** Names of manifests that were used before, for something else. */
import * as Effect from "effect/Effect"
import { identifier } from "../../../base/Ids.ts"
import { quoted } from "../../../base/internal/text.ts"
import type { MpsConfig } from "../../../config/MpsConfig.ts"
import type { Service as Holdings } from "../../../mps/Holdings.ts"
import type { JournalError } from "../../../upload/Journal.ts"
import { addressOf } from "./build.ts"
import type { Findings } from "./codes.ts"
import type { Book } from "./page.ts"

interface Context {
  readonly config: MpsConfig["Service"]
  readonly holdings: Holdings
  readonly findings: Findings
  readonly update: boolean
}

/** The other forms of a name that are at all likely: MPS compares without case, and the journal with it. */
const otherCases = (name: string): ReadonlyArray<string> =>
  [name.toUpperCase(), name.toLowerCase()].filter((other) => other !== name)

/** Reports manifests that would take the place of others: under the same name, or one that MPS takes for the same. */
export const reportUsedManifests = Effect.fnUntraced(function*(
  { config, findings, holdings, update }: Context,
  books: ReadonlyArray<Book>
): Effect.fn.Return<void, JournalError> {
  for (const { name, pages, place } of books) {
    const address = addressOf(config, name)
    const others = otherCases(name)
    const known = yield* holdings.find([address, ...others.map((other) => addressOf(config, other))])
    const other = others.find((other) => known.has(addressOf(config, other)))
    if (other !== undefined) {
      findings.add("manifest-used-case", place, `${quoted(name)} was ingested before as ${quoted(other)}`)
    }
    if (update || !known.has(address)) continue
    const [before] = yield* holdings.versions(address)
    const ids = new Set<string>(pages.flatMap(({ id }) => id === undefined ? [] : [identifier(config.namespace, id)]))
    if (before === undefined || ids.size === 0 || before.images.some(({ id }) => ids.has(id))) continue
    findings.add("manifest-used", place, `${quoted(name)} was ingested before, with other images`)
  }
})
