/** The first program of README.md as its readers run it, where something is wrong: it says what, in few words. */
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Redacted } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { root, run } from "./support/child.ts"

const program = /```ts\n([^`]*Main\.run\([^`]*)```/.exec(Fs.readFileSync(Path.join(root, "README.md"), "utf8"))?.[1] ??
  ""

/** Modules are found from the folder of the examples. */
const runProgram = (env: Readonly<Record<string, string>>) =>
  run(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    "--input-type=module-typescript",
    "--eval",
    program
  ], { cwd: Path.join(root, "examples"), env })

const variables = (sandbox: Sandbox.Sandbox["Service"], journal: string) => ({
  LTS_IIIF_ENVIRONMENT: "sandbox",
  LTS_IIIF_INGEST_URL: `${sandbox.url}/admin/ingest`,
  LTS_IIIF_ASSET_URL: `${sandbox.url}/assets/images`,
  LTS_IIIF_MANIFEST_URL: sandbox.url,
  LTS_IIIF_BUCKET: sandbox.s3.bucket,
  LTS_IIIF_S3_ENDPOINT: sandbox.s3.endpoint,
  LTS_IIIF_ISSUER: sandbox.issuer,
  LTS_IIIF_KID: sandbox.kid,
  LTS_IIIF_PRIVATE_KEY_PATH: sandbox.privateKeyPath,
  LTS_IIIF_ACCOUNT: sandbox.account,
  LTS_IIIF_SPACE: sandbox.space,
  LTS_IIIF_NAMESPACE: sandbox.namespace,
  LTS_IIIF_AGENT: "sandboxagent",
  LTS_IIIF_JOURNAL: journal,
  AWS_ACCESS_KEY_ID: sandbox.s3.accessKeyId,
  AWS_SECRET_ACCESS_KEY: Redacted.value(sandbox.s3.secretAccessKey)
})

const assertPlain = (text: string) => assert.notMatch(text, /undefined|\[object|^\s+at /m)

describe("the program of README.md", () => {
  it.live("says what settings are missing", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* runProgram({})
      assert.strictEqual(code, 1)
      assert.match(stderr, /^the configuration is incomplete or invalid:\n/)
      assertPlain(stdout + stderr)
    }), 60_000)

  it.live("says that its images are missing, and that its journal cannot be made", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const missing = yield* runProgram(variables(sandbox, Path.join(sandbox.dataDirectory, "journal.sqlite")))
      assert.match(missing.stdout, /scans\/001\.tif: refused: .*there is no such file/, missing.stderr)
      const noJournal = yield* runProgram(variables(sandbox, "/dev/null/journal.sqlite"))
      assert.match(noJournal.stderr, /^journal: open failed: .*use another path \(LTS_IIIF_JOURNAL/)
      assert.strictEqual(noJournal.code, 1)
      for (const { stderr, stdout } of [missing, noJournal]) assertPlain(stdout + stderr)
    }).pipe(Effect.provide(Sandbox.Sandbox.layer())), 60_000)
})
