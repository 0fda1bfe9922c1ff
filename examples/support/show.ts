/** Shows a run on the terminal: a line per event, and at the end a table of what became of every asset. */
import { Console, Effect } from "effect"
import { Fate, IngestReport, Progress, Reason } from "iiif-ingest"

const kibibytes = (bytes: number): string => `${Math.ceil(bytes / 1024).toLocaleString("en")} KiB`

const line = (event: Progress.Event): string | undefined => {
  switch (event._tag) {
    case "Probed":
      return `probe     ${event.asset.source.name}  ${event.asset.width} x ${event.asset.height} ${event.asset.mediaType}`
    case "Refused":
      return `probe     refused  ${event.problem}`
    case "Uploaded":
      return `upload    ${event.uploaded.asset.key}  ${
        kibibytes(event.uploaded.asset.fingerprint.size)
      }, ${event.uploaded.how}`
    case "UploadFailed":
      return `upload    ${event.id} failed  ${event.problem}`
    case "ManifestBuilt":
      return `manifest  ${event.canvases} canvases`
    case "Submitted":
      return `submit    ${event.assets} assets, job ${event.jobId}`
    case "JobSeen":
      return `job       ${event.job.state}`
    case "Verified":
      return `verify    ${event.id}  ${Fate.describeAsset(event.fate)}`
    default:
      return undefined
  }
}

const nameOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? path

/** Prints a line. What it says of files and servers may have characters that would change the lines around it. */
const print = (text: string) => Console.log(Reason.visible(text))

/** Prints each event as it happens. */
export const showProgress = Effect.provide(Progress.layer((event) => {
  const text = line(event)
  return text === undefined ? Effect.void : print(text)
}))

/** Prints the manifest's address, the job, and the fate of every asset. */
export const showReport = (report: IngestReport.IngestReport) =>
  Effect.gen(function*() {
    yield* print("")
    if (report.manifestId !== undefined) yield* print(`Manifest  ${report.manifestId}`)
    yield* print(`          ${Fate.describeManifest(report.manifest)}`)
    if (report.job !== undefined) {
      yield* print(
        `Job       ${report.job.id}: ${report.job.result?.job.state ?? report.job.problem ?? "not known"}`
      )
    }
    for (const error of report.job?.result?.errors ?? []) yield* print(`          ${error}`)
    yield* print("")
    const rows = report.assets.map((
      asset
    ) => [asset.id ?? "", Reason.visible(nameOf(asset.source)), Fate.describeAsset(asset.fate)])
    const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
    for (const [id = "", source = "", fate = ""] of rows) {
      yield* print(`${id.padEnd(widths[0] ?? 0)}  ${source.padEnd(widths[1] ?? 0)}  ${fate}`)
    }
    for (const asset of report.assets) {
      for (const warning of asset.warnings) yield* print(`warning   ${warning}`)
    }
  })
