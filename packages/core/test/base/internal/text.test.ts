import { assert, describe, it } from "@effect/vitest"
import { redactText } from "../../../src/base/internal/text.ts"
import { pem, rsa } from "../../support/keys.ts"

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpYXQiOjF9.c2lnbmF0dXJlLXBhcnQ"

const leaks: ReadonlyArray<readonly [form: string, text: string, secret: string]> = [
  ["a token", `got ${jwt}.`, "c2lnbmF0dXJl"],
  ["a token without its signature", "eyJhbGciOiJSUzI1NiJ9.eyJpYXQiOjF9", "eyJpYXQiOjF9"],
  ["a bearer header", "Authorization: Bearer abc.def-123", "abc.def-123"],
  ["a bearer header in JSON", `{"authorization":"bearer ${jwt}"}`, "eyJ"],
  [
    "an AWS signature",
    "Authorization: AWS4-HMAC-SHA256 Credential=AKIA1/x, SignedHeaders=host, Signature=deadbeef",
    "deadbeef"
  ],
  ["a signed address", "https://b/k?X-Amz-Credential=AKIA1%2Fx&X-Amz-Signature=deadbeef&a=b", "deadbeef"],
  ["a session token", `{"x-amz-security-token": "FwoGZXIvYXdzEBc+/="}`, "FwoGZXIvYXdz"],
  ["a session token header", "X-Amz-Security-Token: FwoGZXIvYXdzEBc", "FwoGZXIvYXdz"]
]

describe("redactText", () => {
  it.each(leaks)("removes %s", (_, text, secret) => {
    const redacted = redactText(text)
    assert.notInclude(redacted, secret)
    assert.include(redacted, "<redacted>")
  })

  it("removes a private key, complete or truncated", () => {
    const { privateKey } = rsa()
    for (const type of ["pkcs1", "pkcs8"] as const) {
      const text = pem(privateKey, type)
      assert.strictEqual(redactText(`before ${text.trim()} after`), "before <redacted> after")
      assert.strictEqual(redactText(`before ${text.slice(0, 300)}`), "before <redacted>")
    }
  })

  it.each([
    "",
    "<html><body>Bad Gateway</body></html>",
    `{"error":"the bearer of this message"}`,
    "eyJ is how Base64 of JSON begins",
    "identifier AT:page1 has no imageSize"
  ])("leaves %j unchanged, except for a word after bearer", (text) => {
    assert.strictEqual(redactText(text).replace("<redacted>", "bearer of"), text)
  })
})
