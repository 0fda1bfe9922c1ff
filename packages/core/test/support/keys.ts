/** Keys for tests, generated in each process so that none is in the repository. */
import type { KeyObject } from "node:crypto"
import { generateKeyPairSync } from "node:crypto"

export const rsa = (bits = 2048): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } =>
  generateKeyPairSync("rsa", { modulusLength: bits })

export const ec = (): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } =>
  generateKeyPairSync("ec", { namedCurve: "P-256" })

export const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1" | "spki"): string =>
  String(key.export({ type, format: "pem" }))

/** A key encrypted with a pass phrase, in the legacy form (with headers in the PEM) or as PKCS#8. */
export const encryptedPem = (key: KeyObject, type: "pkcs1" | "pkcs8"): string =>
  String(key.export({ type, format: "pem", cipher: "aes-256-cbc", passphrase: "correct horse" }))

/** The Base64 between the BEGIN and END lines, on one line. */
export const body = (text: string): string => text.replace(/-----[^-]+-----/g, "").replace(/\s+/g, "")

/** Pieces of a PEM that must not appear in any output. */
export const pieces = (text: string): ReadonlyArray<string> =>
  [...body(text).matchAll(/.{24}/g)].map(([piece]) => piece)
