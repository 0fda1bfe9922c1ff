import { oneLine, visible } from "../../../base/internal/text.ts"
import { type AssetFate, describeAsset, describeManifest } from "../../../mps/Fate.ts"
import type { IngestReport, JobReport } from "../../../mps/IngestReport.ts"

/** A manifest of a report, as far as its lines show it. */
interface Shown {
  readonly name: string
  readonly images: ReadonlyArray<{
    readonly file: string
    readonly fate: AssetFate
    readonly warnings: ReadonlyArray<string>
  }>
  readonly report?: IngestReport
  readonly problem?: { readonly kind: string; readonly message: string }
}

/** As many names as fit into a line. */
const namedAtMost = 5

const listed = (names: ReadonlyArray<string>): string => {
  const named = names.slice(0, namedAtMost).map(visible).join(", ")
  return names.length > namedAtMost ? `${named} and ${names.length - namedAtMost} more` : named
}

/** One line for each text, with the names of all that it is about, or of the first of many. */
export const grouped = (
  items: ReadonlyArray<readonly [name: string, text: string]>,
  line: (names: string, text: string) => string
): ReadonlyArray<string> =>
  Array.from(Map.groupBy(items, ([, text]) => text), ([text, same]) => line(listed(same.map(([name]) => name)), text))

const problemOf = ({ kind, message }: NonNullable<Shown["problem"]>): string =>
  `${kind === "stopped" ? "not begun" : "not ingested"}: ${oneLine(message)}`

const jobText = ({ id, problem, result }: JobReport): string | undefined => {
  if (result === undefined) return problem === undefined ? undefined : `job ${id}: ${problem}`
  const errors = result.errors.length === 0 ? "" : `: ${result.errors.join("; ")}`
  return result.succeeded && errors === "" ? undefined : `job ${id} ended as ${result.job.state}${errors}`
}

/** What went wrong with a manifest as a whole. */
const manifestLines = ({ images, name, problem, report }: Shown): ReadonlyArray<readonly [string, string]> => {
  if (problem !== undefined) return [[name, problemOf(problem)]]
  if (report === undefined) return [[name, "not ingested: there is no report of it"]]
  const job = report.job === undefined ? undefined : jobText(report.job)
  return [
    ...(images.length === 0 ? [[name, "it has no images"] as const] : []),
    ...(report.manifest._tag === "Served" ? [] : [[name, `manifest ${describeManifest(report.manifest)}`] as const]),
    ...(job === undefined ? [] : [[name, job] as const]),
    ...(report.resubmitted
      ? [
        [
          name,
          "the request was posted again, since an earlier one may have been lost, failed, or is not served"
        ] as const
      ]
      : [])
  ]
}

/** What went wrong with the images of a manifest. Of one that was not begun, its own line says enough. */
const imageLines = ({ images, name, problem }: Shown): ReadonlyArray<string> => {
  const line = (files: string, text: string) => `${visible(name)}: ${files}: ${visible(text)}`
  const isTold = problem !== undefined
  const unserved = images.flatMap(({ fate, file }) =>
    fate._tag === "Served" || (isTold && fate._tag === "NotSent") ? [] : [[file, describeAsset(fate)] as const]
  )
  const warned = images.flatMap(({ file, warnings }) => warnings.map((warning) => [file, warning] as const))
  return [...grouped(unserved, line), ...grouped(warned, (files, text) => line(files, `warning: ${text}`))]
}

/** A line for each problem of a batch. */
export const linesOf = (manifests: ReadonlyArray<Shown>): ReadonlyArray<string> => [
  ...grouped(manifests.flatMap(manifestLines), (names, text) => `${names}: ${visible(text)}`),
  ...manifests.flatMap(imageLines)
]
