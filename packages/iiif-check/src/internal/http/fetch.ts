/** Reads the document at a URL. */
import * as DocumentReader from "@iiif-ingest/lts-http/DocumentReader"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Problem } from "../checked.ts"
import { tooLarge } from "../read/failure.ts"
import { encodingMessage, layer, type Login, refusedMessage } from "./client.ts"

export interface Options {
  /** Whether an IP address is not to be connected to. */
  readonly refuses: (address: string) => boolean
  readonly maxBytes: number
  readonly timeout: Duration.Duration
  readonly userAgent: string
}

type Failure = Effect.Error<ReturnType<typeof DocumentReader.read>>

const unreachable = (detail: string): Problem => new Problem({ code: "unreachable", detail })

const notServed = (error: DocumentReader.NotServed, { maxBytes }: Options): Problem => {
  if (error.detail.includes("the body is longer than")) return tooLarge(maxBytes)
  const { status } = error.evidence
  const details = {
    Absent: "there is no document at this address: check the address",
    Withheld: "the server withholds it: try again later, or ask for access",
    Unreadable: error.detail.replace(/: check that .*$/, "")
  }
  const said = error.how === "Unreadable" ? "" : ` (HTTP ${status})`
  return new Problem({ code: "not-served", detail: `${details[error.how]}${said}` })
}

const lost = ({ detail, host }: { readonly detail: string; readonly host: string }): Problem => {
  const encoding = detail.indexOf(encodingMessage)
  return encoding < 0
    ? unreachable(`the connection to ${host} was lost (${detail})`)
    : new Problem({ code: "not-served", detail: detail.slice(encoding) })
}

/** What the server says in the body of an error is not repeated: it may be what it was sent. */
const problemOf = (error: Failure, options: Options): Problem => {
  if (error._tag === "NotServed") return notServed(error, options)
  const { reason } = error
  switch (reason._tag) {
    case "TimedOut":
      return unreachable(`${reason.host} did not respond within ${Duration.format(options.timeout)} (--timeout)`)
    case "ConnectionLost":
      return lost(reason)
    case "Unreachable":
      return reason.detail.includes(refusedMessage)
        ? new Problem({
          code: "refused",
          detail: `${reason.host} is in a private network: allow such addresses with --allow-private`
        })
        : unreachable(`${reason.host} cannot be reached (${reason.detail})`)
    default:
      return new Problem({ code: "not-served", detail: `the server failed (HTTP ${reason.evidence.status})` })
  }
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The user and password of a URL, which are sent in a header and only to where the URL points. */
const loginOf = ({ origin, password, username }: URL): Login | undefined =>
  username === "" && password === "" ? undefined : { origin, user: decoded(username), password: decoded(password) }

export const fetchDocument = (url: URL, options: Options): Effect.Effect<Uint8Array, Problem> => {
  const bare = new URL(url)
  bare.username = bare.password = ""
  return DocumentReader.read(bare.href, {
    maxResponseBytes: options.maxBytes,
    timeout: options.timeout,
    userAgent: options.userAgent
  }).pipe(
    Effect.map(({ bytes }) => bytes),
    Effect.mapError((error) => problemOf(error, options)),
    Effect.provide(layer({ refuses: options.refuses, login: loginOf(url) }))
  )
}
