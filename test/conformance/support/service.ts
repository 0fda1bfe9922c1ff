/** An image service of the sandbox as the conformance tests see it: addresses, requests, decoded pixels. */
import { Effect } from "effect"
import { type IncomingHttpHeaders, request } from "node:http"
import sharp from "sharp"
import * as Client from "../../../packages/sandbox/test/support/client.ts"

/** The versions of the Image API, and how a path names them: the bare form is 2.1, as MPS serves it. */
export const services = [
  { name: "2.1, bare path", version: "2.1", prefix: "/assets/images" },
  { name: "2.1", version: "2.1", prefix: "/assets/images/2" },
  { name: "3.0", version: "3.0", prefix: "/assets/images/3" }
] as const

export type Service = (typeof services)[number]

/** The services whose paths name a version. */
export const [bare, two, three] = services

export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends the path as it is written: `fetch` would normalize it. */
export const get = (sandbox: Client.Running, path: string, sent: Sent = {}): Effect.Effect<Got, Client.NoAnswer> =>
  Effect.callback((resume) => {
    const { hostname, port } = new URL(sandbox.url)
    const { headers = {}, method = "GET" } = sent
    const fail = (cause: unknown) => resume(Effect.fail(new Client.NoAnswer({ cause })))
    const client = request({ hostname, port, path, method, headers: { ...headers }, agent: false }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", fail)
      response.on("end", () =>
        resume(Effect.succeed({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks)
        })))
    })
    client.on("error", fail).end()
    return Effect.sync(() => client.destroy())
  })

export interface Parameters {
  readonly id?: string
  readonly region?: string
  /** The whole size by default: `full` in 2.1, `max` in 3.0. */
  readonly size?: string
  readonly rotation?: string
  readonly quality?: string
  readonly format?: string
}

/** The path of an image request. */
export const pathOf = (service: Service, id: string, parameters: Parameters = {}): string => {
  const { format = "png", quality = "default", region = "full", rotation = "0" } = parameters
  const size = parameters.size ?? (service.version === "2.1" ? "full" : "max")
  return `${service.prefix}/${parameters.id ?? id}/${region}/${size}/${rotation}/${quality}.${format}`
}

/** What an error says of itself. */
export const errorOf = ({ body }: Got): string => {
  const value: unknown = JSON.parse(body.toString("utf8"))
  return String(Client.at(value, "error"))
}

export const jsonOf = ({ body }: Got): unknown => JSON.parse(body.toString("utf8"))

/** Decoded pixels, as they are stored: no color is converted. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly format: string
  readonly data: Buffer
}

export const decode = (bytes: Uint8Array): Effect.Effect<Pixels> =>
  Effect.promise(async () => {
    const { format } = await sharp(bytes).metadata()
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    const { channels, height, width } = info
    return { width, height, channels, format, data }
  })

export const pixel = ({ channels, data, width }: Pixels, x: number, y: number): ReadonlyArray<number> => [
  ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)
]

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The median of each channel in a box, which a few pixels across an edge do not change. */
export const median = (pixels: Pixels, box: Box): ReadonlyArray<number> => {
  const seen: Array<ReadonlyArray<number>> = []
  for (let y = Math.ceil(box.top); y < box.bottom; y++) {
    for (let x = Math.ceil(box.left); x < box.right; x++) seen.push(pixel(pixels, x, y))
  }
  return Array.from({ length: pixels.channels }, (_, channel) => {
    const values = seen.map((color) => color[channel] ?? Number.NaN).toSorted((a, b) => a - b)
    return values[Math.floor(values.length / 2)] ?? Number.NaN
  })
}

/** The largest difference of any channel. */
export const distance = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number =>
  Math.max(...a.map((value, channel) => Math.abs(value - (b[channel] ?? Number.NaN))))
