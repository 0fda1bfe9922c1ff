import { md5, sha1 } from "@noble/hashes/legacy.js"
import { sha256, sha512 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import type { Algorithm, Hash } from "./model.ts"

const makers = { md5, sha1, sha256, sha512 }

/** A checksum in JavaScript. */
export const hash = (algorithm: Algorithm): Hash => {
  const made = makers[algorithm].create()
  return { update: (bytes) => void made.update(bytes), end: () => bytesToHex(made.digest()) }
}
