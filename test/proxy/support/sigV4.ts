/** Verifies AWS Signature Version 4 as the service does, without the SDK. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"

export interface Received {
  readonly method: string
  /** The request target from the request line. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex")
const hmac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text).digest()

/** Percent-encodes everything but letters, digits and `-._~` (RFC 3986). */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const canonicalQuery = (query: string) =>
  [...new URLSearchParams(query)].map(([key, value]) => `${encode(key)}=${encode(value)}`).toSorted().join("&")

/** What is wrong with a request's signature; `undefined` if it is valid. */
export const problemWith = (request: Received, keys: Keys, service: string, region: string): string | undefined => {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
      .exec(request.headers["authorization"] ?? "")
  if (match === null) return "not signed"
  const [, id, day = "", signedRegion = "", signedService = "", names = "", signature = ""] = match
  if (id !== keys.accessKeyId) return "unknown key"
  if (signedRegion !== region || signedService !== service) return `scope is ${signedRegion}/${signedService}`
  if (request.headers["x-amz-security-token"] !== keys.sessionToken) return "wrong session"
  const stamp = String(request.headers["x-amz-date"])
  const at = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"))
  if (!stamp.startsWith(day) || !(Math.abs(Date.now() - at) < 5 * 60_000)) return "wrong time"
  const signed = names.split(";")
  const required = ["host", "x-amz-date", ...(keys.sessionToken === undefined ? [] : ["x-amz-security-token"])]
  if (!required.every((name) => signed.includes(name))) return `only ${names} are signed`
  const hash = String(request.headers["x-amz-content-sha256"] ?? sha256(request.body))
  const isOpen = service === "s3" && /^(?:UNSIGNED-PAYLOAD|STREAMING-)/.test(hash)
  if (!isOpen && hash !== sha256(request.body)) return "the body does not match its hash"
  const [path = "", query = ""] = request.target.split("?")
  const canonical = [
    request.method,
    // for services other than S3, the path is encoded once more
    service === "s3" ? path : path.split("/").map(encode).join("/"),
    canonicalQuery(query),
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    names,
    hash
  ].join("\n")
  const scope = `${day}/${region}/${service}/aws4_request`
  const text = ["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical)].join("\n")
  const key = [region, service, "aws4_request"].reduce(hmac, hmac(`AWS4${keys.secretAccessKey}`, day))
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex")) ? undefined : "the signature does not match"
}
