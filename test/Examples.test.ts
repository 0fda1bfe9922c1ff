import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Redacted, Semaphore } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { root, run } from "./support/child.ts"

const folder = Path.join(root, "examples")

/** Two at a time: each example is a separate Node process with its own sandbox. */
const slots = Semaphore.makeUnsafe(2)

const secrets = /PRIVATE KEY|Bearer |eyJ[\w-]{8}|AWS4-HMAC/

/** Runs an example as a user would, and checks that it prints no secret. */
const example = (
  name: string,
  options: { readonly args?: ReadonlyArray<string>; readonly env?: Readonly<Record<string, string>> } = {}
) =>
  run(process.execPath, ["--import", "tsx", Path.join(folder, name), ...options.args ?? []], options).pipe(
    slots.withPermits(1),
    Effect.tap(({ stderr, stdout }) => Effect.sync(() => assert.notMatch(stdout + stderr, secrets)))
  )

const succeeds = (name: string, expected: ReadonlyArray<string | RegExp>) =>
  it.live(name, () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* example(name)
      assert.strictEqual(code, 0, stdout + stderr)
      assert.strictEqual(stderr, "")
      for (const text of expected) {
        if (typeof text === "string") assert.include(stdout, text)
        else assert.match(stdout, text)
      }
    }), 240_000)

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0

const numbered = {
  "01-quickstart.ts": [
    "manifest  5 canvases",
    /submit {4}5 assets, job [0-9a-f]{24}\n/,
    /hubble-deep-field\.jpg +served, 1000 x 872\n/,
    /falcon9-dscovr\.jpg +served, 640 x 427\n/,
    /falcon9-strips\.tif +served, 640 x 427\n/,
    /coffee\.png +served, 600 x 400\n/,
    /retina-pyramid\.tif +served, 1411 x 1411\n/
  ],
  "02-memory-instead-of-s3.ts": [/^S3\n((?:images\/.* CRC-32 [0-9a-f]{8}\n){2})memory\n\1$/],
  "03-own-retry-policy.ts": ["S3 answered 503, 503, 503, 200\n", /coffee\.png +served, 600 x 400\n/],
  "04-watch-a-job.ts": [/^job [0-9a-f]{24}\nready +Going\nqueued +Going\nrunning +Going\nsuccess +Succeeded\n$/],
  "06-bytes-and-streams.ts": [/coffee\.png +served, 600 x 400\n/, /retina\.tif +served, 1411 x 1411\n/],
  "07-without-effect.ts": [
    "service { version: 'sandbox' }\n",
    /coffee\.png: served, 600 x 400\n/,
    `"Coffee, black" cannot be the name of a manifest`
  ],
  "08-failures-on-purpose.ts": [
    /COFFEE +coffee\.png +served, 600 x 400\n/,
    /FALCONSBXDEAD +falcon9-dscovr\.jpg +not served: HTTP 404\n/,
    "The job says: success. A viewer says:\ncanvas 2: 404"
  ],
  "09-batch-from-a-sheet.ts": [
    /^plan {6}2 manifests, 5 images, \d+ bytes\n/,
    /falcon9-strips\.tif +served, 640 x 427\n/,
    /retina-pyramid\.tif +served, 1411 x 1411\n/,
    "sandbox: 2 of 2 manifests served, 5 of 5 images served\n"
  ]
}

describe.concurrent("examples", () => {
  for (const [name, expected] of Object.entries(numbered)) succeeds(name, expected)

  it.live("05-in-a-test.test.ts", () =>
    Effect.gen(function*() {
      const vitest = Path.join(root, "node_modules/vitest/vitest.mjs")
      const { code, stderr, stdout } = yield* slots.withPermits(1)(
        run(process.execPath, [vitest, "run", "--root", folder], { env: { NO_COLOR: "1" } })
      )
      assert.strictEqual(code, 0, stdout + stderr)
      assert.match(stdout, /Tests +4 passed \(4\)/)
    }), 240_000)

  it("are all covered by these tests", () => {
    const files = Fs.readdirSync(folder).filter((name) => name.endsWith(".ts"))
    assert.sameMembers(files, [...Object.keys(numbered), "05-in-a-test.test.ts", "live.ts"])
  })
})

/** The variables that a sandbox prints for its users, except the agent. */
const variables = Effect.map(Sandbox.Sandbox, (sandbox) => ({
  LTS_IIIF_ENVIRONMENT: "sandbox",
  LTS_IIIF_INGEST_URL: `${sandbox.url}/admin/ingest`,
  LTS_IIIF_ASSET_URL: `${sandbox.url}/assets/images`,
  LTS_IIIF_MANIFEST_URL: sandbox.url,
  LTS_IIIF_BUCKET: sandbox.s3.bucket,
  LTS_IIIF_S3_ENDPOINT: sandbox.s3.endpoint,
  LTS_IIIF_KID: sandbox.kid,
  LTS_IIIF_PRIVATE_KEY_PATH: sandbox.privateKeyPath,
  AWS_REGION: sandbox.s3.region,
  AWS_ACCESS_KEY_ID: sandbox.s3.accessKeyId,
  AWS_SECRET_ACCESS_KEY: Redacted.value(sandbox.s3.secretAccessKey)
}))

describe.concurrent("live.ts", () => {
  it.live("ingests two pictures, configured with options instead of variables", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const { code, stderr, stdout } = yield* example("live.ts", {
        env: { ...yield* variables, LTS_IIIF_SPACE: "another", LTS_IIIF_AGENT: "fromvariables" },
        // dprint-ignore
        args: [
          "--issuer", sandbox.issuer, "--space", sandbox.space, "--environment", "sandbox", "--asset-prefix", "live",
          "--account", sandbox.account, "--namespace", sandbox.namespace
        ]
      })
      assert.strictEqual(code, 0, stdout + stderr)
      assert.strictEqual(count(stdout, /^livecoffee\w{22} +coffee\.png +served, 600 x 400$/gm), 1)
      assert.strictEqual(count(stdout, /^livefalcon9strips\w{22} +falcon9-strips\.tif +served, 640 x 427$/gm), 1)
      const objects = (yield* sandbox.requests()).filter(({ op }) => op === "PutObject").map(({ path }) => path)
      assert.strictEqual(count(objects.join("\n"), /\/images\/live(?:coffee|falcon9strips)\w{22}\./g), 2)
    }).pipe(Effect.provide(Sandbox.Sandbox.layer())), 240_000)

  it.live("reports everything that is missing or wrong at once, and exits with 1", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* example("live.ts", {
        env: { ...yield* variables, LTS_IIIF_NAMESPACE: "" },
        args: ["--environment", "qaa", "--agent", "two words"]
      })
      assert.strictEqual(code, 1)
      for (const name of ["ISSUER", "ACCOUNT", "SPACE", "NAMESPACE"]) {
        assert.include(stderr, `LTS_IIIF_${name}: is not set`)
      }
      assert.include(stderr, "LTS_IIIF_AGENT: \"two words\" should be one word")
      assert.include(stderr, "LTS_IIIF_ENVIRONMENT: \"qaa\" is not one of dev, qa, prod, sandbox")
      assert.notMatch(stderr, /^\s+at /m)
    }).pipe(Effect.provide(Sandbox.Sandbox.layer())), 240_000)

  it.live("prints the table, then exits with 1, if something is not served", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const { code, stderr, stdout } = yield* example("live.ts", {
        env: {
          ...yield* variables,
          LTS_IIIF_ISSUER: sandbox.issuer,
          LTS_IIIF_ACCOUNT: sandbox.account,
          LTS_IIIF_SPACE: sandbox.space,
          LTS_IIIF_NAMESPACE: sandbox.namespace,
          LTS_IIIF_AGENT: "liveagent",
          AWS_SECRET_ACCESS_KEY: "wrong"
        }
      })
      assert.strictEqual(code, 1, stdout + stderr)
      assert.strictEqual(count(stdout, /not uploaded: /g), 2)
      assert.include(stderr, "not everything is served: see the table")
      assert.notMatch(stderr, /^\s+at /m)
    }).pipe(Effect.provide(Sandbox.Sandbox.layer())), 240_000)
})
