/** A local HTTP server that responds by a function, and records the requests it received. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as http from "node:http"
import * as https from "node:https"
import * as net from "node:net"
import type { AddressInfo, Socket } from "node:net"

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/**
 * - a response; its body is sent as JSON unless it is a string;
 * - `hang`: no response; `stall`: headers and the start of a body, and nothing more;
 * - `reset`: the connection is reset without a response; `cut`: it is closed during the body;
 * - `endless`: a body without an end.
 */
export type Reply =
  | {
    readonly status: number
    readonly headers?: http.OutgoingHttpHeaders
    readonly body?: string | object
  }
  | "hang"
  | "stall"
  | "reset"
  | "cut"
  | "endless"

export type Handler = (seen: Seen) => Reply

/** `arrived` waits for the first request, `released` for its connection to be closed. */
export interface StubServer {
  readonly url: string
  readonly seen: ReadonlyArray<Seen>
  readonly arrived: Effect.Effect<void>
  readonly released: Effect.Effect<void>
}

const text = (body: string | object | undefined) => typeof body === "object" ? JSON.stringify(body) : body ?? ""

const pour = (response: http.ServerResponse): void => {
  const chunk = Buffer.alloc(64 * 1024, " ")
  const more = () => {
    while (!response.destroyed && response.write(chunk)) {
      // until the socket's buffer is full
    }
  }
  response.on("drain", more)
  more()
}

const answer = (reply: Reply, response: http.ServerResponse): void => {
  switch (reply) {
    case "hang":
      return
    case "reset":
      return void response.socket?.resetAndDestroy()
    case "stall":
    case "cut":
      response.writeHead(200, { "content-type": "application/json", "content-length": 1000 })
      response.write("{\"data\":", () => {
        if (reply === "cut") response.socket?.destroy()
      })
      return
    case "endless":
      response.writeHead(200, { "content-type": "application/json" })
      return pour(response)
    default:
      response.writeHead(reply.status, {
        ...(typeof reply.body === "object" ? { "content-type": "application/json" } : {}),
        ...reply.headers
      })
      response.end(text(reply.body))
  }
}

const listening = (server: net.Server): Effect.Effect<number> =>
  Effect.callback<number>((resume) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo // a server that listens on TCP has one
      resume(Effect.succeed(port))
    })
  })

const closed = (server: http.Server): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** Starts a server that is closed with the scope; with `tls` it is an https server. */
export const stubServer = Effect.fnUntraced(
  function*(handler: Handler, tls?: { readonly key: string; readonly cert: string }) {
    const arrived = yield* Deferred.make<void>()
    const released = yield* Deferred.make<void>()
    const seen: Array<Seen> = []
    const watch = (socket: Socket) => {
      Deferred.doneUnsafe(arrived, Effect.void)
      socket.once("close", () => Deferred.doneUnsafe(released, Effect.void))
    }
    const listener: http.RequestListener = (request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        watch(request.socket)
        const { headers, method = "", url = "" } = request
        const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
        seen.push(one)
        answer(handler(one), response)
      })
    }
    const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener)
    const port = yield* Effect.acquireRelease(listening(server), () => closed(server))
    const stub: StubServer = {
      url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
      seen,
      arrived: Deferred.await(arrived),
      released: Deferred.await(released)
    }
    return stub
  }
)

/** A local URL at which nothing is listening. */
export const closedUrl: Effect.Effect<string> = Effect.scoped(Effect.map(stubServer(() => "hang"), (stub) => stub.url))

/** A TCP server that closes each connection at its first bytes. */
export const closingServer = Effect.gen(function*() {
  const server = net.createServer((socket) => socket.once("data", () => socket.destroy()))
  const port = yield* Effect.acquireRelease(
    listening(server),
    () => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  )
  return `127.0.0.1:${port}`
})
