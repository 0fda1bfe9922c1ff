/** The progress of a run in one line, or one line an event. */
import { visible } from "@iiif-ingest/core/base/Reason"
import { describeAsset } from "@iiif-ingest/core/mps/Fate"
import type { Event } from "@iiif-ingest/core/Progress"
import * as Tally from "./tally.ts"
import * as Units from "./units.ts"

const nameOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? path

const percent = ({ bytes, name, sent }: Tally.Sending): string =>
  bytes === 0 || sent === 0 ? nameOf(name) : `${nameOf(name)} ${Math.round(100 * sent / bytes)}%`

/** As many files as there is room for, and how many more. */
const files = (sending: ReadonlyArray<Tally.Sending>, room: number): string => {
  const shown: Array<string> = []
  let used = 0
  for (const one of sending) {
    const text = visible(percent(one))
    if (used + text.length + 2 > room - 6) break
    shown.push(text)
    used += text.length + 2
  }
  const more = sending.length - shown.length
  return [...shown, ...(more > 0 ? [`+${more}`] : [])].join(", ")
}

/** The line that is drawn again and again: how far, how fast, how long, and which files. */
export const statusLine = (tally: Tally.Tally, now: number, columns: number): string => {
  const rate = Tally.rate(tally, now)
  const left = Tally.secondsLeft(tally, now)
  const isUploading = tally.sending.size > 0 || tally.finished < tally.images
  const parts = [
    `${tally.finished}/${tally.images} uploaded`,
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    ...(tally.sentBytes > 0
      ? [`${Units.bytes(tally.sentBytes)}${tally.bytes > 0 ? ` of ${Units.bytes(tally.bytes)}` : ""}`]
      : []),
    ...(isUploading && rate > 0 ? [`${Units.bytes(rate)}/s`] : []),
    ...(isUploading && left !== undefined ? [`${Units.duration(left)} left`] : []),
    ...(tally.stage === "" ? [] : [visible(tally.stage)])
  ]
  const text = parts.join("  ")
  const some = files([...tally.sending.values()], columns - text.length - 4)
  return (some === "" ? text : `${text}  ${some}`).slice(0, Math.max(1, columns - 1))
}

const plainLine = (event: Event, { finished, images }: Tally.Tally): string | undefined => {
  switch (event._tag) {
    case "BatchStarted":
      return `${Units.counted(event.manifests, "manifest")}, ${Units.counted(event.images, "image")}, ${
        Units.bytes(event.bytes)
      }`
    case "ManifestStarted":
      return `manifest ${event.name}: ${Units.counted(event.images, "image")}`
    case "ManifestEnded":
      return `manifest ${event.outcome.name}: ${event.outcome.problem?.message ?? "done"}`
    case "Refused":
      return `refused   ${event.problem}`
    case "Uploaded": {
      const { asset, how } = event.uploaded
      return `uploaded  ${asset.key}  ${Units.bytes(asset.fingerprint.size)}, ${how} (${finished}/${images})`
    }
    case "UploadFailed":
      return `failed    ${event.id}: ${event.problem}`
    case "ManifestBuilt":
      return `manifest  ${event.id}, ${Units.counted(event.canvases, "page")}`
    case "Submitted":
      return `submitted job ${event.jobId}, ${Units.counted(event.assets, "image")}`
    case "JobSeen":
      return `job       ${event.job.id}: ${event.job.state}`
    case "StatusTrouble":
      return `job       its state cannot be had: ${event.problem}`
    case "StatusRecovered":
      return "job       the service answers again"
    case "AwaitingDelivery":
      return `waiting   for ${Units.counted(event.missing, "resource")} to be served: ${event.problem}`
    case "Verified":
      return `verified  ${event.id}: ${describeAsset(event.fate)}`
    default:
      return undefined
  }
}

/** An event as a line for a log, if it is worth one. */
export const eventLine = (event: Event, tally: Tally.Tally): string | undefined => {
  const line = plainLine(event, tally)
  return line === undefined ? undefined : visible(line)
}
