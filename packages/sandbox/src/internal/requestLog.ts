/** Keeps the log of requests, and tells whoever waits for one. */
import * as Effect from "effect/Effect"
import type { InFlight, RequestLogEntry } from "../RequestLog.ts"
import type { Exchange } from "./exchange.ts"
import * as Redact from "./redact.ts"

const CAPACITY = 10_000

export interface RequestLog {
  /** Opens an entry, which follows the exchange to its end by itself. */
  readonly track: (exchange: Exchange, op: string) => void
  readonly entries: () => ReadonlyArray<RequestLogEntry>
  readonly inFlight: () => Readonly<Record<string, InFlight>>
  /** The first entry, past or future, that satisfies the condition. */
  readonly awaitEntry: (where: (entry: RequestLogEntry) => boolean) => Effect.Effect<RequestLogEntry>
  readonly reset: () => void
}

interface Waiter {
  readonly where: (entry: RequestLogEntry) => boolean
  readonly found: (entry: RequestLogEntry) => void
}

/** Bytes are counted as the parser hands them over, which leaves the stream to its reader. */
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
  let order = 0
  let ids = 0
  const waiters = new Set<Waiter>()

  const tell = (entry: RequestLogEntry) => {
    for (const waiter of [...waiters].filter(({ where }) => where(entry))) waiter.found(entry)
  }
  const replace = (entry: RequestLogEntry) => {
    entries = entries.map((old) => old.id === entry.id ? entry : old)
    tell(entry)
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
    const opened: RequestLogEntry = {
      id: ids++,
      method: exchange.method,
      path: Redact.target(request.url ?? "/"),
      op,
      headers: Redact.headers(request.headers),
      status: undefined,
      bytesIn: 0,
      started: order++,
      ended: undefined,
      outcome: "open",
      inFlight: enter(op)
    }
    entries = [...entries.slice(-(CAPACITY - 1)), opened]
    tell(opened)
    response.once("close", () => {
      leave(op)
      const status = response.headersSent ? response.statusCode : undefined
      const outcome = response.writableFinished ? "replied" : "broken"
      replace({ ...opened, status, bytesIn, ended: order++, outcome })
    })
  }

  return {
    track,
    entries: () => entries,
    inFlight: () => inFlight,
    awaitEntry: (where) =>
      Effect.callback((resume) => {
        const present = entries.find(where)
        if (present !== undefined) return resume(Effect.succeed(present))
        const waiter: Waiter = {
          where,
          found: (entry) => {
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
