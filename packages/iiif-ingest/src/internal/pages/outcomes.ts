/** What the pages say of an outcome, in the same words everywhere. */
import type { BatchReport, ImageOutcome, ManifestOutcome, ProblemKind } from "@iiif-ingest/core/batch/BatchReport"
import { AssetFate, ManifestFate } from "@iiif-ingest/core/mps/Fate"
import { isComplete } from "@iiif-ingest/core/mps/IngestReport"

/** Whether a manifest and all of its images are served. */
export const isServed = ({ images, problem, report }: ManifestOutcome): boolean =>
  problem === undefined && report !== undefined && isComplete(report) &&
  images.every(({ fate }) => fate._tag === "Served")

/** The fate of an image in one or two words, as cells and counts have it. */
export const fateOf: (fate: AssetFate) => string = AssetFate.match({
  Served: () => "served",
  Refused: () => "refused",
  NotSent: () => "not sent",
  UploadFailed: () => "not uploaded",
  NotSubmitted: () => "not submitted",
  NotServed: () => "not served",
  SizeDiffers: () => "wrong size",
  Unknown: () => "unknown",
  NotVerified: () => "not verified"
})

/** What went wrong with an image, as it was reported; empty where nothing did. */
export const problemOf: (fate: AssetFate) => string = AssetFate.match({
  Served: () => "",
  Refused: ({ problem }) => problem,
  NotSent: () => "",
  UploadFailed: ({ problem }) => problem,
  NotSubmitted: () => "",
  NotServed: ({ problem }) => problem,
  SizeDiffers: ({ expected, served }) => `served as ${served} instead of ${expected}`,
  Unknown: ({ problem }) => problem,
  NotVerified: () => ""
})

/** The address of the image service of an image, if the service was asked for it. */
export const imageUrlOf = ({ fate }: ImageOutcome): string | undefined =>
  "url" in fate ? fate.url.replace(/\/info\.json$/, "") : undefined

/** Why an image is not served, in words for a person who did not do the ingest; empty for one that is. */
export const meaningOf: (fate: AssetFate) => string = AssetFate.match({
  Served: () => "",
  Refused: () => "The file cannot be ingested as it is, so it was not sent. Replace or correct it.",
  NotSent: () =>
    "Nothing was done with this image, because of a problem with its manifest or with other images of it. It goes out " +
    "with them once that is solved.",
  UploadFailed: () =>
    "The file did not reach the storage. Run the same again: what is there already is not sent twice.",
  NotSubmitted: () =>
    "The file is in the storage, and the service was not asked to take it, because other images of the manifest are not " +
    "there. Run the same again once they are.",
  NotServed: () => "The service took the image, but viewers get nothing. Run the same again; if it stays so, tell LTS.",
  SizeDiffers: () =>
    "Viewers get an image of another size: an earlier one under the same id, or a damaged one. Look at it before you " +
    "run it again as an update.",
  Unknown: () => "Whether viewers get this image could not be found out. Verify again later.",
  NotVerified: () => "The image was ingested, and nobody looked whether viewers get it. Verify it."
})

/** What to do about a problem of a manifest. */
export const remedyOf: Readonly<Record<ProblemKind, string>> = {
  input: "Correct the files or the sheet, and plan again.",
  configuration: "Correct the settings, and run the same again.",
  unreachable: "The service could not be reached. Run the same again when it can.",
  refused: "The service refused the request. Correct what it names, or ask LTS, and run the same again.",
  unknown: "A reply was lost, so the service may or may not be at work on it. Verify before you run it again.",
  journal: "The record of what was done could not be kept. Free or repair the disk, and run the same again.",
  stopped: "The run was stopped before it came to this. Run the same again: it goes on where it stopped."
}

const manifestProblem: (fate: ManifestFate) => string = ManifestFate.match({
  Served: () => "",
  NotServed: ({ problem }) => `The manifest is not served: ${problem}`,
  Unknown: ({ problem }) => `Whether the manifest is served could not be found out: ${problem}`,
  NotVerified: () => "Nobody looked whether the manifest is served.",
  None: ({ problem }) => `The manifest was not submitted: ${problem}`
})

/** All that is wrong with a manifest itself, beside its images. */
export const manifestProblems = ({ problem, report }: ManifestOutcome): ReadonlyArray<string> => {
  const job = report?.job
  return [
    ...(problem === undefined ? [] : [problem.message]),
    ...(report === undefined ? [] : [manifestProblem(report.manifest)]),
    ...(job?.problem === undefined ? [] : [job.problem]),
    ...(job?.result?.errors ?? [])
  ].filter((text) => text !== "")
}

/** The fate of a manifest in one or two words. */
export const manifestFateOf = (manifest: ManifestOutcome): string => {
  if (isServed(manifest)) return "served"
  if (manifest.problem !== undefined) return manifest.problem.kind === "stopped" ? "not begun" : "failed"
  return manifest.report?.manifest._tag === "Served" ? "incomplete" : "not served"
}

/** How many manifests and images there are, and of how many viewers get all. */
export const countsOf = ({ manifests }: BatchReport) => {
  const images = manifests.flatMap((manifest) => manifest.images)
  return {
    manifests: manifests.length,
    servedManifests: manifests.filter(isServed).length,
    images: images.length,
    servedImages: images.filter(({ fate }) => fate._tag === "Served").length
  }
}
