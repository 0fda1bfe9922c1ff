/** Redacts secrets in logged requests. */
import type { IncomingHttpHeaders } from "node:http"

export const REDACTED = "<redacted>"
const SECRET_HEADERS = new Set(["authorization", "proxy-authorization", "cookie", "x-amz-security-token", "x-api-key"])
const SECRET_QUERY = /^(x-amz-(signature|credential|security-token)|awsaccesskeyid|signature|access_token|token)$/i

export const headers = (all: IncomingHttpHeaders): Readonly<Record<string, string>> => {
  const redacted: Record<string, string> = {}
  for (const name in all) redacted[name] = SECRET_HEADERS.has(name) ? REDACTED : String(all[name])
  return redacted
}

const parameter = (pair: string): string => {
  const name = pair.split("=", 1)[0] ?? ""
  return SECRET_QUERY.test(name) ? `${name}=${REDACTED}` : pair
}

export const target = (url: string): string => {
  const queryStart = url.indexOf("?")
  return queryStart < 0
    ? url
    : `${url.slice(0, queryStart + 1)}${url.slice(queryStart + 1).split("&").map(parameter).join("&")}`
}
