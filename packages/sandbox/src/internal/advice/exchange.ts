/** What a client did wrong in how it asked, as its headers and the pace of its requests show. */
import { isReadonlyObject } from "effect/Predicate"
import type { IncomingHttpHeaders as Headers } from "node:http"
import type { Note } from "../../RequestLog.ts"
import * as ParseJson from "../log/parseJson.ts"
import * as Redact from "../log/redact.ts"
import { note } from "./notes.ts"

export interface Asked {
  readonly op: string
  readonly path: string
  readonly headers: Headers
  /** Of the reply, if there was one. */
  readonly status: number | undefined
  /** When it came, in milliseconds since 1970. */
  readonly at: number
}

export interface Advisor {
  readonly advise: (asked: Asked) => ReadonlyArray<Note>
  readonly reset: () => void
}

const NONE: ReadonlyArray<Note> = []

/** Media types by the end of an object's name. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  tif: "image/tiff",
  tiff: "image/tiff",
  jp2: "image/jp2"
}

const contentType = (headers: Headers, path: string): ReadonlyArray<Note> => {
  const [type = ""] = (headers["content-type"] ?? "").toLowerCase().split(";")
  const expected = EXTENSIONS[path.slice(path.lastIndexOf(".") + 1).toLowerCase()]
  if (expected === undefined || type.trim() === expected) return NONE
  return [
    type === ""
      ? note("content-type", `The object has no Content-Type, so that it is no image to anyone: send ${expected}`)
      : note("content-type", `The object's Content-Type is ${type.trim()}, but by its name it is ${expected}`)
  ]
}

const CHECKSUMS = /^(?:content-md5|x-amz-trailer|x-amz-checksum-.+)$/

const checksum = (headers: Headers): ReadonlyArray<Note> => {
  const isHashed = /^[0-9a-f]{64}$/.test(String(headers["x-amz-content-sha256"] ?? ""))
  return isHashed || Object.keys(headers).some((name) => CHECKSUMS.test(name))
    ? NONE
    : [note("checksum", "The bytes were sent without a checksum, so that S3 cannot tell whether they arrived intact")]
}

const MAX_LIFETIME_SECONDS = 3600

const lifetime = ({ authorization }: Headers): ReadonlyArray<Note> => {
  const payload = ParseJson.parse(Redact.tokenClaims(authorization)?.payload ?? "")
  if (!isReadonlyObject(payload)) return NONE
  const { exp, iat } = payload
  if (typeof exp !== "number" || typeof iat !== "number" || exp - iat <= MAX_LIFETIME_SECONDS) return NONE
  const minutes = Math.round((exp - iat) / 60)
  return [note("token-lifetime", `The token is valid for ${minutes} minutes: one for each request needs a few only`)]
}

const MAX_JOBS = 1000
const MIN_INTERVAL_MILLIS = 1000

/** How often the status of each job is asked for. */
const makePace = () => {
  const last = new Map<string, number>()
  return {
    reset: () => last.clear(),
    ask: (path: string, at: number): ReadonlyArray<Note> => {
      const before = last.get(path)
      if (before === undefined && last.size >= MAX_JOBS) last.clear()
      last.set(path, at)
      return before === undefined || at - before >= MIN_INTERVAL_MILLIS
        ? NONE
        : [note("status-pace", `The job's status was asked for again after ${at - before} ms: wait a second at least`)]
    }
  }
}

const token = ({ authorization }: Headers): ReadonlyArray<Note> =>
  authorization === undefined
    ? NONE
    : [
      note("status-token", "A token was sent for a job's status, which needs none: it may be seen by more than need be")
    ]

/** `statusAuth`: whether the status needs a token here. */
export const make = ({ statusAuth }: { readonly statusAuth: boolean }): Advisor => {
  const pace = makePace()
  return {
    reset: pace.reset,
    advise: ({ at, headers, op, path, status }) => {
      // Images and tiles are most of all requests.
      if (op === "Image" || op === "ImageInfo" || status === undefined || status >= 400) return NONE
      if (op === "PutObject") return [...contentType(headers, path), ...checksum(headers)]
      if (op === "CreateMultipartUpload") return contentType(headers, path)
      if (op === "UploadPart") return checksum(headers)
      if (op === "Initialize") return lifetime(headers)
      return op === "JobStatus" ? [...pace.ask(path, at), ...(statusAuth ? NONE : token(headers))] : NONE
    }
  }
}
