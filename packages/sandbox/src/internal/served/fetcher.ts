/** Fetches from the sandbox itself, as any client does, so that faults strike here too. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Audience from "../image/audience.ts"
import * as Hosts from "../presentation/hosts.ts"

/** What is wrong with what came, or that nothing came. */
export class Problem extends Schema.TaggedError<Problem>()("Problem", { url: Schema.String, problem: Schema.String }) {
  override get message() {
    return `${this.url}: ${this.problem}`
  }
}

export interface Fetched {
  /** The address in the end of all redirects. */
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
}

/** Fetches what is served with status 200 and a body, and fails with what came instead. */
export type Fetch = (url: string) => Effect.Effect<Fetched, Problem>

const TIMEOUT = "60 seconds"
const MAX_REDIRECTS = 5
const SHOWN = 200

const causeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}

const describe = ({ headers, status }: Response, body: Uint8Array): string => {
  if (headers.has("x-amzn-waf-action")) return `${status} and a firewall's challenge`
  const start = new TextDecoder().decode(body.subarray(0, SHOWN)).replaceAll(/\s+/g, " ")
  return body.length === 0 ? `${status} without a body` : `${status} ${start}`
}

/** `audience` is said by a cookie, which goes to every address, as from a browser that is signed in. */
export const make = (base: string, audience?: Audience.Audience): Fetch => {
  // A connection for each request: none is left when the last one has ended.
  const headers: Readonly<Record<string, string>> = {
    connection: "close",
    ...(audience === undefined ? {} : { cookie: `${Audience.PARAMETER}=${audience}` })
  }
  const isOwn = (url: string) => url === base || url.startsWith(`${base}/`)

  const once = (url: string) =>
    Effect.tryPromise({
      try: async (signal) => {
        const response = await fetch(url, { redirect: "manual", signal, headers })
        return { response, body: await response.bytes() }
      },
      catch: (error) => new Problem({ url, problem: `no complete reply (${causeOf(error)})` })
    }).pipe(
      Effect.timeoutOrElse({
        duration: TIMEOUT,
        orElse: () => Effect.fail(new Problem({ url, problem: `no complete reply within ${TIMEOUT}` }))
      })
    )

  const follow = (url: string, redirects: number): Effect.Effect<Fetched, Problem> =>
    Effect.gen(function*() {
      const own = Hosts.toSandbox(url, base)
      if (!isOwn(own)) return yield* new Problem({ url, problem: "it is not an address of this sandbox" })
      const { body, response } = yield* once(own)
      const location = response.headers.get("location")
      if (response.status >= 300 && response.status < 400 && location !== null) {
        if (redirects === MAX_REDIRECTS) return yield* new Problem({ url, problem: "it redirects without end" })
        const next = URL.parse(location, own)
        if (next === null) {
          return yield* new Problem({ url, problem: `it redirects to ${location}, which is no address` })
        }
        return yield* follow(next.href, redirects + 1)
      }
      if (response.status !== 200 || body.length === 0) {
        return yield* new Problem({ url, problem: describe(response, body) })
      }
      return { url: own, headers: response.headers, body }
    })

  return (url) => follow(url, 0)
}

/** Fetches a JSON document. */
export const json = (fetch: Fetch) =>
  Effect.fnUntraced(function*(url: string) {
    const fetched = yield* fetch(url)
    const value = yield* Effect.try({
      try: (): unknown => JSON.parse(new TextDecoder().decode(fetched.body)),
      catch: () => new Problem({ url, problem: "it is not JSON" })
    })
    return { url: fetched.url, value }
  })
