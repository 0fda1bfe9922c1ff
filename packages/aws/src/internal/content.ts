import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { hash } from "node:crypto"
import { crc32 } from "node:zlib"
import type { Buffers } from "./buffers.ts"
import * as SourceFile from "./sourceFile.ts"

/** Hands bytes to a connection; ends when they have left, so that their buffer may be used again. */
export type Push = (bytes: Uint8Array, isLast: boolean) => Promise<void>

/** A body as it goes over the wire, and the headers that speak for it. */
export interface Content {
  readonly headers: Readonly<Record<string, string>>
  /** On the wire, in bytes. */
  readonly length: number
  readonly write: (push: Push) => Promise<void>
  /** Of the bytes that were sent, once they were. */
  readonly crc32: () => Crc32.Crc32
}

/** How much is given to a connection at a time, in bytes: one that encrypts keeps a copy of it. */
const slice = 512 * 1024

/** What is in memory: its checksum goes in the head, and the payload is not hashed again unless `hashed`. */
export const ofBytes = (
  bytes: Uint8Array,
  options: { readonly oldStore: boolean; readonly hashed: boolean }
): Content => {
  const sum = Crc32.Crc32.make(crc32(bytes))
  return {
    headers: {
      ...(options.oldStore
        ? { "content-md5": hash("md5", bytes, "base64") }
        : { "x-amz-checksum-crc32": Crc32.toBase64(sum) }),
      "x-amz-content-sha256": options.hashed ? hash("sha256", bytes, "hex") : "UNSIGNED-PAYLOAD"
    },
    length: bytes.length,
    write: async (push) => {
      let at = 0
      for (; at + slice < bytes.length; at += slice) await push(bytes.subarray(at, at + slice), false)
      await push(bytes.subarray(at), true)
    },
    crc32: () => sum
  }
}

/** How many bytes the framing of a window and what follows the last may take. */
const room = 4 * 1024

/** How much of a file is read at a time, in bytes: it is still in the processor's cache when it is summed and sent. */
const bufferSize = 512 * 1024
const windowSize = bufferSize - room

/** The content of a file, which must not be closed before `end`. */
export interface FileContent extends Content {
  readonly end: () => Promise<void>
}

const lineOf = (length: number): string => `${length.toString(16)}\r\n`

const trailer = (base64: string): string => `0\r\nx-amz-checksum-crc32:${base64}\r\n\r\n`

const framedLength = (length: number): number => {
  const windows = Math.floor(length / windowSize)
  const rest = length % windowSize
  const framed = (bytes: number) => lineOf(bytes).length + bytes + 2
  return windows * framed(windowSize) + (rest === 0 ? 0 : framed(rest)) + trailer("01234567").length
}

/**
 * A range of a file, read in windows while it is sent, its CRC-32 behind it: `aws-chunked` with a trailer. The last
 * window leaves only when the file has proved to be what it was. Source: AWS, "Signature Version 4, uploading objects
 * with trailing headers".
 */
export const ofFile = (
  file: SourceFile.SourceFile,
  offset: number,
  length: number,
  buffers: Buffers
): FileContent => {
  let sum = 0
  let writing = Promise.resolve()

  /** The window at `at`, framed, in a buffer. */
  const window = async (at: number, into: Buffer): Promise<Uint8Array> => {
    const size = Math.min(windowSize, length - at)
    const begin = into.write(lineOf(size), "latin1")
    const bytes = into.subarray(begin, begin + size)
    await file.fill(bytes, offset + at)
    sum = crc32(bytes, sum)
    const isLast = at + size === length
    if (isLast) await file.check()
    const end = isLast ? `\r\n${trailer(Crc32.toBase64(Crc32.Crc32.make(sum)))}` : "\r\n"
    return into.subarray(0, begin + size + into.write(end, begin + size, "latin1"))
  }

  /** One window is read while the one before it leaves. */
  const pump = async (push: Push, windows: readonly [Buffer, Buffer]) => {
    let leaving = Promise.resolve()
    for (let at = 0, index: 0 | 1 = 0; at < length; at += windowSize, index = index === 0 ? 1 : 0) {
      const framed = await window(at, windows[index])
      await leaving
      leaving = push(framed, at + windowSize >= length)
      leaving.catch(() => {}) // noticed when the next one would leave
    }
    await leaving
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
      const windows = [buffers.take(bufferSize), buffers.take(bufferSize)] as const
      writing = pump(push, [asBuffer(windows[0]), asBuffer(windows[1])]).then(() => windows.forEach(buffers.give))
      return writing
    },
    end: () => writing.catch(() => {}), // whoever sends it is told why
    crc32: () => Crc32.Crc32.make(sum)
  }
}

const asBuffer = ({ buffer, byteLength, byteOffset }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)
