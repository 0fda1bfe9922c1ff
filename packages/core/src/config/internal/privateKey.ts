import * as KeyFormat from "effect/crypto/KeyFormat"
import * as Signature from "effect/crypto/Signature"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"

/** What is wrong with a key, without any part of it. */
type Detail = string

/** RS256 requires RSA keys of at least this many bits (RFC 7518, 3.3). */
const minimumBits = 2048

const blockPattern = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g

const notRs256 = "it is an elliptic-curve key, and MPS accepts only RS256 (RSA)"

/** Restores a PEM as found in files and environment variables: line breaks escaped or lost, or all of it in Base64. */
const unwrap = (text: string): string => {
  const trimmed = text.trim().replace(/\\r\\n|\\n/g, "\n")
  if (trimmed.includes("-----BEGIN")) return trimmed
  const decoded = Base64.decode(trimmed.replace(/\s+/g, ""))
  if (Result.isFailure(decoded)) return trimmed
  const inner = new TextDecoder().decode(decoded.success)
  if (inner.includes("-----BEGIN")) return inner
  // A PEM body without its BEGIN and END lines: DER starts with a SEQUENCE.
  return decoded.success[0] === 0x30 ? `-----BEGIN PRIVATE KEY-----${trimmed}-----END PRIVATE KEY-----` : trimmed
}

/** Base64, its line breaks escaped or not. */
const base64Pattern = /^[A-Za-z0-9+/=\s\\]+$/

/** Whether a text is a key or a part of one, and thus not a file path. */
export const isKeyText = (text: string): boolean =>
  text.includes("-----BEGIN") || (text.length > 200 && base64Pattern.test(text))

/** Whether a text that names no file may be a part of a key, or another secret. */
export const mayBeKeyText = (text: string): boolean => text.length >= 40 && base64Pattern.test(text)

const notPem = (text: string): Detail =>
  text === "" ? "it is empty" : "it is not a PEM (text that starts with -----BEGIN ... PRIVATE KEY-----)"

const labelProblem = (label: string): Detail | undefined => {
  if (label === "ENCRYPTED PRIVATE KEY") {
    return "the key is encrypted: remove the pass phrase (openssl pkey -in … -out …)"
  }
  if (label === "EC PRIVATE KEY") return notRs256
  if (label === "OPENSSH PRIVATE KEY") return "it is an OpenSSH key: convert it (ssh-keygen -p -m PEM -f …)"
  if (label.endsWith("PUBLIC KEY")) return "it is the public key: give the private key, which signs"
  if (label === "CERTIFICATE") return "it is a certificate: give the private key, which signs"
  return label === "PRIVATE KEY" || label === "RSA PRIVATE KEY" ? undefined : `it is a ${label.toLowerCase()}`
}

/** Finds the block with the private key and wraps its Base64 at 64 columns, as strict PEM parsers require. */
const findBlock = (text: string): Result.Result<{ readonly label: string; readonly pem: string }, Detail> => {
  const blocks = [...text.matchAll(blockPattern)]
  const keyBlock = blocks.find(([, label]) => label?.endsWith("PRIVATE KEY")) ?? blocks[0]
  const [, label, body] = keyBlock ?? []
  if (label === undefined || body === undefined) {
    return Result.fail(text.includes("-----BEGIN") ? "the PEM is cut off: its END line is missing" : notPem(text))
  }
  const problem = labelProblem(label)
  if (problem !== undefined) return Result.fail(problem)
  if (body.includes("ENCRYPTED")) {
    return Result.fail("the key is encrypted: remove the pass phrase (openssl rsa -in … -out …)")
  }
  const base64 = body.replace(/\s+/g, "").replace(/.{64}/g, "$&\n")
  return Result.succeed({ label, pem: `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----` })
}

const decode = (label: string, pem: string) => {
  const pkcs1 = KeyFormat.decodePrivate(KeyFormat.pem(KeyFormat.pkcs1), Signature.rsaPkcs1v15Sha256, pem)
  const pkcs8 = KeyFormat.decodePrivate(KeyFormat.pem(KeyFormat.pkcs8), Signature.rsaPkcs1v15Sha256, pem)
  if (label === "RSA PRIVATE KEY") return pkcs1
  // A body that came without BEGIN and END lines is labeled PKCS#8 but may be PKCS#1.
  return Effect.catch(pkcs8, (error) =>
    Effect.mapError(
      KeyFormat.decodePrivate(
        KeyFormat.pem(KeyFormat.pkcs1),
        Signature.rsaPkcs1v15Sha256,
        pem.replaceAll("PRIVATE KEY", "RSA PRIVATE KEY")
      ),
      () => error
    ))
}

/** The DER of the object identifier id-ecPublicKey (1.2.840.10045.2.1), which a PKCS#8 key contains. */
const ecPublicKeyOid = "06072a8648ce3d0201"

const decodeProblem = (pem: string): Detail => {
  const der = Base64.decode(pem.replace(/-----[^-]+-----|\s+/g, ""))
  const head = Result.isSuccess(der)
    ? Array.from(der.success.subarray(0, 64), (b) => b.toString(16).padStart(2, "0")).join("")
    : ""
  return head.includes(ecPublicKeyOid)
    ? notRs256
    : "the PEM does not contain a readable RSA private key (it is damaged, or of another kind)"
}

const importPkcs8 = (der: Uint8Array): Effect.Effect<CryptoKey, Detail> =>
  Effect.tryPromise({
    try: () =>
      crypto.subtle.importKey(
        "pkcs8",
        Uint8Array.from(der),
        { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
        false,
        ["sign"]
      ),
    catch: () => "the RSA key cannot be imported"
  })

const requireLength = (key: CryptoKey): Effect.Effect<CryptoKey, Detail> => {
  const bits = "modulusLength" in key.algorithm ? Number(key.algorithm.modulusLength) : 0
  return bits >= minimumBits
    ? Effect.succeed(key)
    : Effect.fail(`the RSA key has ${bits} bits, and RS256 requires at least ${minimumBits}`)
}

/**
 * Imports a PKCS#1 or PKCS#8 RSA key from text as a non-extractable signing key. Fails with what is wrong, without any
 * part of the text.
 */
export const importPrivateKey = (text: string | Redacted.Redacted): Effect.Effect<CryptoKey, Detail> =>
  Effect.gen(function*() {
    const { label, pem } = yield* Effect.fromResult(
      findBlock(unwrap(typeof text === "string" ? text : Redacted.value(text)))
    )
    const key = yield* Effect.mapError(decode(label, pem), () => decodeProblem(pem))
    const der = yield* Effect.mapError(Signature.toBytes(key), () => decodeProblem(pem))
    return yield* Effect.flatMap(importPkcs8(der), requireLength)
  })
