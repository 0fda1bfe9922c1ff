/** Whether an image service serves what its information promises: tiles of every scale, or sizes where it has no tiles. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Libvips from "../image/libvips.ts"
import type { Fetch } from "./fetcher.ts"
import * as Fetcher from "./fetcher.ts"

const Positive = Schema.Int.check(Schema.isGreaterThan(0))
const Extent = Schema.Struct({ width: Positive, height: Positive })
const Info = Schema.Struct({
  width: Positive,
  height: Positive,
  sizes: Schema.optionalKey(Schema.Array(Extent)),
  tiles: Schema.optionalKey(Schema.Array(
    Schema.Struct({ width: Positive, height: Schema.optionalKey(Positive), scaleFactors: Schema.Array(Positive) })
  ))
})
export type Info = typeof Info.Type
type Extent = typeof Extent.Type
const decodeInfo = Schema.decodeUnknownEffect(Info)

/** An image to ask for: `region/size`, and what size it has to have. */
interface Wanted {
  readonly path: string
  readonly extent: Extent
}

/** The tile that begins at these pixels, at a scale. */
const tileAt = (info: Info, side: Extent, factor: number, x: number, y: number): Wanted => {
  const width = Math.min(side.width * factor, info.width - x)
  const height = Math.min(side.height * factor, info.height - y)
  const extent = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) }
  const region = width === info.width && height === info.height ? "full" : `${x},${y},${width},${height}`
  return { path: `${region}/${extent.width},${extent.height}`, extent }
}

/** Where the last tile of a row or column begins. */
const lastStart = (length: number, step: number) => Math.floor((length - 1) / step) * step

/** The first and the last tile of every scale. */
const tilesOf = (info: Info): ReadonlyArray<Wanted> =>
  (info.tiles ?? []).flatMap(({ height, scaleFactors, width }) => {
    const side = { width, height: height ?? width }
    return scaleFactors.flatMap((factor) => [
      tileAt(info, side, factor, 0, 0),
      tileAt(
        info,
        side,
        factor,
        lastStart(info.width, side.width * factor),
        lastStart(info.height, side.height * factor)
      )
    ])
  })

const whole = ({ height, width }: Extent): Wanted => ({ path: `full/${width},${height}`, extent: { width, height } })

/** Whole images: the smallest, or all sizes where there are no tiles. */
const sizesOf = ({ sizes = [], tiles = [] }: Info): ReadonlyArray<Wanted> => {
  const bySize = sizes.toSorted((a, b) => a.width - b.width).map(whole)
  return tiles.length === 0 ? bySize : bySize.slice(0, 1)
}

const unique = (
  wanted: ReadonlyArray<Wanted>
): ReadonlyArray<Wanted> => [...new Map(wanted.map((one) => [one.path, one])).values()]

/** Decodes every pixel, and measures. */
const measure = (url: string, body: Uint8Array) =>
  Effect.tryPromise({
    try: async () => {
      const sharp = await Libvips.load()
      const { info } = await sharp(body, { failOn: "error" }).raw().toBuffer({ resolveWithObject: true })
      return info
    },
    catch: () => new Fetcher.Problem({ url, problem: "it is not a complete image" })
  })

const text = ({ height, width }: Extent) => `${width} x ${height}`

const checkImage = (fetch: Fetch, url: string, extent: Extent) =>
  Effect.gen(function*() {
    const { body } = yield* fetch(url)
    const found = yield* measure(url, body)
    if (found.width !== extent.width || found.height !== extent.height) {
      const problem = `it has ${text(found)} pixels, and should have ${text(extent)}`
      return yield* new Fetcher.Problem({ url, problem })
    }
  })

/** The information of a service, or the problem with it. */
export const info = Effect.fnUntraced(function*(fetch: Fetch, id: string) {
  const url = `${id}/info.json`
  const { value } = yield* Fetcher.json(fetch)(url)
  return yield* Effect.mapError(
    decodeInfo(value),
    () => new Fetcher.Problem({ url, problem: "it is not the information of an image (Image API, section 5)" })
  )
})

/** Fetches images of a service; returns how many there were, and a problem for each that is not as it should be. */
export const images = Effect.fnUntraced(function*(fetch: Fetch, id: string, description: Info) {
  const wanted = unique([...tilesOf(description), ...sizesOf(description)])
  const results = yield* Effect.forEach(
    wanted,
    ({ extent, path }) => Effect.result(checkImage(fetch, `${id}/${path}/0/default.jpg`, extent)),
    { concurrency: 2 }
  )
  return {
    count: wanted.length,
    problems: results.flatMap((result) => result._tag === "Failure" ? [result.failure] : [])
  }
})
