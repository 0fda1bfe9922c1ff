/** What the generators of requests share. */
import type { Random } from "../../../../packages/iiif/test/support/random.ts"

/** The sandbox that is asked, and all that gives access to it. */
export interface Target {
  readonly port: number
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly token: string
  readonly controlToken: string
  /** Ids of jobs that there are. */
  readonly jobs: ReadonlyArray<string>
}

/** One request, as the bytes that are sent. */
export interface Sent {
  readonly kind: string
  readonly bytes: Buffer
  /**
   * - `reply`: a whole request, to which a whole reply must come.
   * - `broken`: not a whole request, or none: the connection may be closed without a word.
   * - `leave`: the client leaves with the first byte of the reply.
   */
  readonly then: "reply" | "broken" | "leave"
  readonly hasNoBody: boolean
}

export type Generator = (random: Random, target: Target) => Sent

interface Parts {
  readonly kind: string
  readonly method: string
  /** As it is sent. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly then?: Sent["then"]
}

/** Writes a request; the length of its body is added unless a header field tells another. */
export const write = ({ port }: Pick<Target, "port">, parts: Parts): Sent => {
  const { body, headers = {}, kind, method, path, then = "reply" } = parts
  const length = body === undefined || "transfer-encoding" in headers
    ? {}
    : { "content-length": `${Buffer.byteLength(body)}` }
  const fields = { host: `127.0.0.1:${port}`, connection: "close", ...length, ...headers }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  const head = Buffer.from(`${[`${method} ${path} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`)
  return { kind, bytes: Buffer.concat([head, Buffer.from(body ?? "")]), then, hasNoBody: method === "HEAD" }
}

export const oddNumbers = ["0", "-1", "1", "2", "9999999999999999999999", "1e3", "NaN", "", "0x10", "1.5", " 1", "١"]

export const oddTexts = [
  "",
  " ",
  "x",
  "../x",
  "%00",
  "\u00e9",
  "__proto__",
  "constructor",
  "<script>alert(1)</script>",
  "'\"`",
  "${x}",
  "x".repeat(300),
  "null",
  "*",
  "a,b;c",
  "%ZZ",
  "%F0%9F%96%BC"
]

/** A text that is near another one. */
export const scratch = (random: Random, text: string): string => {
  const at = random.below(text.length + 1)
  const [before, after] = [text.slice(0, at), text.slice(at)]
  const odd = random.pick([..."/%.,:;!^?#&=+~'\"<>[]{}|\\`@$()*0189azAZ-_ "])
  return random.pick([
    () => before + odd + after,
    () => before + after.slice(1 + random.below(4)),
    () => before + after.slice(0, 3) + after,
    () => before,
    () => after,
    () => text.toUpperCase(),
    () => text + text
  ])()
}
