/** The one listening socket: loopback only, closed with its scope within two seconds whatever clients do. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { PortInUse, StorageFailed } from "../SandboxError.ts"

interface HttpServer {
  readonly port: number
  readonly openSockets: () => number
  readonly awaitIdle: Effect.Effect<void>
  /**
   * Answers requests until the scope closes; then no connection is left. Requests that expect a `100 Continue` come
   * without one having been sent.
   */
  readonly serve: (
    handler: (request: IncomingMessage, response: ServerResponse) => void
  ) => Effect.Effect<void, never, Scope.Scope>
}

const LOOPBACK = "127.0.0.1"

const isAddress = (address: AddressInfo | string | null): address is AddressInfo =>
  address !== null && typeof address === "object"

const listen = (server: Server, port: number): Effect.Effect<number, PortInUse | StorageFailed> =>
  Effect.callback((resume) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resume(Effect.fail(
        error.code === "EADDRINUSE" ? new PortInUse({ port }) : new StorageFailed({ detail: error.message })
      )))
    server.listen(port, LOOPBACK, () => {
      const address = server.address()
      resume(Effect.succeed(isAddress(address) ? address.port : port))
    })
  })

const close = (server: Server, sockets: ReadonlySet<Socket>): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    for (const socket of sockets) socket.destroy()
  }).pipe(Effect.timeoutOption("2 seconds"), Effect.asVoid)

export const make = Effect.fnUntraced(function*(
  port: number
): Effect.fn.Return<HttpServer, PortInUse | StorageFailed, Scope.Scope> {
  const sockets = new Set<Socket>()
  const idle = new Set<() => void>()
  // Uploads may be slow, and the sandbox has no one to protect itself from.
  const server = createServer({ requestTimeout: 0 })
  server.on("connection", (socket) => {
    sockets.add(socket)
    // Clients may vanish at any time; Node tells whoever reads or writes.
    socket.on("error", () => {})
    socket.once("close", () => {
      sockets.delete(socket)
      if (sockets.size === 0) { for (const resume of idle) resume() }
    })
  })
  const bound = yield* Effect.acquireRelease(listen(server, port), () => close(server, sockets))
  return {
    port: bound,
    openSockets: () => sockets.size,
    awaitIdle: Effect.callback((resume) => {
      if (sockets.size === 0) return resume(Effect.void)
      const done = () => {
        idle.delete(done)
        resume(Effect.void)
      }
      idle.add(done)
      return Effect.sync(() => void idle.delete(done))
    }),
    serve: (handler) =>
      Effect.asVoid(Effect.acquireRelease(
        Effect.sync(() => server.on("request", handler).on("checkContinue", handler)),
        () => close(server, sockets)
      ))
  }
})
