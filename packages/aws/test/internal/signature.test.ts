import * as Sdk from "@aws-sdk/client-s3"
import { assert, describe, it } from "@effect/vitest"
import { SignatureV4 } from "@smithy/signature-v4"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import * as Signature from "../../src/internal/signature.ts"

const identities = [
  { accessKeyId: "SANDBOXKEY", secretAccessKey: "a-secret" },
  { accessKeyId: "SANDBOXOTHER", secretAccessKey: "another", sessionToken: "a/session+token==" }
]

const { config } = new Sdk.S3Client({ region: "us-east-1" })

/** The SDK's signature of the same request at the same time. */
const bySdk = (
  identity: typeof identities[number],
  request: Signature.Signable,
  query: Record<string, string>,
  at: string
) =>
  new SignatureV4({
    service: "s3",
    region: "us-east-1",
    credentials: identity,
    sha256: config.sha256,
    uriEscapePath: false,
    applyChecksum: false
  }).sign({ ...request, protocol: "https:", hostname: "s3.example", query }, {
    signingDate: new Date(at.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"))
  })

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

describe("a signature", () => {
  it.effect.prop(
    "equals the SDK's",
    [
      Schema.String.check(Schema.isMaxLength(40)),
      Schema.String.check(Schema.isPattern(/^[\x20-\x7e]{0,60}$/)),
      Schema.String.check(Schema.isPattern(/^[ -~]{1,30}$/)),
      Schema.Literals([0, 1])
    ],
    ([key, value, upload, who]) =>
      Effect.gen(function*() {
        const identity = identities[who]
        assert.isDefined(identity)
        const query = { partNumber: "7", uploadId: upload }
        const request = {
          method: "PUT",
          path: `/a.bucket/${encoded(key.toWellFormed())}`,
          query: `partNumber=7&uploadId=${encoded(upload)}`,
          headers: {
            host: "s3.example",
            "content-type": "image/tiff",
            "x-amz-meta-original-name": value,
            "x-amz-content-sha256": createHash("sha256").update(key.toWellFormed()).digest("hex")
          }
        }
        const sign = Signature.make({
          credentials: Object.assign(async () => identity, config.credentials),
          region: "us-east-1",
          service: "s3"
        })
        const signed = yield* Effect.promise(() => sign(request))
        const expected = yield* Effect.promise(() => bySdk(identity, request, query, signed["x-amz-date"] ?? ""))
        assert.strictEqual(signed["authorization"], expected.headers["authorization"])
        assert.strictEqual(signed["x-amz-security-token"], expected.headers["x-amz-security-token"])
      })
  )

  it.effect("uses the credentials that the provider currently returns", () =>
    Effect.gen(function*() {
      let calls = 0
      const sign = Signature.make({
        credentials: Object.assign(async () => identities[calls++ % 2] ?? assert.fail(), config.credentials),
        region: "us-east-1",
        service: "s3"
      })
      const request = { method: "PUT", path: "/", query: "", headers: { host: "h", "x-amz-content-sha256": "x" } }
      const keyIds: Array<string> = []
      for (let time = 0; time < 3; time++) {
        const { authorization } = yield* Effect.promise(() => sign(request))
        keyIds.push(/Credential=([^/]+)/.exec(authorization ?? "")?.[1] ?? "")
      }
      assert.deepStrictEqual(keyIds, ["SANDBOXKEY", "SANDBOXOTHER", "SANDBOXKEY"])
    }))
})
