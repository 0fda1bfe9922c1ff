/** Keeps the request log and notifies callers of `awaitEntry`. */
import * as Effect from "effect/Effect"
import type { IncomingMessage } from "node:http"
import type { Socket } from "node:net"
import type { InFlight, RequestLogEntry } from "../../RequestLog.ts"
import type { Advisor } from "../advice/exchange.ts"
import type { Exchange } from "../http/exchange.ts"
import * as RequestBody from "../http/requestBody.ts"
import * as Redact from "./redact.ts"

const CAPACITY = 10_000

/** How many characters of header fields and bodies all entries have together; beyond, the oldest keep theirs no longer. */
const TEXTS_LIMIT = 16 * 1024 * 1024

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

const TEXT_LIMIT = 16 * 1024

/** The start of a text, as a copy: a part of a string keeps the whole of it in memory. */
const start = (text: string, limit: number) => text.length <= limit ? text : `${Buffer.from(text.slice(0, limit))}`

/** What the log keeps of a body that a client sent. */
export const startOfBody = (text: string): string => start(text, TEXT_LIMIT)

const BODY_LIMIT = 4 * 1024

const isText = (type: string | undefined): boolean => type !== undefined && /^text\/|[/+](?:json|xml)\b/.test(type)

/**
 * The start of a reply's body where it is text that a person may want to read, and that may be stored: the dashboard has
 * the token of its switches.
 */
const bodyText = ({ body, headers }: NonNullable<Exchange["transcript"]["reply"]>): string | undefined => {
  if (headers["cache-control"] === "no-store") return undefined
  if (typeof body !== "string" || body === "" || body.length > TEXT_LIMIT || !isText(headers["content-type"])) {
    return undefined
  }
  return start(Redact.body(body), BODY_LIMIT)
}

type Headers = RequestLogEntry["headers"]

/**
 * Redacts headers, and shares the result among the requests of a connection that have the same ones, as most have: else
 * they are most of what the log takes.
 */
const makeRedact = () => {
  const last = new WeakMap<Socket, { readonly raw: ReadonlyArray<string>; readonly redacted: Headers }>()
  return ({ headers, rawHeaders: raw, socket }: IncomingMessage): Headers => {
    const before = last.get(socket)
    if (before?.raw.length === raw.length && raw.every((text, index) => text === before.raw[index])) {
      return before.redacted
    }
    const redacted = Redact.headers(headers)
    // Without what was redacted, there is no secret in the raw headers.
    if (Object.values(redacted).includes(Redact.REDACTED)) last.delete(socket)
    else last.set(socket, { raw, redacted })
    return redacted
  }
}

/**
 * An entry while it may still change. Its object is used again for a later request: at thousands of requests a second,
 * objects that live as long as an entry would be most of what is collected.
 */
type Tracked = { -readonly [Field in keyof RequestLogEntry]: RequestLogEntry[Field] }

const emptyEntry = (): Tracked => ({
  id: 0,
  at: 0,
  method: "",
  path: "",
  op: "",
  headers: {},
  status: undefined,
  bytesIn: 0,
  started: 0,
  ended: undefined,
  outcome: "open",
  replyHeaders: undefined,
  replyBody: undefined,
  requestBody: undefined,
  token: undefined,
  notes: [],
  inFlight: 0
})

/** Without what a request before has left. */
const renew = (entry: Tracked): Tracked => {
  entry.status = undefined
  entry.bytesIn = 0
  entry.ended = undefined
  entry.outcome = "open"
  entry.replyHeaders = undefined
  entry.replyBody = undefined
  entry.requestBody = undefined
  entry.token = undefined
  entry.notes = NO_NOTES
  return entry
}

const PATH_LIMIT = 2048
const KNOWN_PATHS = 1024

const cut = (text: string) => text.length <= PATH_LIMIT ? text : `${start(text, PATH_LIMIT)}...`

/** Redacts paths; requests for the same one share it. */
const makePathOf = () => {
  const known = new Map<string, string>()
  return (url: string): string => {
    // What is redacted is in queries, and is not kept as it came.
    if (url.length > PATH_LIMIT || url.includes("?")) return cut(Redact.target(url))
    const shared = known.get(url)
    if (shared !== undefined) return shared
    if (known.size >= KNOWN_PATHS) known.clear()
    known.set(url, url)
    return url
  }
}

const lengthOf = (headers: Headers | undefined): number => {
  let length = 0
  for (const name in headers) length += name.length + (headers[name]?.length ?? 0)
  return length
}

const NO_NOTES: RequestLogEntry["notes"] = []

const lengthOfNotes = (notes: RequestLogEntry["notes"]): number =>
  notes.reduce((sum, { message }) => sum + message.length, 0)

const textsOf = ({ headers, notes, replyBody = "", replyHeaders, requestBody = "", token }: Tracked): number =>
  lengthOfNotes(notes) + lengthOf(headers) + lengthOf(replyHeaders) + replyBody.length + requestBody.length +
  (token === undefined ? 0 : token.header.length + token.payload.length)

/** Removes what {@link textsOf} counts. */
const strip = (entry: Tracked): void => {
  entry.headers = {}
  entry.replyHeaders = undefined
  entry.replyBody = undefined
  entry.requestBody = undefined
  entry.token = undefined
  entry.notes = NO_NOTES
}

/** Counts the texts of the entries, and strips the oldest of theirs. */
const makeLimit = (entryOf: (id: number) => Tracked | undefined) => {
  /** By id modulo the capacity, as the entries. */
  const counted: Array<number> = []
  let total = 0
  let oldest = 0
  const set = (id: number, length: number) => {
    total += length - (counted[id % CAPACITY] ?? 0)
    counted[id % CAPACITY] = length
  }
  const isExceeded = () => total > TEXTS_LIMIT
  return {
    /** Counts a new entry, instead of the one whose place it takes, or one again that has changed. */
    count: (entry: Tracked) => {
      set(entry.id, textsOf(entry))
      oldest = Math.max(oldest, entry.id - CAPACITY + 1)
      for (; isExceeded() && oldest < entry.id; oldest++) {
        const old = entryOf(oldest)
        if (old !== undefined) strip(old)
        set(oldest, 0)
      }
    }
  }
}

const copy = (entry: Tracked): RequestLogEntry => ({ ...entry })

/** Adds what the handlers left of the exchange, without keeping the exchange itself. */
const addTranscript = (entry: Tracked, { request, transcript: { reply, requestBody } }: Exchange): void => {
  entry.replyHeaders = reply?.headers
  entry.replyBody = reply && bodyText(reply)
  entry.requestBody = requestBody
  if (entry.status === 401 || entry.status === 403) entry.token = Redact.tokenClaims(request.headers.authorization)
}

/** `now` gives milliseconds since 1970. */
export const make = (now: () => number, advisor: Advisor): RequestLog => {
  // A ring: the entry with a certain id is at that id modulo the capacity, unless a newer one has taken its place.
  const ring: Array<Tracked> = []
  let firstId = 0
  let inFlight: Record<string, InFlight> = {}
  let nextEvent = 0
  let nextId = 0
  const waiters = new Set<Waiter>()
  const limit = makeLimit((id) => {
    const entry = ring[id % CAPACITY]
    return entry?.id === id ? entry : undefined
  })
  const redact = makeRedact()
  const pathOf = makePathOf()

  const entries = (): ReadonlyArray<RequestLogEntry> => {
    const oldest = Math.max(firstId, nextId - CAPACITY)
    const split = oldest % CAPACITY
    const count = nextId - oldest
    return [...ring.slice(split), ...ring.slice(0, split)].slice(0, count).map(copy)
  }
  const notify = (tracked: Tracked) => {
    if (waiters.size === 0) return
    const entry = copy(tracked)
    for (const waiter of [...waiters].filter(({ predicate }) => predicate(entry))) waiter.resolve(entry)
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
    RequestBody.onBodyBytes(request, (bytes) => void (bytesIn += bytes))
    const id = nextId++
    const entry = renew(ring[id % CAPACITY] ??= emptyEntry())
    entry.id = id
    entry.at = now()
    entry.method = exchange.method
    entry.path = pathOf(request.url ?? "/")
    entry.op = op
    entry.headers = redact(request)
    entry.started = nextEvent++
    entry.inFlight = enter(op)
    limit.count(entry)
    notify(entry)
    response.once("close", () => {
      leave(op)
      const ended = nextEvent++
      // So many requests later, the entry is another's.
      if (entry.id !== id) return
      entry.status = response.headersSent ? response.statusCode : undefined
      entry.bytesIn = bytesIn
      entry.ended = ended
      entry.outcome = response.writableFinished ? "replied" : "broken"
      addTranscript(entry, exchange)
      const { path, transcript } = exchange
      const notes = advisor.advise({ op, path, headers: request.headers, status: entry.status, at: entry.at })
      entry.notes = transcript.notes === undefined ? notes : [...notes, ...transcript.notes]
      limit.count(entry)
      notify(entry)
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
      advisor.reset()
      firstId = nextId
      inFlight = Object.fromEntries(
        Object.entries(inFlight).filter(([, { now }]) => now > 0).map(([op, { now }]) => [op, { now, peak: now }])
      )
    }
  }
}
