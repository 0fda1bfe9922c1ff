import { assert, describe, it } from "@effect/vitest"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import { Effect, Result } from "effect"
import { options, variables, withVariables } from "../support/config.ts"

const read = MpsConfig.MpsConfig.pipe(Effect.provide(MpsConfig.layerConfig))

const problemsOf = (env: Readonly<Record<string, string>>) =>
  Effect.map(Effect.flip(read).pipe(withVariables(env)), ({ problems }) => problems)

const settings = (problems: ReadonlyArray<MpsConfig.Problem>) => problems.map((p) => p.setting).sort()

const required = Object.keys(variables).sort()

describe("MpsConfig.layerConfig", () => {
  it.effect("reads the required variables and fills in the defaults", () =>
    Effect.gen(function*() {
      const config = yield* read.pipe(withVariables(variables))
      assert.deepStrictEqual({ ...config, environment: config.environment.name }, {
        environment: "qa",
        account: "at",
        space: "atspace",
        namespace: config.namespace,
        agent: "atagent",
        assetPrefix: "",
        bucket: "edu.harvard.huit.lts.mps.at-atspace-qa",
        keyPrefix: "images",
        timeZone: "America/New_York"
      })
      assert.strictEqual(config.namespace, "AT")
    }))

  it.effect("reads every variable", () =>
    Effect.gen(function*() {
      const config = yield* read.pipe(withVariables({
        ...variables,
        LTS_IIIF_NAMESPACE: "vpal.harvardOnline",
        LTS_IIIF_ASSET_PREFIX: "myapp",
        LTS_IIIF_KEY_PREFIX: "scans/2026",
        LTS_IIIF_TIME_ZONE: "Europe/Berlin",
        LTS_IIIF_INGEST_URL: "https://a.example/i",
        LTS_IIIF_ASSET_URL: "https://b.example",
        LTS_IIIF_MANIFEST_URL: "https://c.example/",
        LTS_IIIF_S3_ENDPOINT: "https://d.example",
        LTS_IIIF_BUCKET: "my.bucket-1"
      }))
      assert.deepStrictEqual({ ...config, namespace: String(config.namespace) }, {
        environment: {
          name: "qa",
          ingestUrl: "https://a.example/i",
          assetUrl: "https://b.example",
          manifestUrl: "https://c.example",
          s3Endpoint: "https://d.example"
        },
        account: "at",
        space: "atspace",
        namespace: "VPAL.HARVARDONLINE",
        agent: "atagent",
        assetPrefix: "myapp",
        bucket: "my.bucket-1",
        keyPrefix: "scans/2026",
        timeZone: "Europe/Berlin"
      })
    }))

  it.effect.each(required)("reports only %s as missing, by name", (name) =>
    Effect.gen(function*() {
      const { [name]: _, ...others }: Record<string, string> = variables
      const problems = yield* problemsOf(others)
      assert.deepStrictEqual(problems.map(({ setting }) => setting), [name])
      assert.match(problems[0]?.problem ?? "", /^is not set: /)
    }))

  it.effect.each(["", "  ", "\n"])("treats %j as not set", (blank) =>
    Effect.gen(function*() {
      const problems = yield* problemsOf(Object.fromEntries(required.map((name) => [name, blank])))
      assert.deepStrictEqual(settings(problems), required)
      assert.isTrue(problems.every((p) => p.problem.startsWith("is not set: ")))
      const config = yield* read.pipe(
        withVariables({ ...variables, LTS_IIIF_BUCKET: blank, LTS_IIIF_INGEST_URL: blank })
      )
      assert.strictEqual(config.bucket, "edu.harvard.huit.lts.mps.at-atspace-qa")
      assert.strictEqual(config.environment.ingestUrl, "https://mps-ingest-qa.lib.harvard.edu/admin/ingest")
    }))

  const malformed = {
    LTS_IIIF_ENVIRONMENT: "production",
    LTS_IIIF_ACCOUNT: "At",
    LTS_IIIF_SPACE: "at/space",
    LTS_IIIF_NAMESPACE: "at_x",
    LTS_IIIF_AGENT: "at agent",
    LTS_IIIF_ASSET_PREFIX: "my-app",
    LTS_IIIF_KEY_PREFIX: "/images",
    LTS_IIIF_TIME_ZONE: "Mars/Olympus",
    LTS_IIIF_BUCKET: "A",
    LTS_IIIF_INGEST_URL: "nowhere",
    LTS_IIIF_ASSET_URL: "ftp://x",
    LTS_IIIF_MANIFEST_URL: "https://x/?q",
    LTS_IIIF_S3_ENDPOINT: "s3"
  }

  it.effect.each(Object.entries(malformed))("rejects %s %j", ([name, value]) =>
    Effect.gen(function*() {
      const problems = yield* problemsOf({ ...variables, [name]: value })
      assert.deepStrictEqual(settings(problems), [name])
      assert.notMatch(problems[0]?.problem ?? "", /is not set/)
    }))

  it.effect("reports all problems at once, in a message that names each variable", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(read).pipe(withVariables(malformed))
      assert.deepStrictEqual(settings(error.problems), Object.keys(malformed).sort())
      for (const name of Object.keys(malformed)) assert.include(error.message, `${name}: `)
    }))

  it.effect("reports an invalid address even if the environment is not set", () =>
    Effect.gen(function*() {
      const { LTS_IIIF_ENVIRONMENT: _, ...others } = variables
      const problems = yield* problemsOf({ ...others, LTS_IIIF_INGEST_URL: "nowhere" })
      assert.deepStrictEqual(settings(problems), ["LTS_IIIF_ENVIRONMENT", "LTS_IIIF_INGEST_URL"])
    }))

  it.effect("accepts only this machine for sandbox, and names the variable otherwise", () =>
    Effect.gen(function*() {
      const sandbox = { ...variables, LTS_IIIF_ENVIRONMENT: "sandbox" }
      const problems = yield* problemsOf({ ...sandbox, LTS_IIIF_S3_ENDPOINT: "https://s3.amazonaws.com" })
      assert.deepStrictEqual(settings(problems), ["LTS_IIIF_S3_ENDPOINT"])
      const config = yield* read.pipe(
        withVariables({ ...sandbox, LTS_IIIF_INGEST_URL: "http://127.0.0.1:5/admin/ingest" })
      )
      assert.strictEqual(config.environment.ingestUrl, "http://127.0.0.1:5/admin/ingest")
      const prod = yield* problemsOf({ ...variables, LTS_IIIF_INGEST_URL: "http://127.0.0.1:5/admin/ingest" })
      assert.deepStrictEqual(settings(prod), ["LTS_IIIF_INGEST_URL"])
    }))
})

describe("the key prefix", () => {
  it.effect("is the bucket's root only if it is asked for by name, and images if the variable is empty", () =>
    Effect.gen(function*() {
      const prefixOf = (LTS_IIIF_KEY_PREFIX: string) =>
        Effect.map(read, ({ keyPrefix }) => keyPrefix).pipe(withVariables({ ...variables, LTS_IIIF_KEY_PREFIX }))
      assert.strictEqual(yield* prefixOf("/"), "/")
      assert.strictEqual(yield* prefixOf(""), "images")
      assert.strictEqual(yield* prefixOf(".scans/2026.11"), ".scans/2026.11")
      for (const keyPrefix of ["", "//", "..", "a/./b"]) {
        const result = MpsConfig.make({ ...options, keyPrefix })
        assert.deepStrictEqual(Result.isFailure(result) ? result.failure.problems : [], [{
          setting: "keyPrefix",
          problem: `"${keyPrefix}" should be a folder name such as images, or / for the root of the bucket`
        }])
      }
    }))
})

describe("MpsConfig.make", () => {
  it("reports settings by the names of its options", () => {
    const result = MpsConfig.make({ ...options, account: "A B", assetPrefix: "é" })
    assert.deepStrictEqual(Result.isFailure(result) ? settings(result.failure.problems) : [], [
      "account",
      "assetPrefix"
    ])
  })

  it.each(["stra\u00DFe", "\u0131", "\u017F", "\uFF41"])("does not fold the namespace %j into ASCII", (namespace) => {
    assert.isTrue(Result.isFailure(MpsConfig.make({ ...options, namespace })))
  })
})
