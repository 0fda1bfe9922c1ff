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

export const make = (): RequestLog => {
  let entries: Array<RequestLogEntry> = []
  let inFlight: Record<string, InFlight> = {}
  let nextEvent = 0
  let nextId = 0
  const waiters = new Set<Waiter>()

  const notify = (entry: RequestLogEntry) => {
    for (const waiter of [...waiters].filter(({ predicate }) => predicate(entry))) waiter.resolve(entry)
  }
  const replace = (entry: RequestLogEntry) => {
    entries = entries.map((existing) => existing.id === entry.id ? entry : existing)
    notify(entry)
  }
  const enter = (op: string): number => {
    const { now, peak } = inFlight[op] ?? { now: 0, peak: 0 }
    inFlight = { ...inFlight, [op]: { now: now + 1, peak: Math.max(peak, now + 1) } }
    return now + 1
  }
  const leave = (op: string) => {
    const { now, peak } = inFlight[op] ?? { now: 1, peak: 1 }
    inFlight = { ...inFlight, [op]: { now: Math.max(0, now - 1), peak } }
  }

  const track: RequestLog["track"] = (exchange, op) => {
    const { request, response } = exchange
    let bytesIn = 0
    onBodyBytes(exchange, (bytes) => void (bytesIn += bytes))
    const openEntry: RequestLogEntry = {
      id: nextId++,
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
    entries = [...entries.slice(-(CAPACITY - 1)), openEntry]
    notify(openEntry)
    response.once("close", () => {
      leave(op)
      const status = response.headersSent ? response.statusCode : undefined
      const outcome = response.writableFinished ? "replied" : "broken"
      replace({ ...openEntry, status, bytesIn, ended: nextEvent++, outcome })
    })
  }

  return {
    track,
    entries: () => entries,
    inFlight: () => inFlight,
    awaitEntry: (predicate) =>
      Effect.callback((resume) => {
        const present = entries.find(predicate)
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
      entries = []
      inFlight = Object.fromEntries(
        Object.entries(inFlight).filter(([, { now }]) => now > 0).map(([op, { now }]) => [op, { now, peak: now }])
      )
    }
  }
}
