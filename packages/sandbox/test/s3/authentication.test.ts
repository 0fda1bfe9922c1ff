import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import {
  amzDate,
  BUCKET,
  call,
  codeOf,
  expired,
  fresh,
  key,
  send,
  serve,
  session,
  sha256,
  signRequest,
  temporaryDirectory
} from "./support.ts"

const target = `/_s3/${BUCKET}/a%20b/%C3%A9%21`
const put = { method: "PUT", target, body: "hello" }
const ago = (minutes: number) => amzDate(Date.now() - minutes * 60_000)

// The examples in the Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header" and "... Using
// Query Parameters".
const documented = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
}
const scope = "20130524/us-east-1/s3/aws4_request"
const host = "examplebucket.s3.amazonaws.com"
const empty = sha256("")
const examples = [
  {
    target: "/test.txt",
    headers: { range: "bytes=0-9", "x-amz-content-sha256": empty },
    signed: "host;range;x-amz-content-sha256;x-amz-date",
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
  },
  {
    target: "/?lifecycle",
    headers: { "x-amz-content-sha256": empty },
    signed: "host;x-amz-content-sha256;x-amz-date",
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
  },
  {
    target: "/?max-keys=2&prefix=J",
    headers: { "x-amz-content-sha256": empty },
    signed: "host;x-amz-content-sha256;x-amz-date",
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
  }
]
const presigned = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
  "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z" +
  "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
  "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"

const documentedServer = Effect.gen(function*() {
  yield* TestClock.setTime(Date.UTC(2013, 4, 24))
  const directory = yield* temporaryDirectory
  return yield* serve(directory, {
    basePath: "",
    credential: (id) => id === documented.accessKeyId ? documented : undefined
  })
})

describe("signatures", () => {
  // The examples use virtual-hosted style. Here the path names a bucket that does not exist, so 404, or 501 for
  // lifecycle, means that the signature was accepted.
  it.effect("match the documented examples", () =>
    Effect.gen(function*() {
      const { port } = yield* documentedServer
      for (const example of examples) {
        const authorization = `AWS4-HMAC-SHA256 Credential=${documented.accessKeyId}/${scope},` +
          `SignedHeaders=${example.signed},Signature=${example.signature}`
        const headers = { host, "x-amz-date": "20130524T000000Z", ...example.headers, authorization }
        const reply = yield* send(port, "GET", example.target, headers)
        assert.include(["NoSuchBucket", "NotImplemented", "200"], codeOf(reply), example.target)
        const changed = yield* send(port, "GET", example.target, {
          ...headers,
          authorization: authorization.replace(/.$/, "x")
        })
        assert.strictEqual(codeOf(changed), "SignatureDoesNotMatch")
      }
    }))

  it.effect("are accepted in the query until they expire", () =>
    Effect.gen(function*() {
      const { port } = yield* documentedServer
      assert.strictEqual(codeOf(yield* send(port, "GET", presigned, { host })), "NoSuchBucket")
      assert.strictEqual(codeOf(yield* send(port, "GET", `${presigned}&x=y`, { host })), "SignatureDoesNotMatch")
      yield* TestClock.adjust("86400 seconds")
      assert.strictEqual(codeOf(yield* send(port, "GET", presigned, { host })), "NoSuchBucket")
      yield* TestClock.adjust("1 second")
      const late = yield* send(port, "GET", presigned, { host })
      assert.strictEqual(codeOf(late), "AccessDenied")
      assert.include(late.body, "Request has expired")
    }))

  it.live("cover path, query, header fields and body", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      assert.strictEqual((yield* call(port, put)).status, 200)
      const { headers } = signRequest(port, { ...put, payload: sha256("hello"), headers: { "content-length": "5" } })
      const code = (path: string, changed: Record<string, string>, body: string) =>
        Effect.map(send(port, "PUT", path, { ...headers, ...changed }, body), codeOf)
      assert.strictEqual(yield* code(target, {}, "hello"), "200")
      assert.strictEqual(yield* code(`${target}x`, {}, "hello"), "SignatureDoesNotMatch")
      assert.strictEqual(yield* code(`${target}?x=y`, {}, "hello"), "SignatureDoesNotMatch")
      assert.strictEqual(
        yield* code(target, { "x-amz-content-sha256": sha256("world") }, "world"),
        "SignatureDoesNotMatch"
      )
      assert.strictEqual(yield* code(target, {}, "world"), "XAmzContentSHA256Mismatch")
      assert.strictEqual(yield* code(target, { "x-amz-meta-a": "b" }, "hello"), "AccessDenied")
      assert.strictEqual(yield* code(target, { "x-amz-content-sha256": "nonsense" }, "hello"), "SignatureDoesNotMatch")
    }))

  it.live("report header fields that were not signed, and never a session token", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      const unsigned = yield* call(port, { ...put, headers: { "x-amz-acl": "private" }, unsigned: ["x-amz-acl"] })
      assert.include(unsigned.body, "<HeadersNotSigned>x-amz-acl</HeadersNotSigned>")
      const wrong = yield* call(port, { ...put, credential: { ...session, secretAccessKey: "no" } })
      assert.strictEqual(codeOf(wrong), "SignatureDoesNotMatch")
      assert.include(wrong.body, "<CanonicalRequest>PUT")
      assert.notInclude(wrong.body, session.sessionToken ?? "")
    }))

  it.live("are valid for one region, service, day and time", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      const code = (options: object) => Effect.map(call(port, { ...put, ...options }), codeOf)
      const region = yield* call(port, { ...put, region: "eu-central-1" })
      assert.strictEqual(codeOf(region), "AuthorizationHeaderMalformed")
      assert.include(region.body, "<Region>us-east-1</Region>")
      assert.strictEqual(yield* code({ service: "sts" }), "AuthorizationHeaderMalformed")
      assert.strictEqual(yield* code({ scopeDate: "20200101" }), "AuthorizationHeaderMalformed")
      assert.strictEqual(yield* code({ date: ago(14) }), "200")
      assert.strictEqual(yield* code({ date: ago(-14) }), "200")
      assert.strictEqual(yield* code({ date: ago(16) }), "RequestTimeTooSkewed")
      assert.strictEqual(yield* code({ date: ago(-16) }), "RequestTimeTooSkewed")
      assert.strictEqual(yield* code({ date: "yesterday" }), "AccessDenied")
    }))

  it.live("require a known credential that has not expired", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      const code = (credential: typeof key) => Effect.map(call(port, { ...put, credential }), codeOf)
      const { sessionToken: _, ...withoutToken } = session
      assert.strictEqual(yield* code(session), "200")
      assert.strictEqual(yield* code(withoutToken), "InvalidAccessKeyId")
      assert.strictEqual(yield* code({ ...session, sessionToken: "other" }), "InvalidToken")
      assert.strictEqual(yield* code({ ...key, sessionToken: "a/token+1==" }), "InvalidToken")
      assert.strictEqual(yield* code(expired), "ExpiredToken")
      assert.strictEqual(yield* code({ ...key, accessKeyId: "OTHER" }), "InvalidAccessKeyId")
      assert.strictEqual(yield* code({ ...key, secretAccessKey: "wrong" }), "SignatureDoesNotMatch")
    }))

  it.live("are required in exactly one supported form", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      const { headers } = signRequest(port, { method: "GET", target: `/_s3/${BUCKET}` })
      const code = (path: string, changed: Record<string, string>) =>
        Effect.map(send(port, "GET", path, { ...headers, ...changed }), codeOf)
      const path = `/_s3/${BUCKET}`
      assert.strictEqual(codeOf(yield* send(port, "GET", path, {})), "AccessDenied")
      assert.strictEqual(yield* code(path, {}), "200")
      assert.strictEqual(yield* code(path, { authorization: "AWS KEY:c2ln" }), "InvalidRequest")
      assert.strictEqual(yield* code(path, { authorization: "Bearer x" }), "InvalidArgument")
      assert.strictEqual(yield* code(path, { authorization: "AWS4-HMAC-SHA256 x" }), "AuthorizationHeaderMalformed")
      assert.strictEqual(yield* code(`${path}?X-Amz-Signature=x`, {}), "InvalidArgument")
      assert.strictEqual(
        codeOf(yield* send(port, "GET", `${path}?X-Amz-Signature=x`, {})),
        "AuthorizationQueryParametersError"
      )
      assert.strictEqual(codeOf(yield* send(port, "GET", `${path}?AWSAccessKeyId=x&Signature=y`, {})), "InvalidRequest")
      const { "x-amz-content-sha256": _, ...withoutHash } = headers
      assert.strictEqual(codeOf(yield* send(port, "GET", path, withoutHash)), "InvalidRequest")
      assert.strictEqual(yield* code("/_s3/%ff", {}), "InvalidURI")
    }))

  it.live("errors of HEAD requests have no body", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      const reply = yield* call(port, { method: "HEAD", target, credential: { ...key, secretAccessKey: "wrong" } })
      assert.strictEqual(reply.status, 403)
      assert.strictEqual(reply.body, "")
      assert.isString(reply.headers["x-amz-request-id"])
    }))
})
