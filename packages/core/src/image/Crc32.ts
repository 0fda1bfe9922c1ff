/**
 * CRC-32 (ISO-HDLC, the polynomial of zip, PNG and S3's `x-amz-checksum-crc32`): the checksum that goes with every
 * object from the first byte sent to the last one served.
 *
 * Layers that run on Node compute it natively (`zlib.crc32`, about 0.2 CPU-seconds per GiB); {@link update} is for
 * the in-memory layer and for small inputs.
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
 * The CRC-32 of no bytes: where every running checksum starts.
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
 * The CRC-32 of two runs of bytes, from their CRC-32s and the length in bytes of the second: how the checksum of a
 * whole object follows from those of its parts, without reading a byte again.
 *
 * @category combinators
 * @since 0.1.0
 */
export const combine = (first: Crc32, second: Crc32, secondLength: number): Crc32 =>
  Crc32.make(table.combine(first, second, secondLength))

/**
 * The form S3 puts on the wire: four big-endian bytes in Base64, `y/Q5Jg==`.
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
 * Reads S3's form; `undefined` where the text is no CRC-32 (a composite checksum such as `y/Q5Jg==-3` is none).
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
