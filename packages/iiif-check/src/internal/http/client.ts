/**
 * An HTTP client that connects to addresses of the own network only where that is asked for. Addresses are looked at
 * after the name was resolved, and the connection goes to those that were looked at: a second answer of the name server
 * changes nothing. Each redirect is a request of its own. Proxies are not used, since they would resolve names again.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Dns from "node:dns"
import type { LookupFunction } from "node:net"
import type { Duplex } from "node:stream"
import * as Zlib from "node:zlib"
import { literal } from "./address.ts"

/** The code of the error for an address that is refused: as for a host without a route, nothing was sent. */
export const refusedCode = "EHOSTUNREACH"

/** What the message of that error begins with. */
export const refusedMessage = "the address is in a private network"

const refused = (address: string): Error =>
  Object.assign(new Error(`${refusedMessage}: ${address}`), { code: refusedCode, syscall: "connect" })

/** Resolves a name to those of its addresses that are not refused, and fails if there are none. */
const lookup = (refuses: Options["refuses"]): LookupFunction => (hostname, options, callback) => {
  Dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [found] = addresses ?? []
    if (error !== null || found === undefined) return callback(error ?? new Error("no address"), "", 0)
    const allowed = addresses.filter(({ address }) => !refuses(address))
    const [first] = allowed
    if (first === undefined) return callback(refused(found.address), "", 0)
    if (options.all === true) callback(null, allowed)
    else callback(null, first.address, first.family)
  })
}

/** A host that is an address is not looked up. */
const refuseLiteral = (refuses: Options["refuses"]) => (request: HttpClientRequest.HttpClientRequest) => {
  const address = literal(URL.parse(request.url)?.hostname ?? "")
  if (address === undefined || !refuses(address)) return Effect.succeed(request)
  const reason = new HttpClientError.TransportError({ request, cause: refused(address) })
  return Effect.fail(new HttpClientError.HttpClientError({ reason }))
}

/** What a message about the encoding of a body begins with. */
export const encodingMessage = "the body is said to be encoded as"

/** The encoding as it can be repeated. */
const named = (encoding: string): string => /^[\w\-, ]{1,40}$/.test(encoding) ? encoding : "something unknown"

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

const decodeError = (response: HttpClientResponse.HttpClientResponse, problem: string) => {
  const cause = Object.assign(new Error(problem), { code: "ERR_CONTENT_ENCODING" })
  const reason = new HttpClientError.DecodeError({ request: response.request, response, cause })
  return new HttpClientError.HttpClientError({ reason })
}

const decoders: { readonly [encoding: string]: () => Duplex } = {
  "deflate": Zlib.createInflate,
  "gzip": Zlib.createGunzip,
  "x-gzip": Zlib.createGunzip
}

/** Decompresses a body as it is read, so that a limit on what is read holds for what comes out. */
const decompressed = (
  response: HttpClientResponse.HttpClientResponse,
  encoding: string,
  evaluate: () => Duplex
): HttpClientResponse.HttpClientResponse => {
  const { request, status } = response
  const { "content-encoding": _, "content-length": __, ...headers } = response.headers
  const onError = (cause: unknown) =>
    decodeError(response, `${encodingMessage} ${encoding}, and is damaged or something else (${codeOf(cause)})`)
  // one read at a time, since the reads of a pull are collected before any of them is counted
  const body = NodeStream.pipeThroughDuplex(response.stream, { evaluate, onError, chunkSize: 1 })
  return HttpClientResponse.fromWeb(request, new Response(Stream.toReadableStream(body), { status, headers }))
}

/** The body of a document as it was before it was encoded. A server may use an encoding that it was not asked for. */
const decode = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  const encoding = response.headers["content-encoding"]?.trim().toLowerCase() ?? ""
  if (response.status !== 200 || encoding === "" || encoding === "identity") return Effect.succeed(response)
  const evaluate = decoders[encoding]
  return evaluate === undefined
    ? Effect.fail(decodeError(response, `${encodingMessage} ${named(encoding)}, which was not asked for`))
    : Effect.succeed(decompressed(response, encoding, evaluate))
}

/** A user and password, and the origin that they are for: no redirect takes them elsewhere. */
export interface Login {
  readonly origin: string
  readonly user: string
  readonly password: string
}

const logIn = (login: Login) => (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  URL.parse(request.url)?.origin === login.origin
    ? HttpClientRequest.basicAuth(request, login.user, login.password)
    : request

export interface Options {
  /** Whether an IP address is not to be connected to. */
  readonly refuses: (address: string) => boolean
  readonly login: Login | undefined
}

export const layer = ({ login, refuses }: Options): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (client) =>
      client.pipe(
        HttpClient.mapRequest(HttpClientRequest.setHeader("accept-encoding", "gzip, deflate")),
        HttpClient.mapRequest(login === undefined ? (request) => request : logIn(login)),
        HttpClient.mapRequestEffect(refuseLiteral(refuses)),
        HttpClient.transformResponse(Effect.flatMap(decode))
      ))
  ).pipe(Layer.provide(NodeHttpClient.layerNodeHttpOptions({ lookup: lookup(refuses) })))
