import { assert, describe, it } from "@effect/vitest"
import { type ChunkedOptions, decodeAwsChunked } from "../../src/internal/s3/awsChunked.ts"
import { S3Error } from "../../src/internal/s3/errors.ts"
import { hmac } from "./support.ts"

const decode = async (wire: string, options: ChunkedOptions, step = 7) => {
  const source = async function*() {
    const bytes = Buffer.from(wire, "latin1")
    for (let i = 0; i < bytes.length; i += step) yield bytes.subarray(i, i + step)
  }
  let trailers: ReadonlyMap<string, string> | undefined
  const chunks: Array<Uint8Array> = []
  try {
    for await (const chunk of decodeAwsChunked(source(), options, (fields) => trailers = fields)) chunks.push(chunk)
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
  return { text: Buffer.concat(chunks).toString("latin1"), trailers: Object.fromEntries(trailers ?? []) }
}

// The example in the Amazon S3 API Reference, "Signature Calculations ... Transferring Payload in Multiple Chunks".
const signatures = [
  "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
  "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
  "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
]
const documented: ChunkedOptions = {
  decodedLength: 66_560,
  trailer: false,
  signing: {
    key: ["20130524", "us-east-1", "s3", "aws4_request"].reduce(
      hmac,
      Buffer.from("AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    ),
    timestamp: "20130524T000000Z",
    scope: "20130524/us-east-1/s3/aws4_request",
    seedSignature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
  }
}
const documentedBody = `10000;chunk-signature=${signatures[0]}\r\n${"a".repeat(65_536)}\r\n` +
  `400;chunk-signature=${signatures[1]}\r\n${"a".repeat(1024)}\r\n0;chunk-signature=${signatures[2]}\r\n\r\n`

describe("decodeAwsChunked", () => {
  it("accepts the documented signed upload, however it is split", async () => {
    for (const step of [1, 100, 70_000]) {
      assert.deepStrictEqual(await decode(documentedBody, documented, step), { text: "a".repeat(66_560), trailers: {} })
    }
  })

  it("rejects a changed byte, a changed signature and a missing signature", async () => {
    const changed = documentedBody.replace("\r\naaaa", "\r\nbaaa")
    assert.strictEqual(await decode(changed, documented, 4096), "SignatureDoesNotMatch")
    assert.strictEqual(await decode(documentedBody.replace("ad80", "ad81"), documented, 4096), "SignatureDoesNotMatch")
    assert.strictEqual(await decode(documentedBody.replace("b6c6", "b6c7"), documented, 4096), "SignatureDoesNotMatch")
    assert.strictEqual(await decode("3\r\nabc\r\n0\r\n\r\n", documented), "IncompleteBody")
  })

  it("reads trailers with either line ending", async () => {
    const options = { decodedLength: 5, trailer: true }
    const expected = { text: "hello", trailers: { "x-amz-checksum-crc32": "NhCmhg==" } }
    assert.deepStrictEqual(await decode("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", options), expected)
    assert.deepStrictEqual(await decode("5\r\nhello\r\n0\r\nX-Amz-Checksum-Crc32: NhCmhg==\n\r\n", options), expected)
    assert.deepStrictEqual(await decode("0\r\n\r\n", { decodedLength: 0, trailer: true }), { text: "", trailers: {} })
  })

  it("rejects trailers that are not announced or not well-formed", async () => {
    assert.strictEqual(await decode("0\r\na:b\r\n\r\n", { decodedLength: 0, trailer: false }), "MalformedTrailerError")
    assert.strictEqual(
      await decode("0\r\nnonsense\r\n\r\n", { decodedLength: 0, trailer: true }),
      "MalformedTrailerError"
    )
    assert.strictEqual(
      await decode("0\r\nx-amz-trailer-signature:00\r\n\r\n", { decodedLength: 0, trailer: true }),
      "MalformedTrailerError"
    )
  })

  it("compares the content with the decoded length", async () => {
    for (const decodedLength of [2, 4]) {
      assert.strictEqual(await decode("3\r\nabc\r\n0\r\n\r\n", { decodedLength, trailer: true }), "IncompleteBody")
    }
  })

  it("rejects invalid framing", async () => {
    const options = { decodedLength: 3, trailer: true }
    for (
      const wire of [
        "",
        "3\r\nab",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc\r\n",
        "3\r\nabc\r\n0\r\n",
        "x\r\nabc\r\n0\r\n\r\n",
        "3;chunk-extension=1\r\nabc\r\n0\r\n\r\n",
        "3\r\nabc\r\n0\r\n\r\nmore",
        "0".repeat(3000)
      ]
    ) assert.strictEqual(await decode(wire, options), "IncompleteBody", JSON.stringify(wire.slice(0, 40)))
  })

  it("accepts only a last chunk smaller than 8 KiB", async () => {
    const small = `5\r\nhello\r\n2000\r\n${"x".repeat(8192)}\r\n0\r\n\r\n`
    assert.strictEqual(await decode(small, { decodedLength: 8197, trailer: true }), "InvalidChunkSizeError")
    const fine = `2000\r\n${"x".repeat(8192)}\r\n5\r\nhello\r\n0\r\n\r\n`
    assert.deepStrictEqual(await decode(fine, { decodedLength: 8197, trailer: true }), {
      text: `${"x".repeat(8192)}hello`,
      trailers: {}
    })
  })
})
