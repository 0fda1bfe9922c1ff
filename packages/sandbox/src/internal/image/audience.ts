/**
 * Who is looking at an image whose policy tells the public from those who are signed in. The sandbox knows no people: a
 * request says it itself, in its path, its query or a cookie.
 */
import type { Exchange } from "../http/exchange.ts"
import * as Query from "../http/query.ts"

export type Audience = "public" | "authenticated"
export const AUDIENCES: ReadonlyArray<Audience> = ["public", "authenticated"]

/** The name of the parameter and of the cookie. */
export const PARAMETER = "sandbox-audience"
export const EXPECTED = `The values of ${PARAMETER} are ${AUDIENCES.join(" and ")}`

const DEFAULT: Audience = "public"

export const isAudience = (text: string): text is Audience => text === "public" || text === "authenticated"

export const other = (audience: Audience): Audience => audience === "public" ? "authenticated" : "public"

/** As a sentence names them. */
export const named = (audience: Audience): string => audience === "public" ? "the public" : "someone signed in"

/** What a query says: `undefined` where it says nothing, `unknown` where the sandbox does not know the value. */
export const inQuery = (query: URLSearchParams): Audience | "unknown" | undefined => {
  const [first, ...others] = query.getAll(PARAMETER)
  if (first === undefined) return undefined
  return isAudience(first) && others.every((value) => value === first) ? first : "unknown"
}

/** The browser decides what is in it, so a value that is unknown is as good as none. */
const inCookie = (header: string | undefined): Audience | undefined =>
  (header ?? "").split(";").map((pair) => pair.trim().split("=", 2)).flatMap(([name, value = ""]) =>
    name === PARAMETER && isAudience(value) ? [value] : []
  )[0]

/** For a request whose path does not say it. */
export const of = (exchange: Exchange): Audience | "unknown" =>
  inQuery(Query.of(exchange)) ?? inCookie(exchange.request.headers.cookie) ?? DEFAULT
