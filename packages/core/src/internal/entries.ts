import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AssetId } from "../base/Ids.ts"
import type * as Asset from "../image/Asset.ts"
import { type ImageSource, location } from "../image/ImageSource.ts"
import * as Probe from "../image/Probe.ts"
import { AssetFate } from "../mps/Fate.ts"
import * as IngestImage from "../mps/IngestImage.ts"
import type { AssetReport } from "../mps/IngestReport.ts"
import type { Action } from "../mps/IngestRequest.ts"
import * as Upload from "../upload/Upload.ts"
import type { UploadedAsset } from "../upload/UploadedAsset.ts"

/** One image and how far it has come. */
export type Entry =
  | { readonly _tag: "Refused"; readonly source: ImageSource; readonly error: Asset.AssetError }
  | { readonly _tag: "Probed"; readonly asset: Asset.Asset; readonly description: IngestImage.Description }
  | { readonly _tag: "Uploaded"; readonly uploaded: UploadedAsset; readonly description: IngestImage.Description }
  | {
    readonly _tag: "NotUploaded"
    readonly asset: Asset.Asset
    readonly description: IngestImage.Description
    readonly problem: string
    readonly reason?: string
    readonly warnings: ReadonlyArray<string>
  }

type Entries = ReadonlyArray<Entry>

interface Images extends Asset.ProbeOptions {
  readonly images: ReadonlyArray<IngestImage.IngestImage>
  readonly action?: Action
}

/** Gives an image without an action that of the run. */
const withAction = (image: IngestImage.IngestImage, action: Action | undefined): IngestImage.IngestImage =>
  action === undefined ? image : IngestImage.make(image.source, { action, ...image.description })

/** Probes the images, in order. */
export const probeAll = Effect.fnUntraced(function*(options: Images): Effect.fn.Return<Entries, never, Probe.Probe> {
  const images = options.images.map((image) => withAction(image, options.action))
  const checks = images.map(IngestImage.check)
  const results = yield* (yield* Probe.Probe).all(images.map(({ source }) => source), {
    ...options,
    check: (_, index) => checks[index] ?? Result.void
  })
  return yield* Effect.forEach(images, ({ description, source }, index): Effect.Effect<Entry> => {
    const result = results[index]
    if (result === undefined) return Effect.die(new Error(`Probe.all gave no result for ${location(source)}`))
    return Effect.succeed(
      Result.isSuccess(result)
        ? { _tag: "Probed", asset: result.success, description }
        : { _tag: "Refused", source, error: result.failure }
    )
  })
})

const outcomeId = (outcome: Upload.AssetOutcome): AssetId | undefined =>
  outcome._tag === "Uploaded" ? outcome.uploaded.asset.id : outcome.id

const withOutcome = (entry: Entry, outcomes: ReadonlyMap<AssetId | undefined, Upload.AssetOutcome>): Entry => {
  if (entry._tag !== "Probed") return entry
  const outcome = outcomes.get(entry.asset.id)
  if (outcome === undefined) {
    return { ...entry, _tag: "NotUploaded", problem: "Upload.all gave no outcome for it", warnings: [] }
  }
  if (outcome._tag === "Uploaded") {
    return { _tag: "Uploaded", uploaded: outcome.uploaded, description: entry.description }
  }
  const { error, warnings } = outcome
  const reason = error._tag === "JournalError" ? error._tag : error.reason._tag
  return { ...entry, _tag: "NotUploaded", problem: error.message, reason, warnings }
}

/** Uploads the images that were not refused. `replace`: which of those without an action may replace other bytes. */
export const uploadAll = Effect.fnUntraced(
  function*(
    entries: Entries,
    replace: boolean | ReadonlyArray<AssetId> = false
  ): Effect.fn.Return<Entries, never, Upload.Upload> {
    const descriptions = descriptionsOf(entries)
    const replacing = typeof replace === "boolean" ? replace : new Set(replace)
    const outcomes = yield* (yield* Upload.Upload).all(assetsOf(entries), {
      mayReplace: ({ id }) => {
        const action = descriptions.get(id)?.action
        if (action !== undefined) return action === "update" || action === "upsert"
        return typeof replacing === "boolean" ? replacing : replacing.has(id)
      }
    })
    const byId = new Map(outcomes.map((outcome) => [outcomeId(outcome), outcome]))
    return entries.map((entry) => withOutcome(entry, byId))
  }
)

const assetOf = (entry: Exclude<Entry, { readonly _tag: "Refused" }>): Asset.Asset =>
  entry._tag === "Uploaded" ? entry.uploaded.asset : entry.asset

/** The assets of all images that were neither refused nor failed to upload. */
export const assetsOf = (entries: Entries): ReadonlyArray<Asset.Asset> =>
  entries.flatMap((entry) => isFine(entry) ? [assetOf(entry)] : [])

export const uploadedOf = (entries: Entries): ReadonlyArray<UploadedAsset> =>
  entries.flatMap((entry) => entry._tag === "Uploaded" ? [entry.uploaded] : [])

/** The descriptions of the images, by asset id. */
export const descriptionsOf = (entries: Entries): IngestImage.Descriptions =>
  new Map(entries.flatMap((entry) => entry._tag === "Refused" ? [] : [[assetOf(entry).id, entry.description] as const]))

/** Whether nothing went wrong with an image so far. */
export const isFine = (entry: Entry): entry is Extract<Entry, { readonly _tag: "Probed" | "Uploaded" }> =>
  entry._tag === "Probed" || entry._tag === "Uploaded"

/** Reports an image; `fate` is called for the fate of one that was uploaded. */
export const reportOf = (entry: Entry, fate: (asset: Asset.Asset) => AssetFate): AssetReport => {
  if (entry._tag === "Refused") {
    const { error, source } = entry
    return {
      source: location(source),
      warnings: [],
      fate: AssetFate.cases.Refused.make({ problem: error.reason.message })
    }
  }
  const asset = assetOf(entry)
  const report = { source: location(asset.source), id: asset.id }
  switch (entry._tag) {
    case "Probed":
      return { ...report, warnings: asset.warnings, fate: AssetFate.cases.NotSent.make({}) }
    case "Uploaded":
      return { ...report, warnings: asset.warnings, fate: fate(asset) }
    case "NotUploaded":
      return {
        ...report,
        warnings: entry.warnings,
        fate: AssetFate.cases.UploadFailed.make({
          problem: entry.problem,
          ...(entry.reason === undefined ? {} : { reason: entry.reason })
        })
      }
  }
}
