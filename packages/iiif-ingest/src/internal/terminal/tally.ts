/** How far the uploads of a run have come, kept from event to event. */
import type { Event } from "@iiif-ingest/core/Progress"

type Uploaded = Extract<Event, { readonly _tag: "Uploaded" }>["uploaded"]

/** One image that is being sent. */
export interface Sending {
  readonly name: string
  readonly bytes: number
  readonly sent: number
}

export interface Tally {
  /** How many images there are, as far as is known. */
  readonly images: number
  /** Bytes of all images; 0 if they are not known beforehand. */
  readonly bytes: number
  readonly finished: number
  readonly failed: number
  /** Bytes that are in the bucket, of which this run did not have to send `keptBytes`, and nothing of `kept` images. */
  readonly sentBytes: number
  readonly keptBytes: number
  readonly kept: number
  /** Images being sent, by asset id. */
  readonly sending: Map<string, Sending>
  readonly names: Map<string, string>
  /** What happens besides uploads. */
  readonly stage: string
  readonly startedAt: number | undefined
}

export const start = (images: number): Tally => ({
  images,
  bytes: 0,
  finished: 0,
  failed: 0,
  sentBytes: 0,
  keptBytes: 0,
  kept: 0,
  sending: new Map(),
  names: new Map(),
  stage: "",
  startedAt: undefined
})

/** The image is over: all of its bytes count as sent, but those that an earlier run sent say nothing of the rate. */
const uploaded = (tally: Tally, { asset: { fingerprint, id }, how }: Uploaded): Tally => {
  const rest = fingerprint.size - (tally.sending.get(id)?.sent ?? 0)
  tally.sending.delete(id)
  return {
    ...tally,
    finished: tally.finished + 1,
    sentBytes: tally.sentBytes + rest,
    keptBytes: tally.keptBytes + (how === "identical" || how === "resumed" ? rest : 0),
    kept: tally.kept + (how === "identical" ? 1 : 0)
  }
}

const failed = (tally: Tally, id: string): Tally => {
  tally.sending.delete(id)
  return { ...tally, finished: tally.finished + 1, failed: tally.failed + 1 }
}

const stageOf = (event: Event): string | undefined => {
  switch (event._tag) {
    case "ManifestStarted":
      return event.name
    case "ManifestBuilt":
      return "submitting"
    case "JobSeen":
      return `job ${event.job.state}`
    case "AwaitingDelivery":
      return `waiting for ${event.missing} to be served`
    case "Verified":
      return "verifying"
    default:
      return undefined
  }
}

/** The tally after an event. */
export const add = (tally: Tally, event: Event, now: number): Tally => {
  switch (event._tag) {
    case "BatchStarted":
      return { ...tally, images: event.images, bytes: event.bytes }
    case "Probed":
      tally.names.set(event.asset.id, event.asset.source.name)
      return tally
    case "UploadStarted": {
      const name = tally.names.get(event.id) ?? event.id
      tally.sending.set(event.id, { name, bytes: event.bytes, sent: 0 })
      return { ...tally, startedAt: tally.startedAt ?? now }
    }
    case "PartUploaded": {
      const sending = tally.sending.get(event.id)
      if (sending !== undefined) tally.sending.set(event.id, { ...sending, sent: sending.sent + event.bytes })
      return { ...tally, sentBytes: tally.sentBytes + event.bytes }
    }
    case "Uploaded":
      return uploaded(tally, event.uploaded)
    case "UploadFailed":
      return failed(tally, event.id)
    case "Refused":
      return { ...tally, failed: tally.failed + 1 }
    default:
      return { ...tally, stage: stageOf(event) ?? tally.stage }
  }
}

/** Bytes a second since the first upload began; 0 before there is a figure. */
export const rate = ({ keptBytes, sentBytes, startedAt }: Tally, now: number): number =>
  startedAt === undefined || now - startedAt < 200 ? 0 : (sentBytes - keptBytes) / ((now - startedAt) / 1000)

/** Seconds to go: by bytes where all are known, else by images. */
export const secondsLeft = (tally: Tally, now: number): number | undefined => {
  const { bytes, finished, images, kept, keptBytes, sentBytes, startedAt } = tally
  if (startedAt === undefined || now - startedAt < 1000) return undefined
  const [done, left] = bytes > 0 ? [sentBytes - keptBytes, bytes - sentBytes] : [finished - kept, images - finished]
  return done <= 0 || left < 0 ? undefined : (now - startedAt) / 1000 * left / done
}
