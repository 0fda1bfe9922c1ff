import { assert, describe, it } from "@effect/vitest"
import * as ExchangeAdvice from "../../src/internal/advice/exchange.ts"

const advisor = (statusAuth = false) => {
  const { advise } = ExchangeAdvice.make({ statusAuth })
  return (asked: Partial<ExchangeAdvice.Asked>) =>
    advise({ op: "JobStatus", path: "/a", headers: {}, status: 200, at: 0, ...asked }).map(({ rule }) => rule)
}

describe("advice on how a client asks", () => {
  it("wants a second between two readings of a job's state", () => {
    const ask = advisor()
    assert.deepStrictEqual(ask({ at: 0 }), [])
    assert.deepStrictEqual(ask({ at: 999 }), ["status-pace"])
    assert.deepStrictEqual(ask({ at: 1999 }), [])
    assert.deepStrictEqual(ask({ at: 2000, path: "/b" }), [])
  })

  it("wants no token where the state needs none", () => {
    const headers = { authorization: "Bearer a.b.c" }
    assert.deepStrictEqual(advisor()({ headers }), ["status-token"])
    assert.deepStrictEqual(advisor(true)({ headers }), [])
  })

  it("wants some checksum with the bytes of an object", () => {
    const put = { op: "UploadPart" }
    assert.deepStrictEqual(advisor()({ ...put, headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }), ["checksum"])
    const enough = [
      { "content-md5": "x" },
      { "x-amz-checksum-crc32": "x" },
      { "x-amz-trailer": "x-amz-checksum-crc32" },
      { "x-amz-content-sha256": "a".repeat(64) }
    ]
    for (const headers of enough) assert.deepStrictEqual(advisor()({ ...put, headers }), [])
  })

  it("compares the type of an object with its name, and leaves other names alone", () => {
    const put = (path: string, type: string) =>
      advisor()({ op: "CreateMultipartUpload", path, headers: { "content-type": type } })
    assert.deepStrictEqual(put("/a/b.TIFF", "Image/TIFF; x=1"), [])
    assert.deepStrictEqual(put("/a/b.jpg", "image/png"), ["content-type"])
    assert.deepStrictEqual(put("/a/jpg", "image/png"), [])
  })

  it("says nothing of what was refused or broken off", () => {
    const bad = { op: "CreateMultipartUpload", path: "/a.png" }
    assert.deepStrictEqual(advisor()(bad), ["content-type"])
    assert.deepStrictEqual(advisor()({ ...bad, status: 403 }), [])
    assert.deepStrictEqual(advisor()({ ...bad, status: undefined }), [])
  })
})
