import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Credentials from "@iiif-ingest/core/config/Credentials"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import * as Settings from "@iiif-ingest/core/config/Settings"
import { Duration, Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { options, variables, withVariables } from "../support/config.ts"
import { pem, pieces, rsa } from "../support/keys.ts"

const read = Effect.gen(function*() {
  const { issuer, kid } = yield* Credentials.Credentials
  const { environment } = yield* MpsConfig
  return { issuer, kid, environment: environment.name }
}).pipe(Effect.provide(Layer.provide(Settings.layerConfig, NodeFileSystem.layer)))

const complete = {
  ...variables,
  LTS_IIIF_ISSUER: "atissuer",
  LTS_IIIF_KID: "atkid",
  LTS_IIIF_PRIVATE_KEY_STRING: pem(rsa().privateKey, "pkcs8")
}

const settings = (env: Readonly<Record<string, string>>) =>
  Effect.map(Effect.flip(read).pipe(withVariables(env)), ({ problems }) => problems.map((p) => p.setting).sort())

describe("Settings.layerConfig", () => {
  it.effect("reads settings and credentials", () =>
    Effect.gen(function*() {
      const found = yield* read.pipe(withVariables(complete))
      assert.deepStrictEqual(found, { issuer: "atissuer", kid: "atkid", environment: "qa" })
    }))

  it.effect("reports everything missing from both at once", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* settings({}), [
        "LTS_IIIF_ACCOUNT",
        "LTS_IIIF_AGENT",
        "LTS_IIIF_ENVIRONMENT",
        "LTS_IIIF_ISSUER",
        "LTS_IIIF_NAMESPACE",
        "LTS_IIIF_PRIVATE_KEY_PATH or LTS_IIIF_PRIVATE_KEY_STRING",
        "LTS_IIIF_SPACE"
      ])
    }))

  it.effect("reports everything invalid in both at once", () =>
    Effect.gen(function*() {
      const wrong = {
        LTS_IIIF_ACCOUNT: "A!",
        LTS_IIIF_NAMESPACE: "a b",
        LTS_IIIF_INGEST_URL: "http://x",
        LTS_IIIF_ISSUER: "a b",
        LTS_IIIF_KID: "c d",
        LTS_IIIF_PRIVATE_KEY_STRING: "no key"
      }
      assert.deepStrictEqual(yield* settings({ ...complete, ...wrong }), Object.keys(wrong).sort())
    }))

  it.effect("reports that a key does not belong to the environment", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* settings({ ...complete, LTS_IIIF_ENVIRONMENT: "sandbox" }), ["LTS_IIIF_ISSUER"])
      assert.deepStrictEqual(yield* settings({ ...complete, LTS_IIIF_ISSUER: "sandbox" }), ["LTS_IIIF_ISSUER"])
      const sandbox = { ...complete, LTS_IIIF_ENVIRONMENT: "sandbox", LTS_IIIF_ISSUER: "sandbox" }
      assert.strictEqual((yield* read.pipe(withVariables(sandbox))).environment, "sandbox")
    }))

  it.effect("reports that along with all other problems", () =>
    Effect.gen(function*() {
      const { LTS_IIIF_ACCOUNT: _, ...others } = complete
      assert.deepStrictEqual(
        yield* settings({ ...others, LTS_IIIF_ISSUER: "sandbox", LTS_IIIF_PRIVATE_KEY_STRING: "no key" }),
        ["LTS_IIIF_ACCOUNT", "LTS_IIIF_ISSUER", "LTS_IIIF_PRIVATE_KEY_STRING"]
      )
    }))
})

describe("Settings.layer", () => {
  const found = (options: Settings.Options) =>
    Effect.gen(function*() {
      const { issuer, kid, lifetime, resources } = yield* Credentials.Credentials
      const { account, assetPrefix, environment, space } = yield* MpsConfig
      return {
        issuer,
        kid,
        lifetime: Duration.toSeconds(lifetime),
        resources,
        account,
        space,
        assetPrefix,
        environment: environment.name
      }
    }).pipe(Effect.provide(Layer.provide(Settings.layer(options), NodeFileSystem.layer)))

  it.effect("takes what code gives before what variables say, field by field", () =>
    Effect.gen(function*() {
      const made = yield* found({
        config: { space: "other", assetPrefix: "myapp", environment: "prod" },
        credentials: { kid: "mine", lifetime: "5 minutes", resources: ["content"] }
      }).pipe(withVariables(complete))
      assert.deepStrictEqual(made, {
        issuer: "atissuer",
        kid: "mine",
        lifetime: 300,
        resources: ["content"],
        account: "at",
        space: "other",
        assetPrefix: "myapp",
        environment: "prod"
      })
    }))

  it.effect("needs no variables where code gives everything, the key included", () =>
    Effect.gen(function*() {
      const key = Credentials.keyText(Redacted.make(pem(rsa().privateKey, "pkcs1")))
      const made = yield* found({
        config: { environment: "qa", account: "a", space: "b", namespace: "c", agent: "d" },
        credentials: { issuer: "me", kid: "k", key }
      }).pipe(withVariables({}))
      assert.deepStrictEqual([made.issuer, made.account, made.environment], ["me", "a", "qa"])
    }))

  it.effect("takes a field that is undefined for one that is not given", () =>
    Effect.gen(function*() {
      const config: Settings.Options["config"] = Object.fromEntries([["space", undefined]])
      const credentials: Settings.Options["credentials"] = Object.fromEntries([["kid", undefined]])
      const made = yield* found({ config, credentials } as Settings.Options).pipe(withVariables(complete))
      assert.deepStrictEqual([made.space, made.kid], ["atspace", "atkid"])
    }))

  it.effect("names what is wrong as it was given: by option or by variable, all at once", () =>
    Effect.gen(function*() {
      const problems = yield* found({
        config: { space: "Not A Space" },
        credentials: { kid: "not a kid", lifetime: "9 hours", resources: [], key: Credentials.keyFile("/no/such.pem") }
      }).pipe(
        withVariables({ ...variables, LTS_IIIF_ACCOUNT: "Not An Account" }),
        Effect.flip,
        Effect.map((error) => error.problems.map(({ setting }) => setting))
      )
      assert.sameMembers(problems, [
        "space",
        "LTS_IIIF_ACCOUNT",
        "LTS_IIIF_ISSUER",
        "kid",
        "lifetime",
        "resources",
        "key"
      ])
    }))

  it.effect("names an option of another type, which code without types can give", () =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<readonly [keyof Settings.Options, option: string, values: ReadonlyArray<unknown>]> = [
        ...[...Object.keys(options), "timeZone", "ingestUrl"].map((name) => ["config", name, [null, 5, {}]] as const),
        ["credentials", "issuer", [null, 5]],
        ["credentials", "kid", [null, 5]],
        ["credentials", "lifetime", [null, "forever", {}]],
        ["credentials", "resources", [null, "ingest", [5]]],
        ["credentials", "key", [null, complete.LTS_IIIF_PRIVATE_KEY_STRING, { _tag: "File", path: 5 }]]
      ]
      for (const [group, option, values] of wrong) {
        for (const value of values) {
          const given = { [group]: { [option]: value } } as Settings.Options
          const error = yield* Effect.flip(found(given).pipe(withVariables(complete)))
          assert.deepStrictEqual(error.problems.map(({ setting }) => setting), [option])
          assert.notInclude(error.message, "BEGIN")
        }
      }
    }))

  it.effect("drops white space around a variable, such as the line break of a file", () =>
    Effect.gen(function*() {
      const spaced = Object.fromEntries(Object.entries(complete).map(([name, value]) => [name, ` ${value}\n`]))
      yield* found({}).pipe(withVariables(spaced))
    }))

  it.effect("names an option once", () =>
    Effect.gen(function*() {
      const read = found({ credentials: { lifetime: "9 hours", issuer: "a b" } }).pipe(withVariables(complete))
      const { message } = yield* Effect.flip(read)
      assert.notMatch(message, /(\w+): \1:/)
      assert.match(message, /^ {2}lifetime: MPS rejects a token lifetime of 9h/m)
    }))

  it.effect("does not show a secret that was given as the issuer", () =>
    Effect.gen(function*() {
      const key = pem(rsa().privateKey, "pkcs8").trim()
      const secret = "A1b2C3d4".repeat(5)
      for (const issuer of [key, secret]) {
        for (
          const read of [
            found({ config: { environment: "sandbox" }, credentials: { issuer } }).pipe(withVariables(complete)),
            found({ config: { environment: "sandbox" } }).pipe(
              withVariables({ ...complete, LTS_IIIF_ISSUER: issuer })
            )
          ]
        ) {
          const error = yield* Effect.flip(read)
          const shown = error.message + inspect(error, { depth: 9 }) + JSON.stringify(error)
          assert.include(shown, `a value of ${issuer.length} characters`)
          for (const piece of [secret, ...pieces(key)]) assert.notInclude(shown, piece)
        }
      }
    }))

  it.effect("holds the sandbox's issuer and environments apart, whichever comes from code", () =>
    Effect.gen(function*() {
      for (
        const [options, setting] of [
          [{ config: { environment: "sandbox" } }, "LTS_IIIF_ISSUER"],
          [{ credentials: { issuer: "sandbox" } }, "issuer"],
          [{ config: { environment: "sandbox" }, credentials: { issuer: "not an issuer" } }, "issuer"]
        ] as ReadonlyArray<readonly [options: Settings.Options, setting: string]>
      ) {
        const error = yield* Effect.flip(found(options).pipe(withVariables(complete)))
        assert.deepStrictEqual(error.problems.map((problem) => problem.setting), [setting])
      }
    }))
})
