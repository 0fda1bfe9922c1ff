/** The HTTP server: bound to loopback, closed with its scope within two seconds whatever clients do. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { PortInUse, StorageFailed } from "../../SandboxError.ts"
import * as HalfOpen from "./halfOpen.ts"
import * as LastWords from "./lastWords.ts"

type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface HttpServer {
  readonly port: number
  readonly openSockets: () => number
  /** Resets every connection, as a server does that is killed. */
  readonly resetConnections: () => void
  readonly awaitIdle: Effect.Effect<void>
  /**
   * Passes requests, those that came earlier too, to the handler until the scope closes, which also closes every
   * connection. For requests with `Expect: 100-continue`, the handler must send the `100 Continue` itself.
   */
  readonly serve: (handler: Handler) => Effect.Effect<void, never, Scope.Scope>
}

const LOOPBACK = "127.0.0.1"

/** How long a client may take: for the head of a request, and between two pieces of its body. */
interface Patience {
  readonly headMillis: number
  readonly bodyMillis: number
}

const PATIENCE: Patience = { headMillis: 60_000, bodyMillis: 60_000 }

const listen = (server: Server, port: number): Effect.Effect<number, PortInUse | StorageFailed> =>
  Effect.callback((resume) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resume(Effect.fail(
        error.code === "EADDRINUSE" ? new PortInUse({ port }) : new StorageFailed({ detail: error.message })
      )))
    server.listen(port, LOOPBACK, () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
    })
  })

const close = (server: Server, sockets: Iterable<Socket>): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    for (const socket of sockets) socket.destroy()
  }).pipe(Effect.timeoutOption("2 seconds"), Effect.asVoid)

/** Node emits `close` on the response that a closed connection was sending, but not on those that waited behind it. */
const closeWaiting = (response: ServerResponse) => {
  if (response.socket !== null) return
  response.destroy()
  response.emit("close")
}

export const make = Effect.fnUntraced(function*(
  port: number,
  patience: Patience = PATIENCE
): Effect.fn.Return<HttpServer, PortInUse | StorageFailed, Scope.Scope> {
  /** The connections, with the responses to pipelined requests that wait for those before. */
  const sockets = new Map<Socket, Set<ServerResponse>>()
  /** The last response of each connection. */
  const last = new WeakMap<Duplex, ServerResponse>()
  const idleWaiters = new Set<() => void>()
  // Uploads may be slow, and replies too; only what has stopped is closed.
  const server = createServer({
    requestTimeout: 0,
    // `dispatch.ts` checks it, and says so.
    requireHostHeader: false,
    headersTimeout: patience.headMillis,
    connectionsCheckingInterval: patience.headMillis / 2
  })
  // Node lets a request that nobody handles wait forever.
  const early: Array<readonly [IncomingMessage, ServerResponse]> = []
  let handle: Handler = (request, response) => void early.push([request, response])
  const receive: Handler = (request, response) => handle(request, response)
  server.on("request", receive).on("checkContinue", receive).on("checkExpectation", receive)
  server.on("clientError", (error, socket) => {
    const isIdle = last.get(socket)?.writableFinished ?? true
    if (socket instanceof Socket) LastWords.refuse(socket, isIdle, error)
    else socket.destroy()
  })
  server.on("connection", (socket) => {
    const waiting = new Set<ServerResponse>()
    sockets.set(socket, waiting)
    // Clients may disconnect at any time; Node reports that to readers and writers too.
    socket.on("error", () => {})
    socket.once("close", () => {
      sockets.delete(socket)
      for (const response of waiting) closeWaiting(response)
      if (sockets.size === 0) { for (const resume of idleWaiters) resume() }
    })
  })
  const track = ({ socket }: IncomingMessage, response: ServerResponse) => {
    const waiting = sockets.get(socket)
    waiting?.add(response)
    response.once("close", () => waiting?.delete(response))
  }
  const bound = yield* Effect.acquireRelease(listen(server, port), () => close(server, sockets.keys()))
  return {
    port: bound,
    openSockets: () => sockets.size,
    resetConnections: () => {
      for (const socket of sockets.keys()) socket.resetAndDestroy()
    },
    awaitIdle: Effect.callback((resume) => {
      if (sockets.size === 0) return resume(Effect.void)
      const done = () => {
        idleWaiters.delete(done)
        resume(Effect.void)
      }
      idleWaiters.add(done)
      return Effect.sync(() => void idleWaiters.delete(done))
    }),
    serve: (handler) =>
      Effect.asVoid(Effect.acquireRelease(
        Effect.sync(() => {
          handle = (request, response) => {
            last.set(request.socket, response)
            HalfOpen.watch(request, response, patience.bodyMillis)
            if (response.socket === null) track(request, response)
            handler(request, response)
          }
          for (const [request, response] of early.splice(0)) handle(request, response)
        }),
        () => close(server, sockets.keys())
      ))
  }
})
