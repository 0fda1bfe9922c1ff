import { md5, sha1 } from "@noble/hashes/legacy.js"
import { sha256, sha512 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import type { Algorithm, Hash } from "./model.ts"

const hashFunctions = { md5, sha1, sha256, sha512 }

/** A hash in JavaScript, for platforms without a native one. */
export const hash = (algorithm: Algorithm): Hash => {
  const state = hashFunctions[algorithm].create()
  return { update: (bytes) => void state.update(bytes), end: () => bytesToHex(state.digest()) }
}
