/** A loopback proxy in front of one server that injects faults according to rules. */
import { Deferred, Effect, Result } from "effect"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import { operationOf } from "../../../packages/sandbox/src/internal/s3/operation.ts"
import { parseRequest } from "../../../packages/sandbox/src/internal/s3/request.ts"
import * as Rules from "./rules.ts"

/** `requests` includes those that never reached the server. */
export interface Proxy {
  readonly port: number
  readonly requests: ReadonlyArray<Rules.Subject>
  readonly hits: Effect.Effect<ReadonlyArray<Rules.Hits>>
  /** Waits until a request is stalled. */
  readonly awaitStall: Effect.Effect<void>
  /** Resumes stalled requests. */
  readonly release: Effect.Effect<void>
}

export interface Reply {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Buffer
}

/** Changes the replies of a server, as if it were another one. */
export type Disguise = (subject: Rules.Subject, reply: Reply) => Reply

/** Collects the functions that resume stalled requests. */
interface Stalls {
  readonly add: (resume: () => void) => void
}

const subjectOf = (request: http.IncomingMessage): Rules.Subject => {
  const parsed = parseRequest(request, "/_s3")
  return {
    method: request.method ?? "GET",
    path: decodeURIComponent((request.url ?? "/").split("?", 1)[0] ?? "/"),
    op: Result.isSuccess(parsed) ? operationOf(parsed.success) ?? "Unknown" : "Unknown"
  }
}

const pairs = (raw: ReadonlyArray<string>): Reply["headers"] =>
  raw.flatMap((name, i) => i % 2 === 0 ? [[name, raw[i + 1] ?? ""] as const] : [])

const without = (headers: Reply["headers"], ...names: ReadonlyArray<string>) =>
  headers.filter(([name]) => !names.includes(name.toLowerCase()))

/**
 * Forwards a request's body as the effect says. It may be held back by the server, a stall, or the pace of a slow
 * reader. Bytes that arrive after the server's reply are read and dropped: unread bytes would reset the connection
 * before the reply is delivered.
 */
const passBody = (
  request: http.IncomingMessage,
  upstream: http.ClientRequest,
  effect: Rules.Effect | undefined,
  stalls: Stalls
): void => {
  const start = performance.now()
  const holding = new Set<"server" | "stall" | "pace">()
  let received = 0
  let isAnswered = false
  const hold = (what: "server" | "stall" | "pace") => {
    holding.add(what)
    request.pause()
  }
  const release = (what: "server" | "stall" | "pace") => () => {
    holding.delete(what)
    if (holding.size === 0) request.resume()
  }
  /** Whether the chunk just received contains the byte at an offset. */
  const contains = (at: number | undefined, chunk: Buffer) =>
    at !== undefined && received >= at && received - chunk.length < at
  upstream.on("drain", release("server"))
  upstream.on("response", () => {
    isAnswered = true
    release("server")()
  })
  request.on("data", (chunk: Buffer) => {
    received += chunk.length
    if (effect?.type === "reset" && contains(effect.afterRequestBytes, chunk)) {
      upstream.destroy()
      return void request.socket.resetAndDestroy()
    }
    if (isAnswered) return
    if (!upstream.write(chunk)) hold("server")
    if (effect?.type === "stall" && contains(effect.afterRequestBytes, chunk)) {
      hold("stall")
      stalls.add(release("stall"))
    }
    if (effect?.type === "slowReader") {
      hold("pace")
      const due = start + received / effect.bytesPerSecond * 1000
      setTimeout(release("pace"), Math.max(0, due - performance.now())).unref()
    }
  })
  request.on("end", () => upstream.end())
}

const altered = (reply: Reply, effect: Extract<Rules.Effect, { readonly type: "alter" }>): Reply => {
  const fields = Object.entries(effect.headers ?? {})
  const body = effect.replace === undefined
    ? reply.body
    : Buffer.from(reply.body.toString().replace(new RegExp(effect.replace.pattern), effect.replace.text))
  return {
    ...reply,
    headers: [...without(reply.headers, ...fields.map(([name]) => name.toLowerCase())), ...fields],
    body
  }
}

/** A reply as sent over the wire. A reply to HEAD has a Content-Length but no body. */
const wireOf = ({ body, headers, status }: Reply, isHead: boolean) => {
  const fields = without(
    headers,
    "connection",
    "keep-alive",
    "transfer-encoding",
    ...(isHead ? [] : ["content-length"])
  )
  const own = [["connection", "close"] as const, ...(isHead ? [] : [["content-length", `${body.length}`] as const])]
  const lines = [...fields, ...own].map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n`, "latin1")
  return { head, whole: Buffer.concat([head, body]) }
}

/** Where a truncated reply ends: in its body or, if it has none, in its head. */
const cutAt = (head: Buffer, body: Buffer, bytes: number | undefined): number =>
  body.length === 0 ? Math.floor(head.length / 2) : head.length + (bytes ?? Math.floor(body.length / 2))

const answer = (request: http.IncomingMessage, reply: Reply, effect: Rules.Effect | undefined, stalls: Stalls) => {
  const { socket } = request
  const send = (answered: Reply) => {
    const { head, whole } = wireOf(answered, request.method === "HEAD")
    if (effect?.type === "truncate") return void socket.end(whole.subarray(0, cutAt(head, answered.body, effect.bytes)))
    if (effect?.type === "reset" && effect.afterResponseBytes !== undefined) {
      const cut = whole.subarray(0, head.length + effect.afterResponseBytes)
      return void socket.write(cut, () => socket.resetAndDestroy())
    }
    socket.end(whole)
  }
  if (effect?.type === "lostReply") return void socket.destroy()
  if (effect?.type === "alter") return send(altered(reply, effect))
  if (effect?.type === "stall" && effect.afterRequestBytes === undefined) return stalls.add(() => send(reply))
  send(reply)
}

const collect = (response: http.IncomingMessage, done: (reply: Reply) => void) => {
  const chunks: Array<Buffer> = []
  response.on("data", (chunk: Buffer) => chunks.push(chunk))
  response.on("end", () => {
    done({ status: response.statusCode ?? 502, headers: pairs(response.rawHeaders), body: Buffer.concat(chunks) })
  })
}

const forward = (target: number, stalls: Stalls, disguise: Disguise) =>
(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  subject: Rules.Subject,
  effect: Rules.Effect | undefined
) => {
  if (effect?.type === "reset" && effect.afterRequestBytes === undefined && effect.afterResponseBytes === undefined) {
    return void request.socket.resetAndDestroy()
  }
  const { method, url: path } = request
  // with `connection: close`, a server that refuses a request leaves its body unread, and the reset overtakes the reply
  const headers = [...without(pairs(request.rawHeaders), "connection"), ["connection", "keep-alive"] as const].flat()
  const upstream = http.request({ host: "127.0.0.1", port: target, method, path, headers, agent: false })
  upstream.on("continue", () => response.writeContinue())
  upstream.on(
    "response",
    (answered) => collect(answered, (reply) => answer(request, disguise(subject, reply), effect, stalls))
  )
  let isAnswered = false
  upstream.on("response", () => isAnswered = true)
  upstream.on("error", () => isAnswered || request.socket.destroy())
  passBody(request, upstream, effect, stalls)
  request.socket.on("close", () => upstream.destroy())
  // one request per connection, so nothing of it can reach a later one
  request.on("error", () => upstream.destroy())
}

const listening = (server: http.Server) =>
  Effect.callback<number>((resume) => {
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
  })

const closed = (server: http.Server) =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** Starts a proxy in front of a loopback port, and stops it with the scope. */
export const start = Effect.fnUntraced(function*(
  target: number,
  rules: ReadonlyArray<Rules.Rule>,
  disguise: Disguise = (_, reply) => reply
) {
  const engine = Rules.engine(rules.filter(Rules.isOnTheWire))
  const requests: Array<Rules.Subject> = []
  const stalled = yield* Deferred.make<void>()
  const waiting = new Set<() => void>()
  const pass = forward(target, {
    add: (resume) => {
      waiting.add(resume)
      Deferred.doneUnsafe(stalled, Effect.void)
    }
  }, disguise)
  const handle = (request: http.IncomingMessage, response: http.ServerResponse) => {
    const subject = subjectOf(request)
    requests.push(subject)
    pass(request, response, subject, engine.strike(subject))
  }
  const server = http.createServer(handle).on("checkContinue", handle)
  const port = yield* Effect.acquireRelease(listening(server), () => closed(server))
  return {
    port,
    requests,
    hits: Effect.sync(engine.hits),
    awaitStall: Deferred.await(stalled),
    release: Effect.sync(() => {
      for (const resume of waiting) resume()
      waiting.clear()
    })
  } satisfies Proxy
})
