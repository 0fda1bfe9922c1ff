import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { IngestProgram, type MpsConfig } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { ConfigProvider, Effect, Layer } from "effect"
import { Live } from "iiif-ingest"
import * as Fs from "node:fs"
import { pem, rsa } from "../../packages/core/test/support/keys.ts"
import { assertNothingSent, coffee, errorOf, fresh } from "./support/runs.ts"
import { piecesOf, watched } from "./support/secrets.ts"

type Variables = Readonly<Record<string, string>>

const key = pem(rsa().privateKey, "pkcs8")

/** A complete set of variables. */
const complete = Effect.map(Sandbox.Sandbox, (sandbox): Variables => ({
  LTS_IIIF_ENVIRONMENT: "sandbox",
  LTS_IIIF_ACCOUNT: sandbox.account,
  LTS_IIIF_SPACE: sandbox.space,
  LTS_IIIF_NAMESPACE: sandbox.namespace,
  LTS_IIIF_AGENT: "sandboxagent",
  LTS_IIIF_ASSET_PREFIX: "bad",
  LTS_IIIF_KEY_PREFIX: "images",
  LTS_IIIF_TIME_ZONE: "America/New_York",
  LTS_IIIF_INGEST_URL: `${sandbox.url}/admin/ingest`,
  LTS_IIIF_ASSET_URL: `${sandbox.url}/assets/images`,
  LTS_IIIF_MANIFEST_URL: sandbox.url,
  LTS_IIIF_BUCKET: sandbox.s3.bucket,
  LTS_IIIF_S3_ENDPOINT: sandbox.s3.endpoint,
  LTS_IIIF_ISSUER: sandbox.issuer,
  LTS_IIIF_KID: sandbox.kid,
  LTS_IIIF_PRIVATE_KEY_PATH: sandbox.privateKeyPath
}))

const required = [
  "LTS_IIIF_ENVIRONMENT",
  "LTS_IIIF_ACCOUNT",
  "LTS_IIIF_SPACE",
  "LTS_IIIF_NAMESPACE",
  "LTS_IIIF_AGENT",
  "LTS_IIIF_ISSUER"
] as const

/** A run with only these variables. It should end before it reaches S3, so it needs no AWS keys. */
const run = (variables: Variables, ...secrets: ReadonlyArray<string>) =>
  watched(
    IngestProgram.ingestProgram({ images: [coffee], manifest: { name: "BAD", label: "Bad" } }).pipe(
      Effect.provide(
        Layer.provide(
          Live.layer({ journal: "memory" }),
          ConfigProvider.layer(ConfigProvider.fromEnv({ env: variables }))
        )
      )
    ),
    [...piecesOf(key), ...secrets]
  )

const problemsOf = (error: Error & { readonly _tag: string }): ReadonlyArray<MpsConfig.Problem> => {
  assert.strictEqual(error._tag, "MpsConfigError", error.message)
  return "problems" in error ? (error as MpsConfig.MpsConfigError).problems : []
}

/** The problems reported for a run with one wrong variable. */
const problemWith = Effect.fnUntraced(function*(variable: string, value: string, ...secrets: ReadonlyArray<string>) {
  yield* fresh()
  const { exit } = yield* run({ ...(yield* complete), [variable]: value }, ...secrets)
  const problems = problemsOf(errorOf(exit))
  yield* assertNothingSent
  return problems
})

/** Malformed values, and the problem reported for each. */
const malformed: ReadonlyArray<readonly [variable: string, value: string, problem: RegExp]> = [
  ["LTS_IIIF_ENVIRONMENT", "staging", /"staging" is not one of dev, qa, prod, sandbox/],
  ["LTS_IIIF_ENVIRONMENT", "QA", /"QA" is not one of dev, qa, prod, sandbox/],
  ["LTS_IIIF_ACCOUNT", "My Account", /"My Account" should be lower-case letters, digits and dashes, as issued by LTS/],
  ["LTS_IIIF_SPACE", "at/space", /"at\/space" should be lower-case letters/],
  ["LTS_IIIF_NAMESPACE", "A-T", /"A-T" should consist of letters and digits, separated by single periods/],
  ["LTS_IIIF_NAMESPACE", "A..T", /should consist of letters and digits, separated by single periods/],
  ["LTS_IIIF_AGENT", "two words", /"two words" should be one word/],
  ["LTS_IIIF_ASSET_PREFIX", "my-app", /"my-app" should be ASCII letters and digits only/],
  ["LTS_IIIF_KEY_PREFIX", "/images/", /"\/images\/" should be a folder name such as images/],
  ["LTS_IIIF_TIME_ZONE", "Boston", /"Boston" is not a time zone such as America\/New_York/],
  ["LTS_IIIF_INGEST_URL", "localhost:4747", /it is not an http\(s\) address without user, query or fragment/],
  ["LTS_IIIF_INGEST_URL", "ftp://127.0.0.1/ingest", /it is not an http\(s\) address/],
  ["LTS_IIIF_ASSET_URL", "/assets/images", /it is not an http\(s\) address/],
  ["LTS_IIIF_MANIFEST_URL", "http://127.0.0.1/?a=b", /without user, query or fragment/],
  ["LTS_IIIF_BUCKET", "No_Bucket", /"No_Bucket" should be a bucket name/],
  ["LTS_IIIF_S3_ENDPOINT", "s3", /it is not an http\(s\) address/],
  [
    "LTS_IIIF_ISSUER",
    "an issuer",
    /"an issuer" should consist of letters, digits, periods, underscores and dashes, as issued by LTS/
  ],
  ["LTS_IIIF_KID", "kid/1", /"kid\/1" should consist of letters, digits, periods, underscores and dashes/],
  [
    "LTS_IIIF_PRIVATE_KEY_PATH",
    "/no/such/key",
    /the private key \/no\/such\/key cannot be read \(there is no such file/
  ],
  [
    "LTS_IIIF_PRIVATE_KEY_STRING",
    "nonsense",
    /LTS_IIIF_PRIVATE_KEY_STRING does not hold the RSA private key .*it is not a PEM/
  ]
]

/** Values that contradict the other settings, and the problem reported for each. */
const contradicting: ReadonlyArray<readonly [variable: string, value: string, problem: RegExp]> = [
  [
    "LTS_IIIF_ISSUER",
    "atissuer",
    /atissuer is not the sandbox's issuer: environment sandbox accepts only the sandbox's own keys/
  ],
  [
    "LTS_IIIF_INGEST_URL",
    "https://mps-ingest.lib.harvard.edu/admin/ingest",
    /is not on this machine: environment sandbox accepts only loopback addresses/
  ],
  [
    "LTS_IIIF_ASSET_URL",
    "https://mps.lib.harvard.edu/assets/images",
    /environment sandbox accepts only loopback addresses/
  ],
  ["LTS_IIIF_MANIFEST_URL", "https://nrs.lib.harvard.edu", /environment sandbox accepts only loopback addresses/],
  ["LTS_IIIF_S3_ENDPOINT", "https://s3.amazonaws.com", /environment sandbox accepts only loopback addresses/]
]

layer(Layer.merge(Sandbox.Sandbox.layer(), NodeServices.layer), { excludeTestServices: true })(
  "bad configuration",
  (it) => {
    it.effect("no variables: names everything that is missing at once", () =>
      Effect.gen(function*() {
        yield* fresh()
        const { exit } = yield* run({})
        const problems = problemsOf(errorOf(exit))
        const missing = [...required, "LTS_IIIF_PRIVATE_KEY_PATH or LTS_IIIF_PRIVATE_KEY_STRING"]
        assert.sameMembers(problems.map(({ setting }) => setting), missing)
        for (const { problem } of problems) assert.match(problem, /is not set|neither is set/)
        yield* assertNothingSent
      }))

    it.effect.each(required)("%s missing, empty or blank: only it is named", (variable) =>
      Effect.gen(function*() {
        const { [variable]: _, ...others } = yield* complete
        for (const variables of [others, { ...others, [variable]: "" }, { ...others, [variable]: "  " }]) {
          yield* fresh()
          const { exit } = yield* run(variables)
          const problems = problemsOf(errorOf(exit))
          assert.deepStrictEqual(problems.map(({ setting }) => setting), [variable])
          // and what to set it to
          assert.match(problems[0]?.problem ?? "", /^is not set: \w+/)
          yield* assertNothingSent
        }
      }))

    it.effect.each([...malformed, ...contradicting])("%s=%s", ([variable, value, expected]) =>
      Effect.gen(function*() {
        const problems = yield* problemWith(variable, value)
        assert.deepStrictEqual(problems.map(({ setting }) => setting), [variable])
        assert.match(problems[0]?.problem ?? "", expected)
      }))

    it.effect("everything malformed: every variable is named at once", () =>
      Effect.gen(function*() {
        yield* fresh()
        const values = Object.fromEntries(malformed.map(([variable, value]) => [variable, value]))
        const { LTS_IIIF_PRIVATE_KEY_STRING: _, ...variables } = values
        const settings = problemsOf(errorOf((yield* run(variables)).exit)).map(({ setting }) => setting)
        assert.sameMembers(settings, Object.keys(variables))
        yield* assertNothingSent
      }))

    it.effect.each(["qa", "prod", "dev"])(
      "the sandbox's settings in environment %s: names each one that points at the sandbox",
      (environment) =>
        Effect.gen(function*() {
          const problems = yield* problemWith("LTS_IIIF_ENVIRONMENT", environment)
          assert.sameMembers(problems.map(({ setting }) => setting), [
            "LTS_IIIF_INGEST_URL",
            "LTS_IIIF_ASSET_URL",
            "LTS_IIIF_MANIFEST_URL",
            "LTS_IIIF_S3_ENDPOINT",
            "LTS_IIIF_ISSUER"
          ])
          for (const { problem } of problems) assert.include(problem, `environment ${environment}`)
        })
    )

    it.effect("a key given both as a string and as a path: the string is used, with a warning", () =>
      Effect.gen(function*() {
        yield* fresh()
        const variables = { ...(yield* complete), LTS_IIIF_PRIVATE_KEY_STRING: "nonsense" }
        const { logs } = yield* run(variables)
        assert.include(
          logs,
          "both LTS_IIIF_PRIVATE_KEY_STRING and LTS_IIIF_PRIVATE_KEY_PATH are set: using the string"
        )
      }))

    it.effect("a private key in any other variable: it is not printed", () =>
      Effect.gen(function*() {
        const variables = yield* complete
        for (const variable of Object.keys(variables)) {
          for (const form of [key, key.replaceAll("\n", "\\n"), key.replaceAll("\n", "")]) {
            yield* fresh()
            const { exit } = yield* run({ ...variables, [variable]: form })
            assert.include(problemsOf(errorOf(exit)).map(({ setting }) => setting), variable)
          }
        }
      }))

    it.effect("an AWS secret in another variable: it is not printed", () =>
      Effect.gen(function*() {
        // The example secret from the AWS documentation. It is valid as an agent, a folder or a file name.
        const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        const variables = yield* complete
        for (const variable of Object.keys(variables)) {
          if (/AGENT|PREFIX|PATH/.test(variable)) continue
          assert.isNotEmpty(yield* problemWith(variable, secret, secret))
        }
      }))

    it.effect.each(["INGEST", "ASSET", "MANIFEST"])(
      "a password in LTS_IIIF_%s_URL: it is not printed",
      (name) =>
        Effect.gen(function*() {
          const problems = yield* problemWith(
            `LTS_IIIF_${name}_URL`,
            "https://me:pa55w0rd-hush@127.0.0.1/",
            "pa55w0rd-hush"
          )
          assert.match(problems[0]?.problem ?? "", /without user, query or fragment/)
        })
    )

    it.effect("a key file that holds a public key", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const path = `${sandbox.privateKeyPath}.public`
        Fs.writeFileSync(path, pem(rsa().publicKey, "spki"))
        const problems = yield* problemWith("LTS_IIIF_PRIVATE_KEY_PATH", path)
        assert.match(problems[0]?.problem ?? "", /it is the public key: give the private key, which signs/)
      }))
  }
)
