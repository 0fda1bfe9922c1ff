/**
 * How the sandbox shows a manifest otherwise than it was sent, if the query of its address asks for it: with its own
 * addresses in place of those of MPS, and with its images as an audience sees them.
 */
import * as Result from "effect/Result"
import * as ImageAddress from "../image/address.ts"
import * as Audience from "../image/audience.ts"
import * as Hosts from "./hosts.ts"

export interface View {
  readonly hosts: "as-sent" | "sandbox"
  readonly audience: Audience.Audience | undefined
}

/** Whether hosts are to be mapped; `undefined` if the parameter has a value that the sandbox does not know. */
const hostsIn = (query: URLSearchParams): "as-sent" | "sandbox" | undefined => {
  const values = query.getAll("hosts")
  if (values.length === 0) return "as-sent"
  return values.every((value) => value === "sandbox") ? "sandbox" : undefined
}

/** The view that a query asks for, or why there is none. */
export const of = (query: URLSearchParams): Result.Result<View, string> => {
  const hosts = hostsIn(query)
  const audience = Audience.inQuery(query)
  if (hosts === undefined) return Result.fail("The only value of the parameter hosts is sandbox")
  return audience === "unknown" ? Result.fail(Audience.EXPECTED) : Result.succeed({ hosts, audience })
}

const parameters = ({ audience, hosts }: View): ReadonlyArray<string> => [
  ...(hosts === "as-sent" ? [] : [`hosts=${hosts}`]),
  ...(audience === undefined ? [] : [`${Audience.PARAMETER}=${audience}`])
]

/** The query that asks for it, with its question mark. */
export const toQuery = (view: View): string => {
  const all = parameters(view)
  return all.length === 0 ? "" : `?${all.join("&")}`
}

/** What a reply says of it. */
export const headers = (view: View): Readonly<Record<string, string>> => {
  const all = parameters(view)
  return all.length === 0 ? {} : { "x-sandbox-view": all.join("; ") }
}

/** The text of a manifest, changed only in the addresses of the view. */
export const apply = ({ audience, hosts }: View, text: string, base: string): string => {
  const moved = hosts === "sandbox" ? Hosts.view(text, base) : text
  return audience === undefined
    ? moved
    : Hosts.mapStrings(moved, (value) => ImageAddress.seenBy(audience, value, base))
}
