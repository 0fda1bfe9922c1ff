/**
 * Thumbnails of the images that are served, as the delivery side makes them: what viewers get, and no second opinion of
 * ours on the files. A report is no reason to trouble the service, so requests are few at a time, and end when it asks
 * for that.
 */
import type { BatchReport, ImageOutcome } from "@iiif-ingest/core/batch/BatchReport"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { imageUrlOf } from "./outcomes.ts"

/**
 * - `width`: of the square that a thumbnail fits into, in pixels.
 * - `perSecond`: how many are asked for in a second, at most.
 * - `maxBytes`: of one; 64 KiB by default.
 * - `maxTotalBytes`: of all, beyond which no other is asked for; 32 MiB by default.
 * - `maxPictures`: how many images have one; {@link MAX_PICTURES} by default.
 * - `timeout`: for one; 10 seconds by default.
 */
export interface Options {
  readonly width: number
  readonly perSecond: number
  readonly maxBytes?: number
  readonly maxTotalBytes?: number
  readonly maxPictures?: number
  readonly timeout?: Duration.Input
}

type Served = ImageOutcome & { readonly fate: Extract<ImageOutcome["fate"], { readonly _tag: "Served" }> }

const isServedImage = (image: ImageOutcome): image is Served => image.fate._tag === "Served"

/** How many thumbnails a page has at most: at five a second they take under two minutes. */
export const MAX_PICTURES = 500

/** How many are waited for at a time. */
const CONCURRENCY = 4

/** So many failures in a row are taken for the service being down. */
const PATIENCE = 5

const parse = (text: string | undefined): URL | undefined => {
  const url = text === undefined || !URL.canParse(text) ? undefined : new URL(text)
  return url !== undefined && ["http:", "https:"].includes(url.protocol) ? url : undefined
}

/** The address of a derivative; Image API 3 refuses to make one larger than the image. */
const addressOf = (image: Served, width: number): string | undefined => {
  const { height, width: own } = image.fate
  const size = own <= width && height <= width ? "max" : `!${width},${width}`
  const url = parse(imageUrlOf(image))
  return url === undefined ? undefined : `${url.href}/full/${size}/0/default.jpg`
}

const SIGNATURES = [
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]
] as const

/** The type that the first bytes show. */
const typeOf = (bytes: Uint8Array): string | undefined =>
  SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte))?.[0]

/** Reads a body, and not much more of it than `limit`. */
const readBody = Effect.fnUntraced(function*(body: Stream.Stream<Uint8Array, HttpClientError>, limit: number) {
  const chunks: Array<Uint8Array> = []
  let size = 0
  yield* Stream.runForEachWhile(body, (chunk) =>
    Effect.sync(() => {
      chunks.push(chunk)
      size += chunk.length
      return size <= limit
    }))
  return size > limit ? undefined : Buffer.concat(chunks)
})

/** What came of one request: a `data:` address, or why there is none; `stop` if no other should be sent. */
interface Outcome {
  readonly text: string
  readonly size: number
  readonly failed: boolean
  readonly stop?: boolean
}

const none = (text: string, stop = false): Outcome => ({ text, size: 0, failed: true, stop })

const read = Effect.fnUntraced(function*({ headers, status, stream }: HttpClientResponse, limit: number) {
  if (status !== 200) return none(`no thumbnail: HTTP ${status}`, status === 429 || status === 403)
  const declared = headers["content-type"]?.split(";")[0]?.trim().toLowerCase()
  const bytes = yield* readBody(stream, limit)
  if (bytes === undefined) return none("no thumbnail: it is too large")
  const type = typeOf(bytes)
  return type === undefined || type !== declared
    ? none("no thumbnail: the answer is no picture")
    : { text: `data:${type};base64,${bytes.toString("base64")}`, size: bytes.length, failed: false }
})

interface State {
  readonly nextAt: number
  readonly size: number
  readonly failures: number
  readonly stopped: string | undefined
}

const noted = (state: State, { failed, size, stop }: Outcome, limit: number): State => {
  const failures = failed ? state.failures + 1 : 0
  const total = state.size + size
  const why = stop === true
    ? "the service asked for no more requests"
    : failures >= PATIENCE
    ? "the service did not send the ones before"
    : total >= limit
    ? "the page would be too large"
    : undefined
  return { ...state, size: total, failures, stopped: state.stopped ?? (why && `no thumbnail: ${why}`) }
}

/**
 * The thumbnails of all images that are served, by their ids: `data:` addresses, or why there is none, in a few words.
 */
export const thumbnails = Effect.fn("thumbnails")(function*(report: BatchReport, options: Options) {
  const {
    maxBytes = 64 * 1024,
    maxPictures = MAX_PICTURES,
    maxTotalBytes = 32 * 1024 * 1024,
    perSecond,
    timeout = "10 seconds",
    width
  } = options
  const client = yield* HttpClient.HttpClient
  const state = yield* Ref.make<State>({ nextAt: 0, size: 0, failures: 0, stopped: undefined })
  const gap = 1000 / perSecond

  const turn = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const at = yield* Ref.modify(state, (seen) => {
      const next = Math.max(now, seen.nextAt)
      return [next, { ...seen, nextAt: next + gap }]
    })
    if (at > now) yield* Effect.sleep(at - now)
  })

  const ask = (address: string) =>
    Effect.flatMap(client.get(address, { accept: "image/jpeg" }), (answer) => read(answer, maxBytes)).pipe(
      Effect.timeoutOrElse({
        duration: timeout,
        orElse: () => Effect.succeed(none("no thumbnail: no answer in time"))
      }),
      Effect.orElseSucceed(() => none("no thumbnail: no answer"))
    )

  const one = Effect.fnUntraced(function*(image: Served) {
    const address = addressOf(image, width)
    if (address === undefined) return [image.id, "no thumbnail: its address is none"] as const
    if ((yield* Ref.get(state)).stopped === undefined) yield* turn
    const { stopped } = yield* Ref.get(state)
    if (stopped !== undefined) return [image.id, stopped] as const
    const outcome = yield* ask(address)
    yield* Ref.update(state, (seen) => noted(seen, outcome, maxTotalBytes))
    return [image.id, outcome.text] as const
  })

  const images = report.manifests.flatMap((manifest) => manifest.images).filter(isServedImage)
  const asked = yield* Effect.forEach(images.slice(0, maxPictures), one, { concurrency: CONCURRENCY })
  const leftOut = `no thumbnail: only the first ${maxPictures} images have one`
  const found: ReadonlyMap<string, string> = new Map([
    ...asked,
    ...images.slice(maxPictures).map(({ id }) => [id, leftOut] as const)
  ])
  return found
})
