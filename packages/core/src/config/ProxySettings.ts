/**
 * Which requests go through an HTTP proxy, as set by the customary environment variables: `HTTPS_PROXY` for https
 * addresses, `HTTP_PROXY` for http addresses, and `NO_PROXY` for hosts to connect to directly.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { readSecret, readVariable } from "./internal/variables.ts"
import { MpsConfigError } from "./MpsConfig.ts"
import { isLoopback } from "./MpsEnvironment.ts"

/**
 * A proxy: its address without user and password, and these as the value of a `Proxy-Authorization` header.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProxyServer {
  readonly url: URL
  readonly authorization?: Redacted.Redacted
}

/**
 * The proxies for http and https addresses, and the hosts to connect to directly.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProxySettings {
  readonly http?: ProxyServer
  readonly https?: ProxyServer
  readonly noProxy: ReadonlyArray<string>
}

/**
 * Proxies as the user gives them: `http://user:password@proxy.example.edu:3128`, where `http://` can be omitted, and
 * hosts separated by commas or spaces.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly http?: Redacted.Redacted
  readonly https?: Redacted.Redacted
  readonly noProxy?: string
}

/** `decodeURIComponent`, or `undefined` for an invalid percent escape. */
const percentDecoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The problem never quotes the address: it may contain a password. */
const parse = (address: Redacted.Redacted): Result.Result<ProxyServer, string> => {
  const text = Redacted.value(address).trim()
  const url = URL.parse(text.includes("://") ? text : `http://${text}`)
  if (url === null) return Result.fail("it is not an address such as http://proxy.example.edu:3128")
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return Result.fail(`it is a ${url.protocol}// proxy, and only http:// and https:// are supported`)
  }
  const user = percentDecoded(url.username)
  const password = percentDecoded(url.password)
  if (user === undefined || password === undefined) {
    return Result.fail("its user or password has a % that is not a percent escape: write it as %25")
  }
  const server = { url: new URL(url.origin) }
  return Result.succeed(
    user === "" ? server : { ...server, authorization: Redacted.make(`Basic ${Base64.encode(`${user}:${password}`)}`) }
  )
}

/**
 * No request goes through a proxy.
 *
 * @category constructors
 * @since 0.1.0
 */
export const none: ProxySettings = { noProxy: [] }

/** Validates proxy settings; `names` holds the user's names for the proxies. */
const check = (
  options: { readonly [K in keyof Options]: Options[K] | undefined },
  names: { readonly http: string; readonly https: string }
): Result.Result<ProxySettings, MpsConfigError> => {
  const problems: Array<{ readonly setting: string; readonly problem: string }> = []
  const read = (scheme: "http" | "https"): { readonly [K in typeof scheme]?: ProxyServer } => {
    const address = options[scheme]
    if (address === undefined) return {}
    const server = parse(address)
    if (Result.isSuccess(server)) return { [scheme]: server.success }
    problems.push({ setting: names[scheme], problem: server.failure })
    return {}
  }
  const noProxy = (options.noProxy ?? "").split(/[\s,]+/).filter((entry) => entry !== "")
  const settings = { ...read("http"), ...read("https"), noProxy }
  return problems.length > 0 ? Result.fail(new MpsConfigError({ problems })) : Result.succeed(settings)
}

/**
 * Validates proxy settings. Fails with the problems of both proxies at once, by the names of the options.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Result.Result<ProxySettings, MpsConfigError> =>
  check(options, { http: "http", https: "https" })

/** The lower-case variable, which takes precedence as in `curl`, or else the upper-case one; and its name. */
const readEitherCase = Effect.fnUntraced(function*<A>(
  read: (name: string) => Effect.Effect<A | undefined>,
  upper: string
) {
  const lower = upper.toLowerCase()
  const value = yield* read(lower)
  return value === undefined ? { name: upper, value: yield* read(upper) } : { name: lower, value }
})

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` through the `ConfigProvider` in the context; the lower-case form of
 * each takes precedence. An empty variable counts as not set.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromConfig: Effect.Effect<ProxySettings, MpsConfigError> = Effect.suspend(() => resolve({}))

/**
 * Proxies from code, and from the environment what code does not give, field by field. Fails with the problems of both
 * proxies at once: by the name of the option where it was given in code, by the name of the variable that was read
 * where it was not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const resolve = Effect.fnUntraced(function*(
  given: Options
): Effect.fn.Return<ProxySettings, MpsConfigError> {
  const find = (option: "http" | "https", variable: string) => {
    const value = given[option]
    return value ? Effect.succeed({ name: option, value }) : readEitherCase(readSecret, variable)
  }
  const http = yield* find("http", "HTTP_PROXY")
  const https = yield* find("https", "HTTPS_PROXY")
  const noProxy = given.noProxy ?? (yield* readEitherCase(readVariable, "NO_PROXY")).value
  return yield* Effect.fromResult(
    check({ http: http.value, https: https.value, noProxy }, { http: http.name, https: https.name })
  )
})

const portOf = (url: URL): string => url.port || (url.protocol === "https:" ? "443" : "80")

const matchesNoProxy = (url: URL) => (entry: string): boolean => {
  const [, host = entry, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? []
  if (port !== undefined && port !== portOf(url)) return false
  const name = host.replace(/^\*?\./, "").toLowerCase()
  return name === "*" || url.hostname === name || url.hostname === `[${name}]` || url.hostname.endsWith(`.${name}`)
}

/**
 * The proxy that a request to `url` goes through, if any. Requests to this machine and to the proxies themselves are
 * direct. An entry of `NO_PROXY` is `*`, or a host with an optional port and an optional leading dot, which also
 * matches all subdomains. Address ranges (`10.0.0.0/8`) are not supported: the services are addressed by name.
 *
 * @example
 * ```ts
 * import { ProxySettings } from "@iiif-ingest/core"
 * import { Redacted, Result } from "effect"
 *
 * const settings = Result.getOrThrow(ProxySettings.make({
 *   https: Redacted.make("http://proxy.example.edu:3128"),
 *   noProxy: "harvard.edu"
 * }))
 * ProxySettings.proxyFor(settings, new URL("https://mps-qa.lib.harvard.edu/"))
 * // => undefined
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const proxyFor = (settings: ProxySettings, url: URL): ProxyServer | undefined => {
  const server = url.protocol === "https:" ? settings.https : settings.http
  if (server === undefined || isLoopback(url.hostname)) return undefined
  if (url.host === settings.http?.url.host || url.host === settings.https?.url.host) return undefined
  return settings.noProxy.some(matchesNoProxy(url)) ? undefined : server
}
