/** Keeps the request log and notifies callers of `awaitEntry`. */
import * as Effect from "effect/Effect"
import type { InFlight, RequestLogEntry } from "../RequestLog.ts"
import type { Exchange } from "./exchange.ts"
import * as Redact from "./redact.ts"

const CAPACITY = 10_000

export interface RequestLog {
  /** Adds an entry that is updated when the exchange ends. */
  readonly track: (exchange: Exchange, op: string) => void
  readonly entries: () => ReadonlyArray<RequestLogEntry>
  readonly inFlight: () => Readonly<Record<string, InFlight>>
  /** The first entry, past or future, that satisfies the predicate. */
  readonly awaitEntry: (predicate: (entry: RequestLogEntry) => boolean) => Effect.Effect<RequestLogEntry>
  readonly reset: () => void
}

interface Waiter {
  readonly predicate: (entry: RequestLogEntry) => boolean
  readonly resolve: (entry: RequestLogEntry) => void
}

/** Counts bytes as the HTTP parser pushes them, so that the stream stays available to its reader. */
export const onBodyBytes = ({ request }: Exchange, count: (bytes: number) => void): void => {
  const push = request.push.bind(request)
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (chunk !== null) count(chunk.length)
    return push(chunk, encoding)
  }
}

const TEXT_LIMIT = 16 * 1024
const BODY_LIMIT = 4 * 1024

const isText = (type: string | undefined): boolean => type !== undefined && /^text\/|[/+](?:json|xml)\b/.test(type)

/** The start of a reply's body where it is text that a person may want to read. */
const bodyText = ({ body, headers }: NonNullable<Exchange["transcript"]["reply"]>): string | undefined => {
  if (typeof body !== "string" || body === "" || body.length > TEXT_LIMIT || !isText(headers["content-type"])) {
    return undefined
  }
  return body.slice(0, BODY_LIMIT)
}

const transcriptOf = ({ transcript: { reply, requestBody } }: Exchange): Partial<RequestLogEntry> => {
  const replyBody = reply && bodyText(reply)
  return {
    ...(reply === undefined ? {} : { replyHeaders: reply.headers }),
    ...(replyBody === undefined ? {} : { replyBody }),
    ...(requestBody === undefined ? {} : { requestBody: requestBody.slice(0, TEXT_LIMIT) })
  }
}

/** What the token of a refused request claims: its header itself is redacted. */
const refusedToken = ({ request: { headers }, response: { statusCode } }: Exchange): Partial<RequestLogEntry> => {
  const token = statusCode === 401 || statusCode === 403 ? Redact.tokenClaims(headers.authorization) : undefined
  return token === undefined ? {} : { token }
}

/** `now` gives milliseconds since 1970. */
export const make = (now: () => number): RequestLog => {
  // A ring: the entry with a certain id is at that id modulo the capacity, unless a newer one has taken its place.
  const ring: Array<RequestLogEntry> = []
  let firstId = 0
  let inFlight: Record<string, InFlight> = {}
  let nextEvent = 0
  let nextId = 0
  const waiters = new Set<Waiter>()

  const entries = (): ReadonlyArray<RequestLogEntry> => {
    const oldest = Math.max(firstId, nextId - CAPACITY)
    const split = oldest % CAPACITY
    const count = nextId - oldest
    return [...ring.slice(split), ...ring.slice(0, split)].slice(0, count)
  }
  const notify = (entry: RequestLogEntry) => {
    if (waiters.size === 0) return
    for (const waiter of [...waiters].filter(({ predicate }) => predicate(entry))) waiter.resolve(entry)
  }
  const store = (entry: RequestLogEntry) => {
    ring[entry.id % CAPACITY] = entry
    notify(entry)
  }
  const enter = (op: string): number => {
    const { now, peak } = inFlight[op] ?? { now: 0, peak: 0 }
    inFlight[op] = { now: now + 1, peak: Math.max(peak, now + 1) }
    return now + 1
  }
  const leave = (op: string) => {
    const { now, peak } = inFlight[op] ?? { now: 1, peak: 1 }
    inFlight[op] = { now: Math.max(0, now - 1), peak }
  }

  const track: RequestLog["track"] = (exchange, op) => {
    const { request, response } = exchange
    let bytesIn = 0
    onBodyBytes(exchange, (bytes) => void (bytesIn += bytes))
    const openEntry: RequestLogEntry = {
      id: nextId++,
      at: now(),
      method: exchange.method,
      path: Redact.target(request.url ?? "/"),
      op,
      headers: Redact.headers(request.headers),
      status: undefined,
      bytesIn: 0,
      started: nextEvent++,
      ended: undefined,
      outcome: "open",
      inFlight: enter(op)
    }
    store(openEntry)
    response.once("close", () => {
      leave(op)
      const status = response.headersSent ? response.statusCode : undefined
      const outcome = response.writableFinished ? "replied" : "broken"
      const kept = { ...transcriptOf(exchange), ...refusedToken(exchange) }
      const entry = { ...openEntry, status, bytesIn, ended: nextEvent++, outcome, ...kept } as const
      if (ring[entry.id % CAPACITY] === openEntry) store(entry)
    })
  }

  return {
    track,
    entries,
    inFlight: () => ({ ...inFlight }),
    awaitEntry: (predicate) =>
      Effect.callback((resume) => {
        const present = entries().find(predicate)
        if (present !== undefined) return resume(Effect.succeed(present))
        const waiter: Waiter = {
          predicate,
          resolve: (entry) => {
            waiters.delete(waiter)
            resume(Effect.succeed(entry))
          }
        }
        waiters.add(waiter)
        return Effect.sync(() => void waiters.delete(waiter))
      }),
    reset: () => {
      firstId = nextId
      inFlight = Object.fromEntries(
        Object.entries(inFlight).filter(([, { now }]) => now > 0).map(([op, { now }]) => [op, { now, peak: now }])
      )
    }
  }
}
