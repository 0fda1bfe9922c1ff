import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Redacted } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { encryptedPem, pem, rsa } from "../../packages/core/test/support/keys.ts"
import * as Child from "../support/child.ts"
import { pathOf } from "../support/pictures.ts"
import { program, variablesOf } from "./support/programs.ts"
import { assertHoldsNone, piecesOf } from "./support/secrets.ts"

type Running = Sandbox.Sandbox["Service"]
type Variables = Readonly<Record<string, string>>

interface Case {
  readonly what: string
  readonly faults?: ReadonlyArray<Faults.FaultRule>
  /** Variables other than the sandbox's own; what must not be printed beside the sandbox's own secrets. */
  readonly other?: (
    sandbox: Running
  ) => Effect.Effect<{ readonly variables: Variables; readonly secrets?: ReadonlyArray<string> }>
  readonly image?: string
  /** The error, as Node prints what nobody caught. */
  readonly error: string
}

const { privateKey } = rsa()
const encrypted = encryptedPem(privateKey, "pkcs8")
const other = pem(privateKey, "pkcs8")

const variables = (changed: Variables, secrets: ReadonlyArray<string> = []): NonNullable<Case["other"]> => () =>
  Effect.succeed({ variables: changed, secrets })

const endedSession: NonNullable<Case["other"]> = (sandbox) =>
  Effect.map(sandbox.issueSession({ lifetime: 0 }), ({ accessKeyId, secretAccessKey, sessionToken }) => {
    const [secret, token] = [Redacted.value(secretAccessKey), Redacted.value(sessionToken)]
    return {
      variables: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token },
      secrets: [secret, token]
    }
  })

const initialize = (
  effect: Faults.FaultEffect
): ReadonlyArray<Faults.FaultRule> => [{ match: { op: "Initialize" }, effect }]
const put = (effect: Faults.FaultEffect): ReadonlyArray<Faults.FaultRule> => [{ match: { op: "PutObject" }, effect }]

const cases: ReadonlyArray<Case> = [
  {
    what: "an encrypted key",
    other: variables({ LTS_IIIF_PRIVATE_KEY_STRING: encrypted }, piecesOf(encrypted)),
    error: "MpsConfigError: the configuration is not complete or not right"
  },
  {
    what: "a key that is not the one of its kid",
    other: variables({ LTS_IIIF_PRIVATE_KEY_STRING: other }, piecesOf(other)),
    error: "LtsError: initialize: the token was not accepted (HTTP 401)"
  },
  {
    what: "a key for a path",
    other: variables({ LTS_IIIF_PRIVATE_KEY_PATH: other }, piecesOf(other)),
    error: "MpsConfigError: the configuration is not complete or not right"
  },
  { what: "an image that is none", image: "README.md", error: "AssetError" },
  {
    what: "a bucket that refuses",
    faults: put({ type: "deny" }),
    error: "ObjectStoreError: put images/coffee.png: access was denied"
  },
  {
    what: "a bucket behind a proxy",
    faults: put({ type: "html" }),
    error: "ObjectStoreError: put images/coffee.png: the server failed"
  },
  {
    what: "a secret of AWS that is wrong",
    other: variables({ AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }, ["wJalrXUtnFEMI/K7MDENG"]),
    error: "ObjectStoreError: put images/coffee.png: the AWS credentials are missing or were not accepted"
  },
  {
    what: "a session that has ended",
    other: endedSession,
    error: "ObjectStoreError: put images/coffee.png: the AWS session has expired"
  },
  {
    what: "a service that is down",
    faults: initialize({ type: "html", status: 500 }),
    error: "LtsError: initialize: the server failed (HTTP 500)"
  },
  {
    what: "a service that breaks off",
    faults: initialize({ type: "reset" }),
    error: "LtsError: initialize: the connection to"
  },
  {
    what: "a service that points elsewhere",
    faults: initialize({ type: "redirect", location: "/elsewhere" }),
    error: "LtsError: initialize: the service points elsewhere"
  },
  {
    what: "a service that gives no job",
    faults: initialize({ type: "status", status: 200, body: "{\"data\":{}}" }),
    error: "LtsError: initialize: the service answered HTTP 200 without a job id"
  }
]

const image = (name: string): string => name === "README.md" ? Path.join(pathOf("."), name) : pathOf(name)

const count = (text: string, part: string): number => text.split(part).length - 1

/** Children are slow to start: all run side by side, each with a sandbox of its own. */
describe("a crash print, of a program as it should be run and of one as nobody should", { concurrent: true }, () => {
  for (const { error, faults, image: name = "coffee.png", other, what } of cases) {
    it.live(`${what}: says what is wrong, and no secret`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.faults.set(faults ?? [])
        const { secrets, variables } = other === undefined ? { variables: {}, secrets: [] } : yield* other(sandbox)
        const env = { ...variablesOf(sandbox), ...variables }
        const { code, stderr, stdout } = yield* Child.run(process.execPath, [program, "crash", image(name)], { env })
        assert.strictEqual(code, 1, stdout + stderr)
        // Once by `runMain`, and after that by Node itself.
        const [asItShould = "", asNobodyShould = ""] = stdout.split("and now as nobody should")
        assert.include(asItShould + stderr, error)
        assert.isAtLeast(count(stdout + stderr, error), 2, stdout + stderr)
        assert.include(stderr, error)
        assert.notInclude(asItShould + asNobodyShould + stderr, "[object Object]")
        assertHoldsNone(stdout + stderr, [
          ...piecesOf(Fs.readFileSync(sandbox.privateKeyPath, "utf8")),
          Redacted.value(sandbox.s3.secretAccessKey),
          ...(secrets ?? [])
        ])
      }).pipe(Effect.provide(Sandbox.Sandbox.layer())))
  }
})

describe("a heap snapshot", () => {
  it.live("taken after key files were imported holds no part of them", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const keys = yield* Effect.forEach(["pkcs8", "pkcs1"] as const, (type) =>
        Effect.sync(() => {
          const path = Path.join(folder, `${type}.pem`)
          const text = pem(rsa().privateKey, type)
          Fs.writeFileSync(path, text, { mode: 0o600 })
          return { path, text }
        }))
      const snapshot = Path.join(folder, "snapshot.heapsnapshot")
      const { code, stderr, stdout } = yield* Child.run(process.execPath, [
        "--expose-gc",
        "--heap-snapshot-string-limit=1000000",
        Path.join(import.meta.dirname, "support/heapSnapshot.ts"),
        snapshot,
        ...keys.map(({ path }) => path)
      ])
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(stdout.trim(), "signed with 2 keys")
      const heap = Fs.readFileSync(snapshot)
      // What the program keeps on purpose is there: the search can find something.
      assert.isTrue(heap.includes("kept to be found in the snapshot"))
      for (const { path, text } of keys) {
        assert.isTrue(heap.includes(Path.basename(path)))
        assert.isAbove(piecesOf(text).length, 50)
        for (const piece of piecesOf(text)) assert.isFalse(heap.includes(piece), `a part of ${path} is in the heap`)
      }
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
})
