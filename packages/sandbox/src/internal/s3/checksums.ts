/**
 * The checksum algorithms of S3, computed over streams.
 *
 * Source: Amazon S3 User Guide, "Checking object integrity in Amazon S3".
 */
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { crc32 } from "node:zlib"
import {
  combineCrc,
  crc32c,
  crc32cModel,
  crc32Model,
  type Crc64,
  crc64Nvme,
  crc64NvmeModel,
  type CrcModel
} from "./crc.ts"

export const ChecksumAlgorithm = Schema.Literals(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5"])
export type ChecksumAlgorithm = typeof ChecksumAlgorithm.Type

/** Over the whole object, or over the checksums of its parts; the latter value ends with `-` and the part count. */
export const ChecksumType = Schema.Literals(["FULL_OBJECT", "COMPOSITE"])
export type ChecksumType = typeof ChecksumType.Type

/** A stored checksum; the value is in base64, as on the wire. */
export const Checksum = Schema.Struct({ algorithm: ChecksumAlgorithm, type: ChecksumType, value: Schema.String })
export type Checksum = typeof Checksum.Type

interface Hasher {
  readonly update: (bytes: Uint8Array) => unknown
  readonly digest: () => Buffer
}

interface Definition {
  readonly length: number
  readonly make: () => Hasher
  readonly crc?: CrcModel
}

const bigEndian32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const crc32Hasher = (next: (bytes: Uint8Array, crc: number) => number) => (): Hasher => {
  let crc = 0
  return { update: (bytes) => crc = next(bytes, crc), digest: () => bigEndian32(crc) }
}

const crc64Hasher = (): Hasher => {
  let crc: Crc64 = { low: 0, high: 0 }
  return {
    update: (bytes) => crc = crc64Nvme(bytes, crc),
    digest: () => Buffer.concat([bigEndian32(crc.high), bigEndian32(crc.low)])
  }
}

const definitions: Record<ChecksumAlgorithm, Definition> = {
  CRC32: { length: 4, make: crc32Hasher(crc32), crc: crc32Model },
  CRC32C: { length: 4, make: crc32Hasher(crc32c), crc: crc32cModel },
  CRC64NVME: { length: 8, make: crc64Hasher, crc: crc64NvmeModel },
  SHA1: { length: 20, make: () => createHash("sha1") },
  SHA256: { length: 32, make: () => createHash("sha256") },
  SHA512: { length: 64, make: () => createHash("sha512") },
  MD5: { length: 16, make: () => createHash("md5") }
}

const algorithms = ChecksumAlgorithm.literals

/** The header field for an algorithm, such as `x-amz-checksum-crc32`. */
export const headerOf = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`

const headerPrefix = "x-amz-checksum-"

/** The algorithm for a header or trailer name. */
export const algorithmOfHeader = (name: string): ChecksumAlgorithm | undefined =>
  name.startsWith(headerPrefix) ? algorithmOf(name.slice(headerPrefix.length).toUpperCase()) : undefined

export const algorithmOf = (name: string): ChecksumAlgorithm | undefined => algorithms.find((known) => known === name)

/** Whether the checksums of parts can be combined into one of the whole object. */
export const isCombinable = (algorithm: ChecksumAlgorithm): boolean => definitions[algorithm].crc !== undefined

/** The default of S3 if a multipart upload specifies only its algorithm. */
export const defaultType = (algorithm: ChecksumAlgorithm): ChecksumType =>
  algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE"

/** Whether the value is canonical base64 with the digest length of the algorithm. */
export const isValue = (algorithm: ChecksumAlgorithm, value: string): boolean =>
  isBase64(value, definitions[algorithm].length)

export const isBase64 = (value: string, length: number): boolean => {
  const bytes = Buffer.from(value, "base64")
  return bytes.length === length && bytes.toString("base64") === value
}

/** Several digests of one byte stream. */
export interface Digests {
  readonly update: (bytes: Uint8Array) => void
  /** Finishes all digests; later calls return the values of the first. */
  readonly finish: () => (algorithm: ChecksumAlgorithm) => Buffer
}

export const makeDigests = (requested: Iterable<ChecksumAlgorithm>): Digests => {
  const hashers = new Map(Array.from(new Set(requested), (name) => [name, definitions[name].make()] as const))
  let finished: Map<ChecksumAlgorithm, Buffer> | undefined
  const finish = () => finished ??= new Map(Array.from(hashers, ([name, hasher]) => [name, hasher.digest()] as const))
  return {
    update: (bytes) => hashers.forEach((hasher) => hasher.update(bytes)),
    finish: () => {
      const values = finish()
      return (algorithm) => {
        const value = values.get(algorithm)
        if (value === undefined) throw new Error(`The digest ${algorithm} was not requested when the stream started.`)
        return value
      }
    }
  }
}

/** The digest of bytes in memory. */
export const digestOf = (algorithm: ChecksumAlgorithm, bytes: Uint8Array): Buffer => {
  const digests = makeDigests([algorithm])
  digests.update(bytes)
  return digests.finish()(algorithm)
}

interface PartDigest {
  readonly value: string
  readonly length: number
}

/** The checksum of a whole object from the checksums (base64) and lengths of its parts, in order. */
export const checksumOfParts = (
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: ReadonlyArray<PartDigest>
): Checksum => {
  const { crc } = definitions[algorithm]
  if (type === "FULL_OBJECT" && crc !== undefined) {
    const whole = combineCrc(
      crc,
      parts.map((part) => ({ crc: Buffer.from(part.value, "base64"), length: part.length }))
    )
    return { algorithm, type, value: whole.toString("base64") }
  }
  const digest = digestOf(algorithm, Buffer.concat(parts.map((part) => Buffer.from(part.value, "base64"))))
  return { algorithm, type: "COMPOSITE", value: `${digest.toString("base64")}-${parts.length}` }
}
