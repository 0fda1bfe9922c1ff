import { assert, describe, it } from "@effect/vitest"
import { S3Client } from "@iiif-ingest/aws"
import { Credentials, Holdings, Ingest, MpsConfig, Pace, RetryPolicy } from "@iiif-ingest/core"
import { Effect, Redacted, Schedule } from "effect"
import { IngestClient, Live } from "iiif-ingest"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { variables, withVariables } from "../../core/test/support/config.ts"
import { pem, rsa } from "../../core/test/support/keys.ts"

const complete = {
  ...variables,
  LTS_IIIF_ISSUER: "atissuer",
  LTS_IIIF_KID: "atkid",
  LTS_IIIF_PRIVATE_KEY_STRING: pem(rsa().privateKey, "pkcs8")
}

/** A path that does not exist yet, removed in the end. */
const temporary = Effect.acquireRelease(
  Effect.sync(() => Path.join(Os.tmpdir(), `iiif-ingest-live-${Crypto.randomUUID()}`)),
  (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true, force: true }))
)

const settings = Effect.gen(function*() {
  const { account, environment, space } = yield* MpsConfig.MpsConfig
  const { issuer } = yield* Credentials.Credentials
  const client = yield* (yield* S3Client.S3Client).client
  const endpoint = yield* Effect.promise(async () => client.config.endpoint?.())
  return { account, space, environment: environment.name, issuer, port: endpoint?.port }
})

describe("Live.layerConfig", () => {
  it.effect("takes everything from the environment, the journal's place included", () =>
    Effect.gen(function*() {
      const journal = Path.join(yield* temporary, "journal.sqlite")
      const found = yield* settings.pipe(
        Effect.provide(Live.layerConfig),
        withVariables({ ...complete, LTS_IIIF_JOURNAL: journal })
      )
      assert.deepStrictEqual(found, {
        account: "at",
        space: "atspace",
        environment: "qa",
        issuer: "atissuer",
        port: undefined
      })
      assert.isTrue(Fs.existsSync(journal))
    }))

  it.effect("names all that is missing or wrong at once, proxies included, and opens no journal", () =>
    Effect.gen(function*() {
      const journal = Path.join(yield* temporary, "journal.sqlite")
      const error = yield* Effect.flip(Effect.provide(settings, Live.layerConfig)).pipe(
        withVariables({ LTS_IIIF_ACCOUNT: "at", LTS_IIIF_JOURNAL: journal, HTTPS_PROXY: "socks://proxy.example" })
      )
      assert.strictEqual(error._tag, "MpsConfigError")
      if (error._tag !== "MpsConfigError") return
      assert.sameMembers(error.problems.map(({ setting }) => setting), [
        "LTS_IIIF_ENVIRONMENT",
        "LTS_IIIF_SPACE",
        "LTS_IIIF_NAMESPACE",
        "LTS_IIIF_AGENT",
        "LTS_IIIF_ISSUER",
        "LTS_IIIF_PRIVATE_KEY_PATH or LTS_IIIF_PRIVATE_KEY_STRING",
        "HTTPS_PROXY"
      ])
      assert.isFalse(Fs.existsSync(journal))
    }))
})

describe("Live.layer", () => {
  it.effect("puts code before variables, field by field", () =>
    Effect.gen(function*() {
      const folder = yield* temporary
      const found = yield* settings.pipe(
        Effect.provide(Live.layer({
          config: { space: "other", s3Endpoint: "https://s3.example:9000" },
          credentials: { issuer: "someone" },
          journal: { path: Path.join(folder, "code.sqlite") },
          s3: { region: "us-east-1" }
        })),
        withVariables({ ...complete, LTS_IIIF_JOURNAL: Path.join(folder, "variable.sqlite") })
      )
      assert.deepStrictEqual(found, {
        account: "at",
        space: "other",
        environment: "qa",
        issuer: "someone",
        port: 9000
      })
      assert.deepStrictEqual(Fs.readdirSync(folder).filter((name) => name.endsWith(".sqlite")), ["code.sqlite"])
    }))

  it.effect("has a journal in memory, and parts of a policy", () =>
    Effect.gen(function*() {
      const folder = yield* temporary
      const policy = yield* RetryPolicy.RetryPolicy.pipe(
        Effect.provide(Live.layer({ journal: "memory", retry: { poll: Schedule.recurs(7) } })),
        withVariables({ ...complete, LTS_IIIF_JOURNAL: Path.join(folder, "journal.sqlite") })
      )
      assert.strictEqual(policy.read, RetryPolicy.standard.read)
      assert.notStrictEqual(policy.poll, RetryPolicy.standard.poll)
      assert.isFalse(Fs.existsSync(folder))
    }))

  it.effect("brings the journal's holdings and the pace to the program", () =>
    Effect.gen(function*() {
      const folder = yield* temporary
      const live = Live.layer({ journal: { path: Path.join(folder, "journal.sqlite") }, pace: { postsPerSecond: 1 } })
      const seen = yield* Effect.gen(function*() {
        const { count, record } = yield* Holdings.Holdings
        yield* record(undefined, [{ kind: "image", id: "AT:a", ingestedAt: 0 }])
        const { delivery, post } = yield* Pace.Pace
        return [yield* count, delivery === Effect.void, post === Effect.void]
      }).pipe(Effect.provide(live), withVariables(complete))
      assert.deepStrictEqual(seen, [1, true, false])
    }))

  it.effect("leaves the policy of the program alone where none is given", () =>
    Effect.gen(function*() {
      const own = { ...RetryPolicy.standard, poll: Schedule.recurs(7) }
      const policy = yield* RetryPolicy.RetryPolicy.pipe(
        Effect.provide(Live.layer({ journal: "memory" })),
        Effect.provideService(RetryPolicy.RetryPolicy, own),
        withVariables(complete)
      )
      assert.strictEqual(policy, own)
    }))

  it.effect("shares no service with a live layer around it", () =>
    Effect.gen(function*() {
      const spaces = Effect.gen(function*() {
        const ingest = yield* Ingest.Ingest
        const request = yield* ingest.request({ assets: [], manifest: {} })
        return [(yield* MpsConfig.MpsConfig).space, request.globalSettings.spaceDefault]
      })
      const live = (space: string) => Effect.provide(Live.layer({ config: { space }, journal: "memory" }))
      const seen = yield* Effect.all([spaces, live("inner")(spaces), spaces]).pipe(
        live("outer"),
        withVariables(complete)
      )
      assert.deepStrictEqual(seen, [["outer", "outer"], ["inner", "inner"], ["outer", "outer"]])
    }))

  it.effect("shows no secret in what it fails with", () =>
    Effect.gen(function*() {
      const secret = "hunter2hunter2hunter2hunter2hunter2hunter2"
      const error = yield* Effect.flip(Effect.provide(
        settings,
        Live.layer({ proxies: { https: Redacted.make(`socks://user:${secret}@proxy.example`) } })
      )).pipe(
        withVariables({ ...complete, LTS_IIIF_PRIVATE_KEY_STRING: secret, LTS_IIIF_ACCOUNT: secret.toUpperCase() })
      )
      assert.notInclude(`${error.message}${JSON.stringify(error)}`.toLowerCase(), secret)
    }))
})

describe("IngestClient.fromEnvironment", () => {
  it("rejects with everything that is missing, by name", async () => {
    const client = IngestClient.fromEnvironment({ config: { environment: "qa" }, journal: "memory" })
    const error: unknown = await client.serviceVersion().then(() => undefined, (error: unknown) => error)
    assert.instanceOf(error, MpsConfig.MpsConfigError)
    if (error instanceof MpsConfig.MpsConfigError) {
      assert.includeMembers(error.problems.map(({ setting }) => setting), ["LTS_IIIF_ACCOUNT", "LTS_IIIF_ISSUER"])
    }
    await client.dispose()
  })

  it("builds the layer again after a call for which it could not be built", async () => {
    const folder = Fs.mkdtempSync(Path.join(Os.tmpdir(), "iiif-ingest-live-"))
    const options: Live.Options = {
      config: { environment: "qa", account: "at", space: "atspace", namespace: "AT", agent: "at" },
      credentials: {
        issuer: "atissuer",
        kid: "atkid",
        key: Credentials.keyText(Redacted.make(complete.LTS_IIIF_PRIVATE_KEY_STRING))
      },
      journal: { path: Path.join(folder, "journal.sqlite") }
    }
    const [first, second] = [IngestClient.fromEnvironment(options), IngestClient.fromEnvironment(options)]
    assert.deepStrictEqual(await first.upload([]), [])
    const error: unknown = await second.upload([]).then(() => undefined, (error: unknown) => error)
    assert.match(String(error), /in use by another run in this process/)
    await first.dispose()
    assert.deepStrictEqual(await second.upload([]), [])
    await second.dispose()
    Fs.rmSync(folder, { recursive: true })
  })
})
