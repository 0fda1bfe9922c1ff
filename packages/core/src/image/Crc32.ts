/**
 * CRC-32 (ISO-HDLC, the polynomial of zip, PNG and S3's `x-amz-checksum-crc32`): the checksum that verifies every
 * object from upload to delivery.
 *
 * Layers that run on Node compute it natively (`zlib.crc32`, about 0.2 CPU-seconds per GiB); {@link update} is meant
 * for the in-memory layer and small inputs.
 *
 * @since 0.1.0
 */
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as table from "./internal/crc32.ts"

/**
 * A finished CRC-32, as an unsigned 32-bit number.
 *
 * @category models
 * @since 0.1.0
 */
export const Crc32 = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff_ffff })).pipe(
  Schema.brand("Crc32")
)

/**
 * @category models
 * @since 0.1.0
 */
export type Crc32 = typeof Crc32.Type

/**
 * The CRC-32 of no bytes: the start of every running checksum.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Crc32 = Crc32.make(0)

/**
 * Continues a running CRC-32 over more bytes.
 *
 * @example
 * ```ts
 * import { Crc32 } from "@iiif-ingest/core"
 *
 * Crc32.toHex(Crc32.update(Crc32.empty, new TextEncoder().encode("123456789")))
 * // => "cbf43926"
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const update = (crc: Crc32, bytes: Uint8Array): Crc32 => Crc32.make(table.update(crc, bytes))

/**
 * The CRC-32 of two concatenated byte sequences, from their CRC-32s and the length in bytes of the second. It computes
 * the checksum of a whole object from those of its parts without reading them again.
 *
 * @category combinators
 * @since 0.1.0
 */
export const combine = (first: Crc32, second: Crc32, secondLength: number): Crc32 =>
  Crc32.make(table.combine(first, second, secondLength))

/**
 * The form that S3 uses on the wire: four big-endian bytes in Base64, `y/Q5Jg==`.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toBase64 = (crc: Crc32): string => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, crc)
  return Base64.encode(bytes)
}

/**
 * Parses S3's form; `undefined` if the text is not the CRC-32 of a whole object (a composite checksum such as
 * `y/Q5Jg==-3` is not).
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromBase64 = (text: string): Crc32 | undefined => {
  const bytes = Base64.decode(text)
  if (Result.isFailure(bytes) || bytes.success.length !== 4) return undefined
  return Crc32.make(new DataView(bytes.success.buffer, bytes.success.byteOffset, 4).getUint32(0))
}

/**
 * Eight lower-case hexadecimal digits.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toHex = (crc: Crc32): string => crc.toString(16).padStart(8, "0")
