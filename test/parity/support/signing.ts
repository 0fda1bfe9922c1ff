/** Signs and decodes tokens. */
import { NodeFileSystem } from "@effect/platform-node"
import { Credentials, MpsConfig, TokenSigner } from "@iiif-ingest/core"
import { Effect, Layer, Redacted } from "effect"
import * as Crypto from "node:crypto"
import { pem, rsa } from "../../../packages/core/test/support/keys.ts"
import { account } from "./memory.ts"

const key = rsa()

export const privatePem = pem(key.privateKey, "pkcs1")
export const pkcs8Pem = pem(key.privateKey, "pkcs8")

export const keyText = Credentials.keyText(Redacted.make(privatePem))

export const decoded = (token: Redacted.Redacted) => {
  const [header = "", payload = ""] = Redacted.value(token).split(".")
  const parse = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"))
  return { header: parse(header), payload: parse(payload) }
}

export const signing = (options: Partial<Credentials.Options> = {}) =>
  TokenSigner.layer.pipe(
    Layer.provide([
      Credentials.layer({ issuer: "atissuer", kid: "atissuerdefault", key: keyText, ...options }),
      MpsConfig.layer(account)
    ]),
    Layer.provide(NodeFileSystem.layer)
  )

/** A token signed with these credentials. */
export const tokenOf = (
  options: Partial<Credentials.Options> = {},
  of?: Parameters<TokenSigner.TokenSigner["Service"]["sign"]>[0]
) =>
  TokenSigner.TokenSigner.use((signer) => of === undefined ? signer.token : signer.sign(of)).pipe(
    Effect.provide(signing(options))
  )

/** A token signed with these credentials, decoded. */
export const signed = (...of: Parameters<typeof tokenOf>) => Effect.map(tokenOf(...of), decoded)

/** Whether the signature of a token is valid. */
export const isSigned = (token: Redacted.Redacted): boolean => {
  const [header = "", payload = "", signature = ""] = Redacted.value(token).split(".")
  return Crypto.verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    key.publicKey,
    Buffer.from(signature, "base64url")
  )
}
