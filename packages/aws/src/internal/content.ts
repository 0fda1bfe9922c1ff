import type { Buffers } from "@iiif-ingest/core/base/Buffers"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { hash } from "node:crypto"
import { crc32 } from "node:zlib"
import * as SourceFile from "./sourceFile.ts"

/** Writes bytes to a connection; resolves when they are flushed, so that their buffer may be reused. */
export type Push = (bytes: Uint8Array, isLast: boolean) => Promise<void>

/** A body as it is sent, and the headers that describe it. */
export interface Content {
  readonly headers: Readonly<Record<string, string>>
  /** Content-Length, in bytes. */
  readonly length: number
  readonly write: (push: Push) => Promise<void>
  /** Of the bytes that were sent; valid after `write`. */
  readonly crc32: () => Crc32.Crc32
}

/** Largest single write to a connection, in bytes: TLS keeps a copy of it. */
const sliceSize = 512 * 1024

/** A body in memory, with its checksum in a header. The payload is hashed for the signature only if `hashPayload`. */
export const ofBytes = (
  bytes: Uint8Array,
  options: { readonly md5Only: boolean; readonly hashPayload: boolean }
): Content => {
  const checksum = Crc32.Crc32.make(crc32(bytes))
  return {
    headers: {
      ...(options.md5Only
        ? { "content-md5": hash("md5", bytes, "base64") }
        : { "x-amz-checksum-crc32": Crc32.toBase64(checksum) }),
      "x-amz-content-sha256": options.hashPayload ? hash("sha256", bytes, "hex") : "UNSIGNED-PAYLOAD"
    },
    length: bytes.length,
    write: async (push) => {
      let at = 0
      for (; at + sliceSize < bytes.length; at += sliceSize) await push(bytes.subarray(at, at + sliceSize), false)
      await push(bytes.subarray(at), true)
    },
    crc32: () => checksum
  }
}

/** Space for the framing of a window and for the trailer, in bytes. */
const framingSize = 4 * 1024

/** Small enough, in bytes, that a window is still in the CPU cache when it is checksummed and sent. */
const bufferSize = 512 * 1024
const windowSize = bufferSize - framingSize

/** The content of a file, which must stay open until `end` resolves. */
export interface FileContent extends Content {
  readonly end: () => Promise<void>
}

const chunkHeader = (length: number): string => `${length.toString(16)}\r\n`

const trailer = (base64: string): string => `0\r\nx-amz-checksum-crc32:${base64}\r\n\r\n`

const framedLength = (length: number): number => {
  const windows = Math.floor(length / windowSize)
  const rest = length % windowSize
  const framed = (bytes: number) => chunkHeader(bytes).length + bytes + 2
  return windows * framed(windowSize) + (rest === 0 ? 0 : framed(rest)) + trailer("01234567").length
}

/**
 * A range of a file, read in windows while it is sent as `aws-chunked` with its CRC-32 as a trailer. The last window is
 * sent only if the file is unchanged. Source: AWS, "Signature Version 4, uploading objects with trailing headers".
 */
export const ofFile = (
  file: SourceFile.SourceFile,
  offset: number,
  length: number,
  buffers: Buffers
): FileContent => {
  let sum = 0
  let writing = Promise.resolve()

  /** Reads and frames the window at `at`. */
  const readWindow = async (at: number, into: Buffer): Promise<Uint8Array> => {
    const size = Math.min(windowSize, length - at)
    const begin = into.write(chunkHeader(size), "latin1")
    const bytes = into.subarray(begin, begin + size)
    await file.fill(bytes, offset + at)
    sum = crc32(bytes, sum)
    const isLast = at + size === length
    if (isLast) await file.check()
    const end = isLast ? `\r\n${trailer(Crc32.toBase64(Crc32.Crc32.make(sum)))}` : "\r\n"
    return into.subarray(0, begin + size + into.write(end, begin + size, "latin1"))
  }

  /** Reads each window while the previous one is sent. */
  const pump = async (push: Push, windows: readonly [Buffer, Buffer]) => {
    let sending = Promise.resolve()
    for (let at = 0, index: 0 | 1 = 0; at < length; at += windowSize, index = index === 0 ? 1 : 0) {
      const framed = await readWindow(at, windows[index])
      await sending
      sending = push(framed, at + windowSize >= length)
      sending.catch(() => {}) // handled when it is awaited
    }
    await sending
  }

  return {
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": String(length),
      "x-amz-trailer": "x-amz-checksum-crc32"
    },
    length: framedLength(length),
    write: (push) => {
      const windows = [buffers.acquire(bufferSize), buffers.acquire(bufferSize)] as const
      writing = pump(push, [asBuffer(windows[0]), asBuffer(windows[1])]).then(() => windows.forEach(buffers.release))
      return writing
    },
    end: () => writing.catch(() => {}), // the caller of `write` handles it
    crc32: () => Crc32.Crc32.make(sum)
  }
}

const asBuffer = ({ buffer, byteLength, byteOffset }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)
