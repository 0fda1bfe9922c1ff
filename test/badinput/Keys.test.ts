import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Credentials, IngestReport, TokenSigner } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Clock, Duration, Effect, FileSystem, Layer, Redacted } from "effect"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { ec, encryptedPem, pem, rsa } from "../../packages/core/test/support/keys.ts"
import { assertNothingSent, errorOf, fresh, onServices, ops, reportOf, run, type Setup } from "./support/runs.ts"
import { piecesOf } from "./support/secrets.ts"

const rsaPair = rsa()
const pkcs8 = pem(rsaPair.privateKey, "pkcs8")
const pss = Crypto.generateKeyPairSync("rsa-pss", { modulusLength: 2048 })
const ed25519 = Crypto.generateKeyPairSync("ed25519")

/** Strings that are not a usable signing key, and the message for each. */
const wrong: ReadonlyArray<readonly [what: string, text: string, says: RegExp]> = [
  [
    "is an elliptic-curve key (SEC 1)",
    pem(ec().privateKey, "sec1"),
    /elliptic-curve key, and MPS accepts only RS256 \(RSA\)/
  ],
  [
    "is an elliptic-curve key (PKCS#8)",
    pem(ec().privateKey, "pkcs8"),
    /elliptic-curve key, and MPS accepts only RS256 \(RSA\)/
  ],
  ["is an Ed25519 key", pem(ed25519.privateKey, "pkcs8"), /does not contain a readable RSA private key/],
  ["is an RSA-PSS key", pem(pss.privateKey, "pkcs8"), /RSA/],
  ["is encrypted (PKCS#1)", encryptedPem(rsaPair.privateKey, "pkcs1"), /encrypted: remove the pass phrase \(openssl/],
  ["is encrypted (PKCS#8)", encryptedPem(rsaPair.privateKey, "pkcs8"), /encrypted: remove the pass phrase \(openssl/],
  ["is the public key", pem(rsaPair.publicKey, "spki"), /it is the public key: give the private key, which signs/],
  ["is empty", "", /it is empty/],
  ["is blank", " \n\n", /it is empty/],
  ["is truncated", pkcs8.slice(0, pkcs8.length / 2), /the PEM is cut off: its END line is missing/],
  ["lacks some lines", pkcs8.split("\n").toSpliced(5, 3).join("\n"), /readable RSA private key \(it is damaged/],
  ["is too short", pem(rsa(1024).privateKey, "pkcs8"), /has 1024 bits, and RS256 requires at least 2048/],
  [
    "is a token",
    `eyJ${"hbGciOiJSUzI1NiJ9".repeat(3)}.e30.${"c".repeat(300)}`,
    /it is not a PEM \(text that starts with/
  ],
  ["is something else", "{\"key\": \"lost\"}", /it is not a PEM \(text that starts with/],
  [
    "is an SSH key",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n",
    /OpenSSH key: convert it/
  ]
]

const signedWith = (key: Credentials.KeySource, kid?: string, secrets: ReadonlyArray<string> = []): Setup => ({
  keys: (sandbox) => Credentials.layer({ issuer: sandbox.issuer, kid: kid ?? sandbox.kid, key }),
  secrets
})

const keyFile = Effect.fnUntraced(function*(text: string, mode = 0o600) {
  const fs = yield* FileSystem.FileSystem
  const path = Path.join(yield* fs.makeTempDirectoryScoped(), "private.key")
  Fs.writeFileSync(path, text, { mode })
  return path
})

/** Shifts the clock that a program sees. */
const skewed = (by: Duration.Input) => {
  const millis = Duration.toMillis(by)
  return <A, E, R>(program: Effect.Effect<A, E, R>) =>
    Clock.clockWith((clock) =>
      Effect.provideService(program, Clock.Clock, {
        ...clock,
        sleep: (duration) => clock.sleep(duration),
        currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + millis,
        currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + millis),
        currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + BigInt(millis) * 1_000_000n,
        currentTimeNanos: Effect.map(clock.currentTimeNanos, (now) => now + BigInt(millis) * 1_000_000n),
        monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
        monotonicTimeNanos: clock.monotonicTimeNanos
      })
    )
}

layer(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer), { excludeTestServices: true })("bad keys", (it) => {
  it.effect.each(wrong)("a key file that %s", ([, text, says]) =>
    Effect.gen(function*() {
      yield* fresh()
      const path = yield* keyFile(text)
      const { exit } = yield* run({}, signedWith(Credentials.keyFile(path), undefined, piecesOf(text)))
      const error = errorOf(exit, says)
      assert.include(error.message, path)
      assert(error._tag === "CredentialsError")
      assert.strictEqual(error.reason._tag, "KeyInvalid")
      yield* assertNothingSent
    }))

  it.effect.each(wrong)("a key given as text that %s", ([, text, says]) =>
    Effect.gen(function*() {
      yield* fresh()
      const key = Credentials.keyText(Redacted.make(text))
      const { exit } = yield* run({}, signedWith(key, undefined, piecesOf(text)))
      assert.strictEqual(errorOf(exit, says, /the private key given as text/)._tag, "CredentialsError")
      yield* assertNothingSent
    }))

  it.effect("a key path that does not exist, is a folder, or is the key itself", () =>
    Effect.gen(function*() {
      yield* fresh()
      const path = yield* keyFile(pkcs8)
      const load = (at: string) => run({}, signedWith(Credentials.keyFile(at), undefined, piecesOf(pkcs8)))
      const missing = errorOf(
        (yield* load(`${path}.gone`)).exit,
        /cannot be read \(there is no such file; check the path\)/
      )
      assert.include(missing.message, `${path}.gone`)
      errorOf((yield* load(Path.dirname(path))).exit, /cannot be read \(it is a directory; specify a file\)/)
      errorOf((yield* load(pkcs8)).exit, /it is the key itself: give it as text/)
      yield* assertNothingSent
    }))

  it.effect("a key file that others can read: a warning, and the run continues", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh()
      const path = yield* keyFile(Fs.readFileSync(sandbox.privateKeyPath, "utf8"), 0o644)
      const { exit, logs } = yield* run({}, signedWith(Credentials.keyFile(path)))
      assert.isTrue(IngestReport.isComplete(reportOf(exit)))
      assert.include(logs, `the private key ${path} can be read by others: chmod 600 ${path}`)
    }))

  it.effect.each(
    [
      ["behind", "-2 hours", /it has expired/],
      ["ahead", "2 hours", /it is not valid yet/]
    ] as const
  )(
    "a clock that is %s: the token is rejected, and the message mentions the clock",
    ([, by, says]) =>
      Effect.gen(function*() {
        const sandbox = yield* fresh()
        const { exit } = yield* run().pipe(skewed(by))
        const error = errorOf(exit, says, /the token was not accepted \(HTTP 401\): check .* this machine's clock/)
        assert.strictEqual(error._tag, "LtsError")
        assert.strictEqual((yield* ops).filter((op) => op === "Initialize").length, 1)
        assert.deepStrictEqual(yield* sandbox.jobs.list, [])
      })
  )

  it.effect("a clock that is corrected during the run: a new token is signed", () =>
    Effect.gen(function*() {
      yield* fresh()
      const { exit } = yield* onServices(
        Effect.gen(function*() {
          const { token } = yield* TokenSigner.TokenSigner
          const late = Redacted.value(yield* token.pipe(skewed("-2 hours")))
          const now = Redacted.value(yield* token)
          const iat = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()).iat
          return (iat(now) - iat(late)) / 3600
        })
      )
      assert.closeTo(reportOf(exit), 2, 0.1)
    }))

  it.effect("a kid unknown to the service", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh()
      const { exit } = yield* run({}, signedWith(Credentials.keyFile(sandbox.privateKeyPath), "nobodydefault"))
      errorOf(exit, /kid nobodydefault is not registered here/, /check issuer, kid and private key/)
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
    }))

  it.effect("a key that does not match its kid", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh()
      const { exit } = yield* run(
        {},
        signedWith(Credentials.keyFile(yield* keyFile(pkcs8)), undefined, piecesOf(pkcs8))
      )
      errorOf(exit, /its signature does not belong to kid sandboxdefault/, /check issuer, kid and private key/)
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
    }))
})
