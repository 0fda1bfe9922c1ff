/**
 * Decodes the content encoding `aws-chunked`: chunks with a size and, if the request is signed that way, a signature
 * each, followed by trailing header fields.
 *
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
 * Multiple Chunks" and "... (Chunked Upload) with trailing headers".
 */
import { createHash } from "node:crypto"
import { s3Error } from "./errors.ts"
import { type ChunkSigning, isSameSignature, sign } from "./sigv4.ts"

export interface ChunkedOptions {
  /** Length in bytes without the framing, from `x-amz-decoded-content-length`. */
  readonly decodedLength: number
  /** Whether header fields follow the last chunk. */
  readonly trailer: boolean
  readonly signing?: ChunkSigning
}

const MIN_CHUNK = 8192
const MAX_LINE = 1024
const MAX_TRAILERS = 8
const TRAILER_SIGNATURE = "x-amz-trailer-signature"
const emptySha256 = createHash("sha256").digest("hex")

const incompleteBody = (why: string) => s3Error("IncompleteBody", {}, why)

/** Reads lines and slices from a stream of bytes. Slices are not copied. */
class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next()
      if (next.done === true) return false
      this.#rest = next.value
    }
    return true
  }

  /** At least one and at most `limit` bytes; undefined at the end. */
  async slice(limit: number): Promise<Uint8Array | undefined> {
    if (!await this.#fill()) return undefined
    const bytes = this.#rest.subarray(0, limit)
    this.#rest = this.#rest.subarray(bytes.length)
    return bytes
  }

  /** Releases the source, so that the rest of it can be drained. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }

  /** The text up to the next line feed, without the line ending. */
  async line(): Promise<string> {
    let line = ""
    while (line.length <= MAX_LINE) {
      if (!await this.#fill()) throw incompleteBody("The request body ends in the middle of its aws-chunked framing.")
      const end = this.#rest.indexOf(10)
      const upTo = end < 0 ? this.#rest.length : end
      line += Buffer.from(this.#rest.subarray(0, Math.min(upTo, MAX_LINE + 1))).toString("latin1")
      this.#rest = this.#rest.subarray(end < 0 ? upTo : end + 1)
      if (end >= 0) return line.endsWith("\r") ? line.slice(0, -1) : line
    }
    throw incompleteBody("A line of the aws-chunked framing is too long.")
  }
}

/** The chain of signatures: each chunk signature covers the previous signature. */
class SignatureChain {
  readonly #signing: ChunkSigning
  #previous: string
  #hash = createHash("sha256")

  constructor(signing: ChunkSigning) {
    this.#signing = signing
    this.#previous = signing.seedSignature
  }

  update(bytes: Uint8Array) {
    this.#hash.update(bytes)
  }

  chunk(signature: string | undefined) {
    this.#check("AWS4-HMAC-SHA256-PAYLOAD", [emptySha256, this.#hash.digest("hex")], signature)
    this.#hash = createHash("sha256")
  }

  trailer(lines: string, signature: string | undefined) {
    this.#check("AWS4-HMAC-SHA256-TRAILER", [createHash("sha256").update(lines, "latin1").digest("hex")], signature)
  }

  #check(kind: string, hashes: ReadonlyArray<string>, signature: string | undefined) {
    const { key, scope, timestamp } = this.#signing
    const stringToSign = [kind, timestamp, scope, this.#previous, ...hashes].join("\n")
    const expected = sign(key, stringToSign)
    if (signature === undefined || !isSameSignature(expected, signature)) {
      throw s3Error("SignatureDoesNotMatch", { StringToSign: stringToSign, SignatureProvided: signature ?? "" })
    }
    this.#previous = expected
  }
}

const chunkHeader = (line: string, signed: boolean) => {
  const match = /^([0-9a-fA-F]{1,13})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line)
  if (match === null || (match[2] !== undefined) !== signed) {
    throw incompleteBody(`A chunk of the body does not start with its size${signed ? " and signature" : ""}.`)
  }
  return { size: Number.parseInt(match[1] ?? "", 16), signature: match[2] }
}

const readTrailers = async (reader: ByteReader): Promise<Map<string, string>> => {
  const trailers = new Map<string, string>()
  for (let line = await reader.line(); line !== ""; line = await reader.line()) {
    const colon = line.indexOf(":")
    if (colon <= 0 || trailers.size >= MAX_TRAILERS) throw s3Error("MalformedTrailerError")
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return trailers
}

const checkTrailers = (trailers: Map<string, string>, chain: SignatureChain | undefined) => {
  const signature = trailers.get(TRAILER_SIGNATURE)
  if (chain === undefined && signature !== undefined) throw s3Error("MalformedTrailerError")
  trailers.delete(TRAILER_SIGNATURE)
  const lines = Array.from(trailers, ([name, value]) => `${name}:${value}\n`).join("")
  chain?.trailer(lines, signature)
}

async function* decodeChunks(
  reader: ByteReader,
  options: ChunkedOptions,
  trailers: (fields: ReadonlyMap<string, string>) => void
): AsyncGenerator<Uint8Array> {
  const chain = options.signing === undefined ? undefined : new SignatureChain(options.signing)
  let decoded = 0
  let shortChunk: { readonly number: number; readonly size: number } | undefined
  for (let number = 1;; number++) {
    const { signature, size } = chunkHeader(await reader.line(), chain !== undefined)
    if (size > 0 && shortChunk !== undefined) {
      throw s3Error("InvalidChunkSizeError", { Chunk: `${shortChunk.number + 1}`, BadChunkSize: `${shortChunk.size}` })
    }
    if (size < MIN_CHUNK) shortChunk = { number, size }
    decoded += size
    if (decoded > options.decodedLength) {
      throw incompleteBody("The body is longer than x-amz-decoded-content-length.")
    }
    for (let left = size; left > 0;) {
      const bytes = await reader.slice(left)
      if (bytes === undefined) throw incompleteBody("The request body ends in the middle of a chunk.")
      left -= bytes.length
      chain?.update(bytes)
      yield bytes
    }
    chain?.chunk(signature)
    if (size === 0) break
    if (await reader.line() !== "") throw incompleteBody("A chunk of the body is longer than its declared size.")
  }
  const fields = await readTrailers(reader)
  if (options.trailer) checkTrailers(fields, chain)
  else if (fields.size > 0) throw s3Error("MalformedTrailerError")
  if (await reader.slice(1) !== undefined) throw incompleteBody("Bytes follow the end of the aws-chunked body.")
  if (decoded < options.decodedLength) {
    throw incompleteBody("The body is shorter than x-amz-decoded-content-length.")
  }
  trailers(fields)
}

/**
 * Yields the content without its framing; calls `trailers` once, after the last byte. Throws an S3Error as soon as
 * anything is invalid; the caller must then discard the bytes yielded before.
 */
export const decodeAwsChunked = async function*(
  source: AsyncIterable<Uint8Array>,
  options: ChunkedOptions,
  trailers: (fields: ReadonlyMap<string, string>) => void
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source)
  try {
    yield* decodeChunks(reader, options, trailers)
  } finally {
    await reader.close()
  }
}
