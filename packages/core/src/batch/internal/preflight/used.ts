/** Ids that were used before, for other bytes. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { identifier } from "../../../base/Ids.ts"
import { keyIn } from "../../../base/internal/keyPrefix.ts"
import { quoted } from "../../../base/internal/text.ts"
import type { MpsConfig } from "../../../config/MpsConfig.ts"
import type { Crc32 } from "../../../image/Crc32.ts"
import { mayBeSame } from "../../../image/Fingerprint.ts"
import type { Holding, Service as Holdings } from "../../../mps/Holdings.ts"
import type { Journal, JournalError } from "../../../upload/Journal.ts"
import * as FileContent from "../../FileContent.ts"
import type { Findings } from "./codes.ts"
import type { Page } from "./page.ts"

interface Context {
  readonly config: MpsConfig["Service"]
  readonly journal: Journal["Service"]
  readonly holdings: Holdings
  readonly findings: Findings
  readonly update: boolean
}

/** The sum of a whole file: as it was computed, or by reading the file now. */
const wholeSum = (page: Page): Effect.Effect<Crc32 | undefined, never, FileSystem.FileSystem> => {
  const content = page.facts?.content
  return content?.of === "file"
    ? Effect.succeed(content.crc32)
    : FileContent.whole(page.draft.path).pipe(
      Effect.map(({ crc32 }) => crc32),
      Effect.orElseSucceed(() => undefined)
    )
}

/** Whether an image is other than what is known of its id; what is not known does not differ. */
const differs = Effect.fnUntraced(function*(
  { config, journal }: Context,
  page: Page,
  key: string,
  holding: Holding | undefined
): Effect.fn.Return<boolean, JournalError, FileSystem.FileSystem> {
  const record = Option.getOrUndefined(yield* journal.upload(config.bucket, key))
  const fingerprint = page.facts?.fingerprint
  if (record?.crc32 !== undefined && fingerprint !== undefined && record.crc32 === (holding?.crc32 ?? record.crc32)) {
    if (record.fingerprint.identity !== undefined && mayBeSame(record.fingerprint, fingerprint)) return false
    if (record.fingerprint.size !== fingerprint.size) return true
  }
  const known = holding?.crc32 ?? record?.crc32
  if (known === undefined) return false
  const found = yield* wholeSum(page)
  return found !== undefined && found !== known
})

const chunk = 500

const held = Effect.fnUntraced(function*(holdings: Holdings, ids: ReadonlyArray<string>) {
  const found = new Map<string, Holding>()
  for (let at = 0; at < ids.length; at += chunk) {
    for (const [id, holding] of yield* holdings.find(ids.slice(at, at + chunk))) found.set(id, holding)
  }
  return found
})

const placeOf = ({ draft }: Page) => {
  const { own } = draft.row
  return (draft.fromFolder ? undefined : own.get("assetId") ?? own.get("id"))?.place ?? draft.place
}

/** The pages whose ids hold other bytes; each is a finding, unless it is to be replaced. */
export const usedOf = Effect.fnUntraced(function*(
  context: Context,
  pages: ReadonlyArray<Page>
): Effect.fn.Return<ReadonlySet<Page>, JournalError, FileSystem.FileSystem> {
  const { config, findings, holdings, update } = context
  const identified = pages.flatMap((page) => page.id === undefined ? [] : [{ page, id: page.id }])
  const known = yield* held(holdings, identified.map(({ id }) => identifier(config.namespace, id)))
  const used = new Set<Page>()
  for (const { id, page } of identified) {
    const header = page.facts?.header
    if (header === undefined) continue
    const key = keyIn(config.keyPrefix, `${id}.${header.extension}`)
    const isOther = yield* differs(context, page, key, known.get(identifier(config.namespace, id)))
    if (!isOther) continue
    used.add(page)
    if (!update) {
      findings.add(
        "id-used",
        placeOf(page),
        `${id} was ingested before, with other bytes than ${quoted(page.draft.name)}`
      )
    }
  }
  return used
})
