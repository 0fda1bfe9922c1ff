import * as Effect from "effect/Effect"
import { nowMillis } from "../base/internal/time.ts"
import * as Fate from "../mps/Fate.ts"
import * as Holdings from "../mps/Holdings.ts"
import type { IngestReport } from "../mps/IngestReport.ts"
import type { IngestRequest } from "../mps/IngestRequest.ts"
import type { JournalError, SubmissionRecord } from "../upload/Journal.ts"
import type { UploadedAsset } from "../upload/UploadedAsset.ts"
import type { Planned } from "./plannedManifest.ts"

/** What a request makes MPS hold; its images are those that were uploaded, in the same order. */
interface Holds {
  readonly request: IngestRequest
  readonly uploaded: ReadonlyArray<UploadedAsset>
  readonly manifest: Planned | undefined
}

const imagesOf = ({ request, uploaded }: Holds) =>
  uploaded.flatMap(({ asset, crc32 }, index) => {
    const image = request.assets.image[index]
    return image === undefined
      ? []
      : [{ id: image.identifier, asset, crc32, policyDefinition: image.policyDefinition }]
  })

const holdingsOf = (holds: Holds, ingestedAt: number): ReadonlyArray<Holdings.Holding> => {
  const of = holds.manifest === undefined ? {} : { manifest: holds.manifest.id }
  const images = imagesOf(holds).map(({ asset: { height, key, width }, crc32, id }) =>
    Object.assign<Holdings.Holding, typeof of>(
      { kind: "image", id, key, width, height, crc32, ingestedAt },
      of
    )
  )
  return holds.manifest === undefined
    ? images
    : [{ kind: "manifest", id: holds.manifest.id, ingestedAt }, ...images]
}

const versionOf = (holds: Holds, at: number): Holdings.Version | undefined =>
  holds.manifest === undefined ? undefined : {
    id: holds.manifest.id,
    at,
    json: holds.manifest.json,
    images: imagesOf(holds).map(({ asset: { key }, crc32, id, policyDefinition }) => ({
      id,
      key,
      crc32,
      policyDefinition
    }))
  }

/**
 * Keeps what a request made MPS hold, once it is known to have arrived. A run that ends before it leaves nothing wrong:
 * the next one, which finds the request in the journal, keeps it.
 */
export const recordSubmitted = Effect.fnUntraced(
  function*(holds: Holds, { at }: SubmissionRecord): Effect.fn.Return<void, JournalError> {
    const ingestedAt = at ?? (yield* nowMillis)
    yield* (yield* Holdings.Holdings).record(versionOf(holds, ingestedAt), holdingsOf(holds, ingestedAt))
  }
)

/** The fates of a report by the ids of holdings. */
const fatesOf = (holds: Holds, { assets, manifest }: IngestReport) => {
  const fates = new Map(assets.map(({ fate, id }) => [id, fate]))
  const images = imagesOf(holds).flatMap(({ asset, id }) => {
    const fate = fates.get(asset.id)
    const verdict = fate === undefined ? undefined : Fate.verdict(fate)
    return fate === undefined || verdict === undefined
      ? []
      : [[id, { verdict, evidence: Fate.describeAsset(fate) }] as const]
  })
  const verdict = Fate.verdict(manifest)
  return new Map(
    holds.manifest === undefined || verdict === undefined
      ? images
      : [[holds.manifest.id, { verdict, evidence: Fate.describeManifest(manifest) }], ...images]
  )
}

/** Keeps a report, and what it says of how the images and the manifest are served. */
export const recordLooks = Effect.fnUntraced(
  function*(holds: Holds, id: string, report: IngestReport): Effect.fn.Return<void, JournalError> {
    yield* Holdings.saveLooks(fatesOf(holds, report))
    yield* (yield* Holdings.Holdings).saveReport(id, report)
  }
)
