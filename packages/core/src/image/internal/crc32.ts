/** Reflected CRC-32 with polynomial 0xEDB88320: a table for single bytes, an operator to combine two checksums. */
const polynomial = 0xedb8_8320

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? polynomial ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

export const update = (crc: number, bytes: Uint8Array): number => {
  let c = ~crc
  // a `for...of` loop takes five times as long
  for (let at = 0; at < bytes.length; at++) c = (table[(c ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (c >>> 8)
  return ~c >>> 0
}

/** The product of two polynomials modulo the CRC's polynomial, all reflected: bit 31 is x^0. */
const multiply = (a: number, b: number): number => {
  let product = 0
  for (let mask = 0x8000_0000; mask !== 0; mask >>>= 1) {
    if (a & mask) product ^= b
    b = b & 1 ? (b >>> 1) ^ polynomial : b >>> 1
  }
  return product >>> 0
}

/** x^(8 * bytes) by repeated squaring: the factor by which that many appended zero bytes change a CRC. */
const shift = (bytes: number): number => {
  let power = 0x0080_0000 // x^8
  let result = 0x8000_0000 // x^0
  for (let n = bytes; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = multiply(power, result)
    power = multiply(power, power)
  }
  return result
}

export const combine = (first: number, second: number, secondLength: number): number =>
  (multiply(shift(secondLength), first) ^ second) >>> 0
