/** Sends what no HTTP client would, over a bare socket. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { connect, type Socket } from "node:net"
import type { Running } from "./client.ts"

export const portOf = (sandbox: Pick<Running, "url">): number => Number(new URL(sandbox.url).port)

/** The head of a request; the host is the sandbox's unless the fields name another. */
export const head = (
  port: number,
  line: string,
  fields: Readonly<Record<string, string | number>> = {}
): string => {
  const all = Object.entries({ host: `127.0.0.1:${port}`, ...fields }).map(([name, value]) => `${name}: ${value}`)
  return `${[`${line} HTTP/1.1`, ...all].join("\r\n")}\r\n\r\n`
}

export interface Raw {
  readonly socket: Socket
  /** What came so far. */
  readonly received: () => string
  /** All that came, once the server has closed the connection, whether in order or by a reset. */
  readonly closed: Effect.Effect<string>
  /** What came, once it contains the text or the connection is closed. */
  readonly until: (text: string) => Effect.Effect<string>
  /** Sends and waits until it is handed to the operating system, or the connection is closed. */
  readonly send: (data: string | Uint8Array) => Effect.Effect<void>
}

/** Opens a connection that is closed with the scope. */
export const open = (port: number): Effect.Effect<Raw, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Raw>((resume) => {
      let text = ""
      let isClosed = false
      const watchers = new Set<() => void>()
      const tell = () => {
        for (const watch of watchers) watch()
      }
      const socket = connect(port, "127.0.0.1")
      socket.on("error", () => {})
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1")
        tell()
      })
      socket.on("close", () => {
        isClosed = true
        tell()
      })
      const when = (isDone: () => boolean) =>
        Effect.callback<string>((done) => {
          const watch = () => {
            if (isClosed || isDone()) done(Effect.succeed(text))
          }
          watchers.add(watch)
          watch()
          return Effect.sync(() => void watchers.delete(watch))
        })
      const send = (data: string | Uint8Array) =>
        Effect.callback<void>((done) => {
          const end = () => {
            watchers.delete(watch)
            done(Effect.void)
          }
          const watch = () => {
            if (isClosed) end()
          }
          watchers.add(watch)
          watch()
          if (!isClosed) socket.write(data, end)
        })
      socket.once("connect", () =>
        resume(Effect.succeed({
          socket,
          received: () => text,
          closed: when(() => false),
          until: (part) => when(() => text.includes(part)),
          send
        })))
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )
