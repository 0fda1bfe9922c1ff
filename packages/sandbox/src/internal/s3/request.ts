/** An HTTP request as S3 interprets it: path-style bucket and key, query, header fields. */
import * as Result from "effect/Result"
import type { IncomingMessage } from "node:http"
import { type S3Error, s3Error } from "./errors.ts"

export interface S3Request {
  readonly method: string
  /** The path as sent, percent-encoded and with the base path, which the signature covers. */
  readonly path: string
  /** Decoded name-value pairs in the order sent. */
  readonly query: ReadonlyArray<readonly [name: string, value: string]>
  /** Undefined for requests to the service itself. */
  readonly bucket: string | undefined
  /** Undefined for requests to the bucket itself; never empty. */
  readonly key: string | undefined
  readonly message: IncomingMessage
}

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not percent-encoded UTF-8: the caller replies InvalidURI.
    return undefined
  }
}

const parseQuery = (query: string): ReadonlyArray<readonly [string, string]> | undefined => {
  const pairs: Array<readonly [string, string]> = []
  for (const pair of query.split("&")) {
    if (pair === "") continue
    const equals = pair.indexOf("=")
    const name = decode((equals < 0 ? pair : pair.slice(0, equals)).replaceAll("+", " "))
    const value = decode(equals < 0 ? "" : pair.slice(equals + 1).replaceAll("+", " "))
    if (name === undefined || value === undefined) return undefined
    pairs.push([name, value])
  }
  return pairs
}

/** Splits the request target. A path is split and decoded but never normalized: `../x` is a key. */
export const parseRequest = (message: IncomingMessage, basePath: string): Result.Result<S3Request, S3Error> => {
  const target = message.url ?? ""
  const queryStart = target.indexOf("?")
  const path = queryStart < 0 ? target : target.slice(0, queryStart)
  const query = parseQuery(queryStart < 0 ? "" : target.slice(queryStart + 1))
  const below = path.slice(basePath.length)
  if (query === undefined || !path.startsWith(basePath) || (below !== "" && !below.startsWith("/"))) {
    return Result.fail(s3Error("InvalidURI", { URI: target }))
  }
  const slash = below.indexOf("/", 1)
  const bucket = decode(below.slice(1, slash < 0 ? undefined : slash))
  const key = decode(slash < 0 ? "" : below.slice(slash + 1))
  if (bucket === undefined || key === undefined) return Result.fail(s3Error("InvalidURI", { URI: target }))
  return Result.succeed({
    method: message.method ?? "",
    path,
    query,
    bucket: bucket === "" ? undefined : bucket,
    key: key === "" ? undefined : key,
    message
  })
}

/** The first value of a query parameter. */
export const parameter = (request: S3Request, name: string): string | undefined =>
  request.query.find(([known]) => known === name)?.[1]

/** The value of a header field; several fields with the same name are joined by commas, as HTTP specifies. */
export const header = (request: S3Request, name: string): string | undefined =>
  request.message.headersDistinct[name]?.join(",")

/** All header fields whose names start with `prefix`, by lower-case name without the prefix. */
export const headersWith = (request: S3Request, prefix: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.message.headersDistinct)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), (values ?? []).join(",")])
  )
