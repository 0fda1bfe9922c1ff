import { NodeFileSystem } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Credentials, MpsConfig } from "@iiif-ingest/core"
import { Duration, Effect, FileSystem, Redacted } from "effect"
import { withVariables } from "../../../packages/core/test/support/config.ts"
import { capturing } from "../../../packages/core/test/support/logs.ts"
import { isSigned, pkcs8Pem, privatePem, signed, tokenOf } from "../support/signing.ts"
import { type Feature, section } from "./Feature.ts"

const row = section("1.1")

const fromVariables = (env: Readonly<Record<string, string>>) =>
  capturing(Credentials.fromConfig).pipe(withVariables(env), Effect.provide(NodeFileSystem.layer))

const issuer = { LTS_IIIF_ISSUER: "atissuer" }
const key = { LTS_IIIF_PRIVATE_KEY_STRING: privatePem }

export const credentials: ReadonlyArray<Feature> = [
  row(
    "arguments and defaults",
    "Credentials.layer with the same defaults: ingest, one hour, RS256",
    Effect.gen(function*() {
      const { header, payload } = yield* signed()
      assert.deepStrictEqual(header, {
        typ: "JWT",
        alg: "RS256",
        iss: "atissuer",
        kid: "atissuerdefault",
        resources: ["ingest"]
      })
      assert.strictEqual(payload.exp - payload.iat, 3600)
    })
  ),

  row(
    "environment variables",
    "the same four variables; a key string takes precedence over a path, with a warning",
    Effect.gen(function*() {
      const [read, lines] = yield* fromVariables({
        ...issuer,
        ...key,
        LTS_IIIF_KID: "atissuerother",
        LTS_IIIF_PRIVATE_KEY_PATH: "/nowhere/private.key"
      })
      assert.deepStrictEqual([read.issuer, read.kid], ["atissuer", "atissuerother"])
      assert.isTrue(lines.some((line) => line.includes("LTS_IIIF_PRIVATE_KEY_STRING and LTS_IIIF_PRIVATE_KEY_PATH")))
      assert.notInclude(lines.join(), privatePem.slice(100, 140))
    })
  ),

  row(
    "no kid",
    "kid {issuer}default, with a warning",
    Effect.gen(function*() {
      const [read, lines] = yield* fromVariables({ ...issuer, ...key })
      assert.strictEqual(read.kid, "atissuerdefault")
      assert.isTrue(lines.some((line) => line.includes("using atissuerdefault")))
    })
  ),

  row(
    "no issuer or no key",
    "MpsConfigError, which names every missing variable",
    Effect.gen(function*() {
      const error = yield* Effect.flip(fromVariables({}))
      assert.instanceOf(error, MpsConfig.MpsConfigError)
      assert.deepStrictEqual(error.problems.map(({ setting }) => setting), [
        "LTS_IIIF_ISSUER",
        "LTS_IIIF_PRIVATE_KEY_PATH or LTS_IIIF_PRIVATE_KEY_STRING"
      ])
    })
  ),

  row(
    "resources",
    "ingest, content and description, checked by type and at run time",
    Effect.gen(function*() {
      const { header } = yield* signed({ resources: ["content", "description"] })
      assert.deepStrictEqual(header.resources, ["content", "description"])
      // As from JavaScript, without type checking.
      const given: ReadonlyArray<Credentials.Resource> = JSON.parse("[\"ingest\",\"everything\"]")
      const error = yield* Effect.flip(signed({ resources: given }))
      assert.match(String(error.message), /resources: a token must be for one or more of ingest, content, description/)
    })
  ),

  row(
    "make_jwt",
    "TokenSigner.sign with its own resources and lifetime; the algorithm is RS256, times have no zone",
    Effect.gen(function*() {
      const { header, payload } = yield* signed({}, { resources: ["description"], lifetime: "7 hours" })
      assert.deepStrictEqual([header.resources, header.alg], [["description"], "RS256"])
      assert.strictEqual(payload.exp - payload.iat, 7 * 3600)
      assert.deepStrictEqual(Object.keys(payload), ["iat", "exp"])
      const long = yield* Effect.flip(signed({}, { lifetime: Credentials.lifetimeLimit }))
      assert.match(String(long.message), /less than 8 hours/)
    })
  ),

  row(
    "key folders",
    "Credentials.layerDirectory reads the suggested layout, with the kid from issuers/*.json if present",
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(`${root}/qa/keys/atissuer/atissuersecond`, { recursive: true })
      yield* fs.makeDirectory(`${root}/qa/issuers`)
      yield* fs.writeFileString(`${root}/qa/keys/atissuer/atissuersecond/private.key`, privatePem, { mode: 0o600 })
      yield* fs.writeFileString(
        `${root}/qa/issuers/atissuer.json`,
        "{\"issuer\":\"atissuer\",\"kid\":\"atissuersecond\"}"
      )
      const read = yield* Credentials.Credentials.pipe(
        Effect.provide(Credentials.layerDirectory({ root, environment: "qa", issuer: "atissuer" }))
      )
      assert.strictEqual(read.kid, "atissuersecond")
      assert.isFalse(read.key.extractable)
      assert.deepStrictEqual(read.lifetime, Duration.hours(1))
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  ),

  row(
    "arguments and defaults",
    "private_key_path and private_key_string are keyFile and keyText, PKCS#1 or PKCS#8",
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      for (const text of [privatePem, pkcs8Pem]) {
        const path = `${folder}/private.key`
        yield* fs.writeFileString(path, text, { mode: 0o600 })
        for (const key of [Credentials.keyFile(path), Credentials.keyText(Redacted.make(text))]) {
          assert.isTrue(isSigned(yield* tokenOf({ key })))
        }
      }
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
]
