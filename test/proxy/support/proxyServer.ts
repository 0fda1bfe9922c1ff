/** A test proxy on a free port, for CONNECT and plain requests to any host. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as http from "node:http"
import * as https from "node:https"
import * as net from "node:net"
import type { Duplex } from "node:stream"
import type { Certificate } from "../../support/certificates.ts"

/** A request to the proxy: `CONNECT host:port` or `GET http://host/path`, and its credentials. */
export interface Asked {
  readonly line: string
  readonly authorization: string | undefined
}

/**
 * - `ports`: the local port for each requested host; names are not resolved.
 * - `refuse`: replies to everything with this status and a page; `"silence"` never replies.
 * - `tls`: serves the proxy itself over https.
 */
export interface Options {
  readonly ports?: Readonly<Record<string, number>>
  readonly refuse?: number | "silence"
  readonly tls?: Certificate
}

/** `host` is its host and port; `arrived` waits for the first connection, `released` for its end. */
export interface ProxyServer {
  readonly host: string
  readonly asked: ReadonlyArray<Asked>
  readonly arrived: Effect.Effect<void>
  readonly released: Effect.Effect<void>
}

const page = "<html><head><title>Web filter</title></head><body>Please sign in to the network</body></html>"

const headOf = (status: number, length: number) =>
  `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\ncontent-type: text/html\r\ncontent-length: ${length}\r\n\r\n`

const join = (from: Duplex, to: Duplex): void => {
  from.pipe(to)
  to.pipe(from)
  for (const [one, other] of [[from, to], [to, from]] as const) {
    one.on("error", () => other.destroy())
    one.on("close", () => other.destroy())
  }
}

export const listening = (server: net.Server): Effect.Effect<number> =>
  Effect.callback<number>((resume) => {
    server.listen(0, () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

/** Closes a server and every connection to it, including upgraded ones. */
export const closing = (server: net.Server) => {
  const sockets = new Set<net.Socket>()
  server.on("connection", (socket: net.Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  return () =>
    Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void))
      for (const socket of sockets) socket.destroy()
    })
}

export const proxyServer = Effect.fnUntraced(function*(options: Options = {}) {
  const asked: Array<Asked> = []
  const arrived = yield* Deferred.make<void>()
  const released = yield* Deferred.make<void>()
  const portOf = (host: string) => options.ports?.[host]

  const note = (request: http.IncomingMessage) => {
    asked.push({
      line: `${request.method} ${request.url}`,
      authorization: request.headers["proxy-authorization"]
    })
    Deferred.doneUnsafe(arrived, Effect.void)
  }

  const forward: http.RequestListener = (request, response) => {
    note(request)
    if (options.refuse === "silence") return
    const url = new URL(request.url ?? "")
    const port = portOf(url.host)
    const status = options.refuse ?? (port === undefined ? 502 : undefined)
    if (status !== undefined) {
      response.writeHead(status, { "content-type": "text/html" }).end(page)
      request.resume()
      return
    }
    const { "proxy-authorization": _, "proxy-connection": __, ...headers } = request.headers
    const onward = http.request(
      { host: "127.0.0.1", port, method: request.method, path: url.pathname + url.search, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      }
    )
    onward.on("error", () => response.destroy())
    request.pipe(onward)
  }

  const connect = (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
    note(request)
    socket.once("close", () => Deferred.doneUnsafe(released, Effect.void))
    socket.on("error", () => {})
    if (options.refuse === "silence") {
      socket.resume().once("end", () => socket.end())
      return
    }
    const port = portOf(request.url ?? "")
    const status = options.refuse ?? (port === undefined ? 502 : undefined)
    if (status !== undefined) {
      socket.end(`${headOf(status, page.length)}${page}`)
      return
    }
    const onward = net.connect(port ?? 0, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
      onward.write(head)
      join(socket, onward)
    })
    onward.on("error", () => socket.destroy())
  }

  const { tls } = options
  const server = tls === undefined ? http.createServer(forward) : https.createServer(tls, forward)
  server.on("connect", connect)
  const port = yield* Effect.acquireRelease(listening(server), closing(server))
  const started: ProxyServer = {
    host: `127.0.0.1:${port}`,
    asked,
    arrived: Deferred.await(arrived),
    released: Deferred.await(released)
  }
  return started
})

/** An https server with one reply for MPS and one for S3. */
export const secureServer = Effect.fnUntraced(function*(tls: Certificate) {
  const seen: Array<string> = []
  const server = https.createServer(tls, (request, response) => {
    request.resume()
    request.on("end", () => {
      seen.push(`${request.method} https://${request.headers.host}${request.url}`)
      const isVersion = request.url?.endsWith("/version") === true
      response.writeHead(200, isVersion ? { "content-type": "application/json" } : { etag: "\"etag\"" })
      response.end(isVersion ? "{\"version\":\"2.7\"}" : "")
    })
  })
  const port = yield* Effect.acquireRelease(listening(server), closing(server))
  const requests: ReadonlyArray<string> = seen
  return { port, requests }
})
