/** The smallest client that can ask MPS: no code of the packages, so that none of their mistakes is repeated. */
import { createHash, createHmac, sign } from "node:crypto"
import type { Settings } from "./settings.ts"

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Undefined for what is not JSON. */
  readonly json: unknown
}

/** Follows a path of keys and indices through JSON. */
export const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>(
    (parent, key) => typeof parent === "object" && parent !== null ? Reflect.get(parent, key) : undefined,
    value
  )

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const ask = async (url: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(60_000), ...init })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parse(text) }
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

export interface TokenParts {
  readonly header?: Readonly<Record<string, unknown>>
  readonly payload?: Readonly<Record<string, unknown>>
  /** Instead of a signature of the key. */
  readonly signature?: string
}

/** A token that is valid for five minutes, but for the parts that are given. */
export const token = ({ issuer, kid, privateKey }: Settings, parts: TokenParts = {}): string => {
  const now = Math.floor(Date.now() / 1000)
  const header = { alg: "RS256", typ: "JWT", iss: issuer, kid, resources: ["ingest"], ...parts.header }
  const input = `${encode(header)}.${encode({ iat: now, exp: now + 300, ...parts.payload })}`
  return `${input}.${parts.signature ?? sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`
}

export const initialize = (settings: Settings, body: unknown, bearer = token(settings)): Promise<Answer> =>
  ask(`${settings.ingestUrl}/initialize`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body)
  })

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex")
const hmac = (key: string | Uint8Array, data: string) => createHmac("sha256", key).update(data).digest()

/** Puts an object into the bucket, whose key needs no encoding. */
export const put = async (settings: Settings, key: string, body: Uint8Array): Promise<void> => {
  const { bucket, region, s3, s3Endpoint } = settings
  if (s3 === undefined) throw new Error("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
  const url = new URL(`${s3Endpoint}/${bucket}/${key}`)
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "")
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`
  const headers: Record<string, string> = {
    host: url.host,
    "x-amz-content-sha256": sha256(body),
    "x-amz-date": time,
    ...(s3.sessionToken === undefined ? {} : { "x-amz-security-token": s3.sessionToken })
  }
  const names = Object.keys(headers).sort()
  const lines = names.map((name) => `${name}:${headers[name]}`)
  const canonical = ["PUT", url.pathname, "", ...lines, "", names.join(";"), sha256(body)].join("\n")
  const signingKey = scope.split("/").reduce<string | Uint8Array>(hmac, `AWS4${s3.secretAccessKey}`)
  const signature = hmac(signingKey, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n")).toString("hex")
  const { host: _, ...sent } = headers
  const { status } = await ask(url.href, {
    method: "PUT",
    headers: {
      ...sent,
      authorization: `AWS4-HMAC-SHA256 Credential=${s3.accessKeyId}/${scope}, SignedHeaders=${
        names.join(";")
      }, Signature=${signature}`
    },
    body: Buffer.from(body)
  })
  if (status !== 200) throw new Error(`S3 replied ${status} to PutObject`)
}
