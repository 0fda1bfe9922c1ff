/** Redacts secrets in logged requests. */
import type { IncomingHttpHeaders } from "node:http"
import { decodeSegment } from "../http/exchange.ts"

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
  return SECRET_QUERY.test(decodeSegment(name)) ? `${name}=${REDACTED}` : pair
}

export const target = (url: string): string => {
  const queryStart = url.indexOf("?")
  return queryStart < 0
    ? url
    : `${url.slice(0, queryStart + 1)}${url.slice(queryStart + 1).split("&").map(parameter).join("&")}`
}

const TOKEN_LIMIT = 8 * 1024

/**
 * What a bearer token claims, decoded and without its signature, which alone makes it a secret. `undefined` for anything
 * that is not of a JWT's form.
 */
export const tokenClaims = (authorization: string | undefined) => {
  if (authorization === undefined || authorization.length > TOKEN_LIMIT) return undefined
  const [, header, payload] = /^Bearer +([\w-]+)\.([\w-]+)\.[\w-]*$/i.exec(authorization) ?? []
  const decode = (part: string) => Buffer.from(part, "base64url").toString("utf8")
  return header === undefined || payload === undefined
    ? undefined
    : { header: decode(header), payload: decode(payload) }
}

/** S3 repeats in an error the signature that it was sent. */
export const body = (text: string): string =>
  text.replaceAll(/(<SignatureProvided>)[^<]*/g, (_, tag: string) => `${tag}${REDACTED}`)
