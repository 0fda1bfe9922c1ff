import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Credentials from "@iiif-ingest/core/config/Credentials"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import type { EnvironmentName } from "@iiif-ingest/core/config/MpsEnvironment"
import * as TokenSigner from "@iiif-ingest/core/config/TokenSigner"
import { Duration, Effect, Exit, Layer, Redacted, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { decodeProtectedHeader, jwtVerify } from "jose"
import { inspect } from "node:util"
import { options } from "../support/config.ts"
import { pem, rsa } from "../support/keys.ts"
import { capturing } from "../support/logs.ts"

const pair = rsa()
const key = Credentials.keyText(Redacted.make(pem(pair.privateKey, "pkcs1")))

const signer = (credentials: Partial<Credentials.Options> = {}, environment: EnvironmentName = "qa") =>
  TokenSigner.layer.pipe(
    Layer.provide([
      Credentials.layer({ issuer: "atissuer", kid: "atissuerdefault", key, ...credentials }),
      MpsConfig.layer({ ...options, environment })
    ]),
    Layer.provide(NodeFileSystem.layer)
  )

const verified = (token: Redacted.Redacted, now: number) =>
  Effect.promise(() =>
    jwtVerify(Redacted.value(token), pair.publicKey, { currentDate: new Date(now), algorithms: ["RS256"] })
  )

/** The issue time of a token recorded from the Python client, in seconds since 1970. */
const recordedAt = 1_795_347_995

const token = TokenSigner.TokenSigner.use((service) => service.token)

describe("TokenSigner.token", () => {
  it.effect("has exactly the header and payload of the Python client's token", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(recordedAt * 1000 + 999)
      const signed = yield* token
      const { payload, protectedHeader } = yield* verified(signed, recordedAt * 1000)
      assert.deepStrictEqual({ ...protectedHeader }, {
        alg: "RS256",
        iss: "atissuer",
        kid: "atissuerdefault",
        resources: ["ingest"],
        typ: "JWT"
      })
      assert.deepStrictEqual({ ...payload }, { iat: 1_795_347_995, exp: 1_795_351_595 })
    }).pipe(Effect.provide(signer())))

  it.effect("is reused until a minute before it expires, then replaced", () =>
    Effect.gen(function*() {
      const { token } = yield* TokenSigner.TokenSigner
      const first = yield* token
      yield* TestClock.adjust(Duration.millis(59 * 60_000 - 1))
      assert.strictEqual(yield* token, first)
      yield* TestClock.adjust(1)
      const second = yield* token
      assert.notStrictEqual(Redacted.value(second), Redacted.value(first))
      const { payload } = yield* verified(second, 59 * 60_000)
      assert.strictEqual(payload.iat, 59 * 60)
      assert.strictEqual(yield* token, second)
    }).pipe(Effect.provide(signer())))

  it.effect("with a short lifetime is reused until a tenth of it is left", () =>
    Effect.gen(function*() {
      const { token } = yield* TokenSigner.TokenSigner
      const first = yield* token
      yield* TestClock.adjust("89 seconds")
      assert.strictEqual(yield* token, first)
      yield* TestClock.adjust("1 second")
      assert.notStrictEqual(yield* token, first)
    }).pipe(Effect.provide(signer({ lifetime: "100 seconds" }))))

  it.effect("is signed once for concurrent callers", () =>
    Effect.gen(function*() {
      const { token } = yield* TokenSigner.TokenSigner
      const all = yield* Effect.all(Array.from({ length: 50 }, () => token), { concurrency: "unbounded" })
      assert.strictEqual(new Set(all).size, 1)
    }).pipe(Effect.provide(signer())))

  it.effect("is available after a caller was interrupted", () =>
    Effect.gen(function*() {
      const { token } = yield* TokenSigner.TokenSigner
      yield* Effect.raceFirst(token, Effect.void)
      assert.isString(Redacted.value(yield* token))
    }).pipe(Effect.provide(signer())))
})

describe("TokenSigner.sign", () => {
  it.effect("accepts resources and a lifetime, and leaves the shared token unchanged", () =>
    Effect.gen(function*() {
      const service = yield* TokenSigner.TokenSigner
      const shared = yield* service.token
      const signed = yield* service.sign({ resources: ["content", "description"], lifetime: "2 minutes" })
      const { payload, protectedHeader } = yield* verified(signed, 0)
      assert.deepStrictEqual(protectedHeader["resources"], ["content", "description"])
      assert.deepStrictEqual({ ...payload }, { iat: 0, exp: 120 })
      assert.strictEqual(yield* service.token, shared)
      const plain = decodeProtectedHeader(Redacted.value(yield* service.sign()))
      assert.deepStrictEqual(plain["resources"], ["ingest"])
    }).pipe(Effect.provide(signer())))

  it.effect("without options replaces the token that is reused", () =>
    Effect.gen(function*() {
      const service = yield* TokenSigner.TokenSigner
      const first = Redacted.value(yield* service.token)
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(Redacted.value(yield* service.token), first)
      const renewed = Redacted.value(yield* service.sign())
      assert.notStrictEqual(renewed, first)
      assert.strictEqual(Redacted.value(yield* service.token), renewed)
    }).pipe(Effect.provide(signer())))

  it.effect.each([Duration.hours(8), Duration.hours(9), Duration.zero])(
    "rejects a lifetime of %s",
    (lifetime) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(TokenSigner.TokenSigner.use((service) => service.sign({ lifetime })))
        assert.strictEqual(error._tag, "CredentialsError")
      }).pipe(Effect.provide(signer()))
  )
})

describe("TokenSigner.layer", () => {
  const allowed = (issuer: string, environment: EnvironmentName) =>
    Effect.map(Effect.exit(Effect.provide(token, signer({ issuer, kid: "k" }, environment))), Exit.isSuccess)

  it.effect("accepts the sandbox's issuer in the sandbox only, and no other issuer there", () =>
    Effect.gen(function*() {
      assert.isTrue(yield* allowed("sandbox", "sandbox"))
      assert.isFalse(yield* allowed("atissuer", "sandbox"))
      for (const environment of ["dev", "qa", "prod"] as const) {
        assert.isFalse(yield* allowed("sandbox", environment))
        assert.isTrue(yield* allowed("atissuer", environment))
      }
    }))

  it.effect("reports a rejected issuer by variable name", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(token, signer({}, "sandbox")))
      assert(error._tag === "MpsConfigError")
      assert.deepStrictEqual(error.problems.map((p) => p.setting), ["LTS_IIIF_ISSUER"])
    }))
})

describe("a token", () => {
  it.effect("does not appear in logs, spans or inspected values", () =>
    Effect.gen(function*() {
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const both = Effect.gen(function*() {
        const service = yield* TokenSigner.TokenSigner
        const tokens = [yield* service.token, yield* service.sign()]
        yield* Effect.logInfo("signed", tokens)
        return tokens
      }).pipe(Effect.withSpan("both"), Effect.provide(signer()))
      const [tokens, lines] = yield* capturing(both).pipe(Effect.withTracer(tracer))
      assert.isNotEmpty(spans)
      assert.isNotEmpty(lines)
      const shown = [inspect([tokens, spans], { depth: 9 }), JSON.stringify(tokens), String(tokens), ...lines].join(
        "\n"
      )
      for (const value of tokens) {
        for (const piece of Redacted.value(value).split(".")) assert.isFalse(shown.includes(piece))
      }
    }))
})
