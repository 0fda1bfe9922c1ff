/** Requests to the S3 endpoint: most are signed and nearly valid. */
import { createHash } from "node:crypto"
import type { Random } from "../../../../packages/iiif/test/support/random.ts"
import { signRequest } from "../../../../packages/sandbox/test/s3/support.ts"
import { keys, tooLong } from "../hostileKeys.ts"
import { type Generator, oddNumbers, oddTexts, scratch, type Target, write } from "./types.ts"

const sha256 = (data: string) => createHash("sha256").update(data).digest("hex")

const escape = (key: string) =>
  encodeURIComponent(key).replaceAll("%2F", "/").replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  )

/** A few, so that what is stored does not grow without end. */
const plainKeys = ["images/A.png", "images/B.tif", "images/C.jpg", "a/b/c", "x"]

const keyOf = (random: Random): string => random.is(0.5) ? random.pick(plainKeys) : random.pick([...keys, ...tooLong])

const queries = [
  "",
  "",
  "",
  "uploads",
  "uploadId=x",
  "partNumber=1&uploadId=x",
  "attributes",
  "list-type=2",
  "list-type=2&prefix=images%2F&delimiter=%2F&max-keys=2",
  "prefix=..%2F&marker=%00",
  "delete",
  "location",
  "versions",
  "acl",
  "tagging",
  "encoding-type=url&list-type=2&start-after=a",
  "max-keys=-1",
  "continuation-token=x&list-type=2",
  "response-content-type=text%2Fhtml",
  "response-content-disposition=%0d%0ax-evil:1"
]

const names = [
  "prefix",
  "delimiter",
  "max-keys",
  "marker",
  "start-after",
  "continuation-token",
  "encoding-type",
  "list-type",
  "uploads",
  "uploadId",
  "partNumber",
  "max-uploads",
  "max-parts",
  "part-number-marker",
  "response-content-type",
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-Expires",
  "X-Amz-Date"
]

const queryOf = (random: Random): string => {
  const query = random.pick(queries)
  if (random.is(0.6)) return query
  const more = random.some(
    1,
    3,
    () => `${random.pick(names)}=${encodeURIComponent(random.pick([...oddNumbers, ...oddTexts, ...keys.slice(0, 40)]))}`
  )
  return [query, ...more].filter((part) => part !== "").join("&")
}

const checksums = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256", "md5", "frob"]

const fields: ReadonlyArray<(random: Random, bucket: string) => readonly [name: string, value: string]> = [
  (random) => ["content-md5", random.pick(["", "x", "1B2M2Y8AsgTpgAmY7PhCfg==", "AAAAAAAAAAAAAAAAAAAAAA=="])],
  (random) => [`x-amz-checksum-${random.pick(checksums)}`, random.pick(["", "AAAAAA==", "x", "AAAAAAAAAAA="])],
  (random) => ["x-amz-sdk-checksum-algorithm", random.pick([...checksums, "CRC32"])],
  (random) => ["x-amz-checksum-algorithm", random.pick([...checksums, "CRC32"])],
  (random) => ["x-amz-checksum-type", random.pick(["FULL_OBJECT", "COMPOSITE", "x"])],
  (random) => ["x-amz-checksum-mode", random.pick(["ENABLED", "x"])],
  (random, bucket) => ["x-amz-copy-source", `/${random.pick([bucket, "other", ""])}/${escape(keyOf(random))}`],
  (random) => ["x-amz-copy-source", random.pick(oddTexts.filter((text) => !text.includes("\u00e9")))],
  (random) => ["x-amz-copy-source-range", random.pick(["bytes=0-1", "bytes=9-1", "x", "bytes=0-99999999999999"])],
  (
    random
  ) => ["range", random.pick(["bytes=0-0", "bytes=-1", "bytes=5-1", "bytes=0-,1-", "x", "bytes=99-999999999999999"])],
  (random) => ["if-match", random.pick(["*", "\"x\"", "x", "W/\"x\"", ""])],
  (random) => ["if-none-match", random.pick(["*", "\"x\"", "x", ""])],
  (
    random
  ) => ["if-modified-since", random.pick(["Thu, 32 Foo 2026 99:99:99 GMT", "x", "Thu, 01 Jan 1970 00:00:00 GMT"])],
  (random) => ["content-type", random.pick(["image/png", "text/html", "x", "", "a/b; c=\"d"])],
  (random) => ["x-amz-meta-note", random.pick(["x", "", "=?UTF-8?B?w6k=?=", "y".repeat(3000)])],
  (random) => ["x-amz-object-attributes", random.pick(["ETag,Checksum,ObjectParts", "x", ""])],
  (random) => ["x-amz-trailer", random.pick(["x-amz-checksum-crc32", "x", ""])],
  (random) => ["x-amz-decoded-content-length", random.pick(oddNumbers.filter((text) => text !== "١"))],
  (random) => ["x-amz-metadata-directive", random.pick(["COPY", "REPLACE", "x"])],
  () => ["content-encoding", "aws-chunked"]
]

const documents = [
  "",
  "<",
  "<a/>",
  "<Delete><Object><Key>images/A.png</Key></Object></Delete>",
  "<Delete><Object><Key>../../x</Key></Object><Quiet>true</Quiet></Delete>",
  "<Delete></Delete>",
  "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>",
  "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Delete><Object><Key>&e;</Key></Object></Delete>",
  `<Delete>${"<Object><Key>x</Key></Object>".repeat(1001)}</Delete>`,
  "<a>".repeat(5000),
  "<CreateBucketConfiguration><LocationConstraint>x</LocationConstraint></CreateBucketConfiguration>"
]

/** Of chunks: right, wrong, or none. */
const framed = [
  "5\r\nhello\r\n0\r\n\r\n",
  "5;chunk-signature=x\r\nhello\r\n0;chunk-signature=x\r\n\r\n",
  "zz\r\n",
  "5\r\nhel"
]

const bodyOf = (random: Random, method: string): string => {
  if (method === "POST") return random.is(0.2) ? scratch(random, random.pick(documents)) : random.pick(documents)
  if (method !== "PUT") return ""
  return random.pick(["", "x", "hello", "y".repeat(70_000), ...framed, "<a/>"])
}

const payloads = [
  "UNSIGNED-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "x",
  sha256("other")
]

const bucketOf = (random: Random, bucket: string): string =>
  random.is(0.9) ? bucket : random.pick(["other", "..", "UPPER", "x", "%2e%2e", "a".repeat(64), "__proto__", ""])

const withSignature = (random: Random, target: Target, parts: {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly payload: string
}): Record<string, string> => {
  const { accessKeyId, secretAccessKey, port } = target
  const signed = signRequest(port, {
    method: parts.method,
    target: parts.path,
    headers: parts.headers,
    payload: parts.payload,
    credential: { accessKeyId: random.is(0.02) ? "OTHER" : accessKeyId, secretAccessKey }
  }).headers
  if (random.is(0.9)) return signed
  const name = random.pick(Object.keys(signed).filter((field) => field !== "host"))
  return { ...signed, [name]: scratch(random, signed[name] ?? "").replaceAll(/[\r\n]/g, "") }
}

/** A request as it is signed; a tenth have something wrong with the signature. */
export const s3: Generator = (random, target) => {
  const method = random.is(0.05)
    ? random.pick(["PATCH", "OPTIONS", "TRACE"])
    : random.pick(["PUT", "PUT", "GET", "GET", "HEAD", "POST", "DELETE"])
  const bucket = bucketOf(random, target.bucket)
  const key = random.is(0.15) ? "" : `/${escape(keyOf(random))}`
  const query = queryOf(random)
  const path = `/_s3/${bucket}${key}${query === "" ? "" : `?${query}`}`
  const body = bodyOf(random, method)
  const headers: Record<string, string> = {}
  for (const make of random.some(0, 2, () => random.pick(fields))) {
    const [name, value] = make(random, target.bucket)
    headers[name] = value
  }
  const payload = random.is(0.85) ? sha256(body) : random.pick(payloads)
  const signed = withSignature(random, target, { method, path, headers, payload })
  return write(target, {
    kind: "s3",
    method,
    path: random.is(0.03) ? scratch(random, path).replaceAll(" ", "") : path,
    headers: signed,
    ...(body === "" && method !== "PUT" && method !== "POST" ? {} : { body })
  })
}
