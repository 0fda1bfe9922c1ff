import type { ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { Content } from "./content.ts"
import type { Exchange } from "./errors.ts"
import { exchangeBody } from "./exchangeBody.ts"
import * as FaultXml from "./faultXml.ts"
import type { Route } from "./route.ts"
import { checkAccess, type Target, withReason } from "./send.ts"
import type { Write } from "./write.ts"

/** Also encodes the reserved characters of RFC 3986 that `encodeURIComponent` leaves alone, as a signature requires. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const keyOf = (write: Write): string => write._tag === "Put" ? write.key : write.session.key

/** In the order that a signature requires. */
const queryOf = (write: Write): string =>
  write._tag === "Put" ? "" : `partNumber=${write.partNumber}&uploadId=${encoded(write.session.token)}`

const infoHeaders = (write: Write): Record<string, string> => {
  if (write._tag === "Part") return {}
  const headers: Record<string, string> = { "content-type": write.info.contentType }
  if (write.ifAbsent) headers["if-none-match"] = "*"
  for (const [name, value] of Object.entries(write.info.metadata)) headers[`x-amz-meta-${name.toLowerCase()}`] = value
  return headers
}

const requestOf = (route: Route, write: Write, { headers }: Content) => ({
  method: "PUT",
  path: `${route.path}/${keyOf(write).split("/").map(encoded).join("/")}`,
  query: queryOf(write),
  headers: { host: route.host, ...infoHeaders(write), ...headers }
})

/** The fields of the response to a body that was stored. */
export interface Stored {
  readonly output: { readonly ETag?: string; readonly ChecksumCRC32?: string }
  readonly exchange: Exchange
}

const exchangeOnce = Effect.fnUntraced(
  function*(target: Target, route: Route, write: Write, content: Content, exchange: Exchange) {
    const request = requestOf(route, write, content)
    const headers = yield* Effect.tryPromise(() => checkAccess(target, route.hostname).then(() => route.sign(request)))
    const answer = yield* exchangeBody(route, {
      path: request.query === "" ? request.path : `${request.path}?${request.query}`,
      headers: { ...headers, "content-length": String(content.length), "user-agent": "iiif-ingest" },
      content
    })
    exchange.status = answer.status
    exchange.headers = answer.headers
    if (answer.status >= 300) return yield* new Cause.UnknownError(FaultXml.read(answer.body))
    const { etag, "x-amz-checksum-crc32": sum } = answer.headers
    return { ...(etag === undefined ? {} : { ETag: etag }), ...(sum === undefined ? {} : { ChecksumCRC32: sum }) }
  }
)

/**
 * Sends a body once without the SDK's commands, which would cost up to twice as much.
 * Interrupting it closes the connection.
 */
export const sendDirect = (
  target: Target,
  route: Route,
  write: Write,
  content: Content
): Effect.Effect<Stored, ObjectStoreReason> =>
  Effect.suspend(() => {
    const isUnhashed = /^[A-Z]/.test(content.headers["x-amz-content-sha256"] ?? "")
    const exchange: Exchange = { host: route.host, headers: {}, isUnhashed }
    const sending = exchangeOnce(target, route, write, content, exchange)
    return Effect.map(withReason(target, exchange, sending), (output) => ({ output, exchange }))
  })
