/** The sandbox's own keys, made on the first start, and additional trusted public keys. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createPublicKey, generateKeyPair, type KeyObject, randomBytes } from "node:crypto"
import { join } from "node:path"
import { promisify } from "node:util"
import { Unreadable } from "../../SandboxError.ts"
import * as Files from "./files.ts"

export interface TrustedKey {
  readonly kid: string
  /** The issuer that the key belongs to; if omitted, any issuer may use it. */
  readonly issuer?: string
  readonly publicKeyPem: string
}

export interface KnownKey {
  readonly issuer: string | undefined
  readonly key: KeyObject
}

const generate = promisify(generateKeyPair)

const parsePublicKey = (pem: string, what: string): Effect.Effect<KeyObject, Unreadable> =>
  Effect.try({ try: () => createPublicKey(pem), catch: () => new Unreadable({ what }) }).pipe(
    Effect.filterOrFail((key) => key.asymmetricKeyType === "rsa", () => new Unreadable({ what: `${what} (not RSA)` }))
  )

const createOwnKey = (fs: FileSystem.FileSystem, path: string) =>
  Effect.promise(() =>
    generate("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" }
    })
  ).pipe(Effect.flatMap(({ privateKey }) => Files.writeAtomic(fs, path, privateKey, 0o600)))

/** The sandbox's key and the path of its private key, which is created on the first start. */
export const ownKey = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  directory: string
): Effect.fn.Return<{ readonly path: string; readonly key: KeyObject }, PlatformError | Unreadable> {
  const keys = join(directory, "keys")
  yield* fs.makeDirectory(keys, { recursive: true })
  const path = join(keys, "private.key")
  if (!(yield* fs.exists(path))) yield* createOwnKey(fs, path)
  return { path, key: yield* parsePublicKey(yield* fs.readFileString(path), `The sandbox's key ${path}`) }
})

export interface S3Key {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted
}

const S3KeyText = Schema.fromJsonString(
  Schema.Struct({ accessKeyId: Schema.NonEmptyString, secretAccessKey: Schema.NonEmptyString })
)
const decodeS3Key = Schema.decodeUnknownEffect(S3KeyText)
const encodeS3Key = Schema.encodeSync(S3KeyText)

/** Unlike any key of AWS, so that neither service accepts a key of the other. */
const newS3Key = () =>
  encodeS3Key({
    accessKeyId: `SANDBOX${randomBytes(6).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64url")
  })

/** The S3 keys of this data directory: if they were the same everywhere, any page or program could use them. */
export const s3Key = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  directory: string
): Effect.fn.Return<S3Key, PlatformError | Unreadable> {
  const keys = join(directory, "keys")
  yield* fs.makeDirectory(keys, { recursive: true })
  const path = join(keys, "s3.json")
  if (!(yield* fs.exists(path))) yield* Files.writeAtomic(fs, path, newS3Key(), 0o600)
  return yield* decodeS3Key(yield* fs.readFileString(path)).pipe(
    Effect.mapBoth({
      onFailure: () => new Unreadable({ what: `The sandbox's S3 keys ${path}` }),
      onSuccess: ({ accessKeyId, secretAccessKey }) => ({
        accessKeyId,
        secretAccessKey: Redacted.make(secretAccessKey)
      })
    })
  )
})

/** Parses the trusted keys and returns them by kid. */
export const parseTrustedKeys = (
  keys: ReadonlyArray<TrustedKey>
): Effect.Effect<ReadonlyArray<readonly [string, KnownKey]>, Unreadable> =>
  Effect.forEach(
    keys,
    ({ issuer, kid, publicKeyPem }) =>
      Effect.map(parsePublicKey(publicKeyPem, `The trusted key ${kid}`), (key) => [kid, { issuer, key }] as const)
  )
