/** A proxy on a free port of this machine, before one server on it, that does wrong on the way what its rules say. */
import { Deferred, Effect, Result } from "effect"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import { operationOf } from "../../../packages/sandbox/src/internal/s3/operation.ts"
import { parseRequest } from "../../../packages/sandbox/src/internal/s3/request.ts"
import * as Rules from "./rules.ts"

/** `requests` are all that came, also those that never reached the server. */
export interface Proxy {
  readonly port: number
  readonly requests: ReadonlyArray<Rules.Subject>
  readonly hits: Effect.Effect<ReadonlyArray<Rules.Hits>>
  /** Waits until a request is stalled. */
  readonly awaitStall: Effect.Effect<void>
  /** Lets what is stalled go on. */
  readonly release: Effect.Effect<void>
}

interface Reply {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Buffer
}

/** Stalled requests, and what makes each go on. */
interface Stalls {
  readonly add: (goOn: () => void) => void
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
 * Passes a request's body on as the effect says. What holds it back: the server, a stall, the pace of a slow reader. What
 * comes after the server has answered is read and dropped: bytes left unread would reset the connection that the answer is
 * still on its way over.
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
  const letGo = (what: "server" | "stall" | "pace") => () => {
    holding.delete(what)
    if (holding.size === 0) request.resume()
  }
  /** Whether a byte is in what has just come. */
  const comes = (at: number | undefined, chunk: Buffer) =>
    at !== undefined && received >= at && received - chunk.length < at
  upstream.on("drain", letGo("server"))
  upstream.on("response", () => {
    isAnswered = true
    letGo("server")()
  })
  request.on("data", (chunk: Buffer) => {
    received += chunk.length
    if (effect?.type === "reset" && comes(effect.afterRequestBytes, chunk)) {
      upstream.destroy()
      return void request.socket.resetAndDestroy()
    }
    if (isAnswered) return
    if (!upstream.write(chunk)) hold("server")
    if (effect?.type === "stall" && comes(effect.afterRequestBytes, chunk)) {
      hold("stall")
      stalls.add(letGo("stall"))
    }
    if (effect?.type === "slowReader") {
      hold("pace")
      const due = start + received / effect.bytesPerSecond * 1000
      setTimeout(letGo("pace"), Math.max(0, due - performance.now())).unref()
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

/** As it goes over the wire. A reply to HEAD announces a length and has no body. */
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

/** Where a truncated reply ends: in its body, or where it has none in its head. */
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

const forward = (target: number, stalls: Stalls) =>
(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  effect: Rules.Effect | undefined
) => {
  if (effect?.type === "reset" && effect.afterRequestBytes === undefined && effect.afterResponseBytes === undefined) {
    return void request.socket.resetAndDestroy()
  }
  const { method, url: path } = request
  // a server that is to close would not read the body of what it refuses, and the reset overtake its answer
  const headers = [...without(pairs(request.rawHeaders), "connection"), ["connection", "keep-alive"] as const].flat()
  const upstream = http.request({ host: "127.0.0.1", port: target, method, path, headers, agent: false })
  upstream.on("continue", () => response.writeContinue())
  upstream.on("response", (answered) => collect(answered, (reply) => answer(request, reply, effect, stalls)))
  let isAnswered = false
  upstream.on("response", () => isAnswered = true)
  upstream.on("error", () => isAnswered || request.socket.destroy())
  passBody(request, upstream, effect, stalls)
  request.socket.on("close", () => upstream.destroy())
  // one request on a connection: what is left of it is not the next one's
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

/** Starts it before a port of this machine, for as long as the scope is open. */
export const start = Effect.fnUntraced(function*(target: number, rules: ReadonlyArray<Rules.Rule>) {
  const engine = Rules.engine(rules.filter(Rules.isOnTheWire))
  const requests: Array<Rules.Subject> = []
  const stalled = yield* Deferred.make<void>()
  const waiting = new Set<() => void>()
  const pass = forward(target, {
    add: (goOn) => {
      waiting.add(goOn)
      Deferred.doneUnsafe(stalled, Effect.void)
    }
  })
  const handle = (request: http.IncomingMessage, response: http.ServerResponse) => {
    const subject = subjectOf(request)
    requests.push(subject)
    pass(request, response, engine.strike(subject))
  }
  const server = http.createServer(handle).on("checkContinue", handle)
  const port = yield* Effect.acquireRelease(listening(server), () => closed(server))
  return {
    port,
    requests,
    hits: Effect.sync(engine.hits),
    awaitStall: Deferred.await(stalled),
    release: Effect.sync(() => {
      for (const goOn of waiting) goOn()
      waiting.clear()
    })
  } satisfies Proxy
})
