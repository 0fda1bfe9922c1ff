import * as KeyFormat from "effect/crypto/KeyFormat"
import * as Signature from "effect/crypto/Signature"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"

/** What is wrong with a key, in words that hold no part of it. */
type Detail = string

/** RSA keys below this many bits are no longer accepted for RS256 (RFC 7518, 3.3). */
const minimumBits = 2048

const blockPattern = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g

/** Text as it comes out of files and environment variables: line ends escaped, lost, or the whole in Base64. */
const unwrap = (text: string): string => {
  const trimmed = text.trim().replace(/\\r\\n|\\n/g, "\n")
  if (trimmed.includes("-----BEGIN")) return trimmed
  const decoded = Base64.decode(trimmed.replace(/\s+/g, ""))
  if (Result.isFailure(decoded)) return trimmed
  const inner = new TextDecoder().decode(decoded.success)
  if (inner.includes("-----BEGIN")) return inner
  // The body of a PEM without its armour: DER starts with a SEQUENCE.
  return decoded.success[0] === 0x30 ? `-----BEGIN PRIVATE KEY-----${trimmed}-----END PRIVATE KEY-----` : trimmed
}

/** Whether a text can only be a key, or a part of one: what no path of a file looks like. */
export const isKeyText = (text: string): boolean =>
  text.includes("-----BEGIN") || (text.length > 200 && /^[A-Za-z0-9+/=\s\\]+$/.test(text))

const withoutArmour = (text: string): Detail =>
  text === "" ? "it is empty" : "it is not a PEM (a text that begins with -----BEGIN ... PRIVATE KEY-----)"

const wrongLabel = (label: string): Detail | undefined => {
  if (label === "ENCRYPTED PRIVATE KEY") {
    return "the key is encrypted: remove the pass phrase (openssl pkey -in … -out …)"
  }
  if (label === "EC PRIVATE KEY") return "it is an elliptic-curve key, and MPS takes RS256 (RSA) only"
  if (label === "OPENSSH PRIVATE KEY") return "it is an OpenSSH key: convert it (ssh-keygen -p -m PEM -f …)"
  if (label.endsWith("PUBLIC KEY")) return "it is the public key: the private one signs"
  if (label === "CERTIFICATE") return "it is a certificate: the private key signs"
  return label === "PRIVATE KEY" || label === "RSA PRIVATE KEY" ? undefined : `it is a ${label.toLowerCase()}`
}

/** The one block that matters, with its Base64 folded as strict readers want it. */
const findBlock = (text: string): Result.Result<{ readonly label: string; readonly pem: string }, Detail> => {
  const blocks = [...text.matchAll(blockPattern)]
  const private_ = blocks.find(([, label]) => label?.endsWith("PRIVATE KEY")) ?? blocks[0]
  const [, label, body] = private_ ?? []
  if (label === undefined || body === undefined) {
    return Result.fail(
      text.includes("-----BEGIN") ? "the PEM is cut off: its END line is missing" : withoutArmour(text)
    )
  }
  const wrong = wrongLabel(label)
  if (wrong !== undefined) return Result.fail(wrong)
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
  // Base64 without armour may be either form.
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

/** 1.2.840.10045.2.1, id-ecPublicKey, as it stands in a PKCS#8 key. */
const ellipticCurve = "06072a8648ce3d0201"

const notRsa = (pem: string): Detail => {
  const der = Base64.decode(pem.replace(/-----[^-]+-----|\s+/g, ""))
  const head = Result.isSuccess(der)
    ? Array.from(der.success.subarray(0, 64), (b) => b.toString(16).padStart(2, "0")).join("")
    : ""
  return head.includes(ellipticCurve)
    ? "it is an elliptic-curve key, and MPS takes RS256 (RSA) only"
    : "the PEM does not hold an RSA private key that can be read (damaged, or of another kind)"
}

const subtleImport = (der: Uint8Array): Effect.Effect<CryptoKey, Detail> =>
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

const longEnough = (key: CryptoKey): Effect.Effect<CryptoKey, Detail> => {
  const bits = "modulusLength" in key.algorithm ? Number(key.algorithm.modulusLength) : 0
  return bits >= minimumBits
    ? Effect.succeed(key)
    : Effect.fail(`the RSA key has ${bits} bits, and RS256 needs at least ${minimumBits}`)
}

/**
 * Imports a PKCS#1 or PKCS#8 RSA key from text as a non-extractable signing key. Fails with what is wrong, in words
 * that hold no part of the text.
 */
export const importPrivateKey = (text: string | Redacted.Redacted): Effect.Effect<CryptoKey, Detail> =>
  Effect.gen(function*() {
    const { label, pem } = yield* Effect.fromResult(
      findBlock(unwrap(typeof text === "string" ? text : Redacted.value(text)))
    )
    const key = yield* Effect.mapError(decode(label, pem), () => notRsa(pem))
    const der = yield* Effect.mapError(Signature.toBytes(key), () => notRsa(pem))
    return yield* Effect.flatMap(subtleImport(der), longEnough)
  })
