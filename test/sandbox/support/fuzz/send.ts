/** Sends a request as bytes, and says what is wrong with the reply. */
import { connect } from "node:net"
import type { Sent, Target } from "./types.ts"

export interface Answer {
  /** 0 where there is none. */
  readonly status: number
  readonly head: string
  readonly body: string
  readonly isLate: boolean
}

/** The sandbox closes half-open requests later than this, so that none may depend on it. */
const PATIENCE_MILLIS = 30_000

const answerOf = (chunks: ReadonlyArray<Buffer>, isLate: boolean): Answer => {
  const text = Buffer.concat(chunks).toString("latin1")
  const [head = "", ...rest] = text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "").split("\r\n\r\n")
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)
  return { status, head, body: rest.join("\r\n\r\n"), isLate }
}

export const send = ({ port }: Pick<Target, "port">, { bytes, then }: Sent): Promise<Answer> =>
  new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    let isLate = false
    const socket = connect(port, "127.0.0.1")
    const timer = setTimeout(() => {
      isLate = true
      socket.destroy()
    }, PATIENCE_MILLIS)
    socket.on("data", (chunk) => {
      chunks.push(chunk)
      if (then === "leave") socket.destroy()
    })
    // A server does not wait for the rest of what it will not read: the connection may be reset.
    socket.on("error", () => {})
    socket.on("close", () => {
      clearTimeout(timer)
      resolve(answerOf(chunks, isLate))
    })
    if (then === "broken") socket.end(bytes)
    else socket.write(bytes)
  })

/** The text of an error: of JSON, of S3's XML, or of a page. */
const hasText = (body: string): boolean =>
  /"error":"[^"]{8,}|<Message>[^<]{3,}<\/Message>|<Code>\w+<\/Code>|<h1>[^<]{3,}/.test(body)

const insideView = /node_modules\/|node:internal|\n +at |-----BEGIN/

/** What is wrong with an answer, in a few words each. */
export const problemsOf = (
  { hasNoBody, then }: Sent,
  { body, head, isLate, status }: Answer
): ReadonlyArray<string> => {
  if (isLate) return ["no answer in half a minute"]
  if (then === "broken" && status === 0) return []
  const isRefusal = status >= 400
  // A broken request may be none of HEAD, or several of which the first is answered.
  const isWordless = hasNoBody || (then === "broken" && body === "")
  return [
    ...(status === 0 ? ["no status"] : []),
    ...(status >= 500 && ![501, 503, 505].includes(status) ? [`status ${status}: ${body.slice(0, 300)}`] : []),
    ...(status === 503 && !hasText(body) ? ["503 without a text"] : []),
    ...(isRefusal && !isWordless && !hasText(body) ? [`${status} without a text: ${body.slice(0, 80)}`] : []),
    ...(isRefusal && then !== "broken" && body.length > 20_000 ? [`an error of ${body.length} bytes`] : []),
    ...(/^x-evil/im.test(head) ? ["a header of the client's"] : []),
    ...(insideView.test(isRefusal ? body : "") ? [`an inside view: ${body.slice(0, 300)}`] : [])
  ]
}
