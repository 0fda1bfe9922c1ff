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
  readonly title: string
  readonly faults?: ReadonlyArray<Faults.FaultRule>
  /** Variables that replace the sandbox's, and further secrets that must not be printed. */
  readonly overrides?: (
    sandbox: Running
  ) => Effect.Effect<{ readonly variables: Variables; readonly secrets?: ReadonlyArray<string> }>
  readonly image?: string
  /** The error as Node prints it when uncaught. */
  readonly error: string
}

const { privateKey } = rsa()
const encrypted = encryptedPem(privateKey, "pkcs8")
const otherKey = pem(privateKey, "pkcs8")

const variables = (changed: Variables, secrets: ReadonlyArray<string> = []): NonNullable<Case["overrides"]> => () =>
  Effect.succeed({ variables: changed, secrets })

const expiredSession: NonNullable<Case["overrides"]> = (sandbox) =>
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
    title: "an encrypted key",
    overrides: variables({ LTS_IIIF_PRIVATE_KEY_STRING: encrypted }, piecesOf(encrypted)),
    error: "MpsConfigError: the configuration is incomplete or invalid"
  },
  {
    title: "a key that does not match its kid",
    overrides: variables({ LTS_IIIF_PRIVATE_KEY_STRING: otherKey }, piecesOf(otherKey)),
    error: "LtsError: initialize: the token was not accepted (HTTP 401)"
  },
  {
    title: "a key in place of its path",
    overrides: variables({ LTS_IIIF_PRIVATE_KEY_PATH: otherKey }, piecesOf(otherKey)),
    error: "MpsConfigError: the configuration is incomplete or invalid"
  },
  { title: "a file that is not an image", image: "README.md", error: "AssetError" },
  {
    title: "a bucket that denies access",
    faults: put({ type: "deny" }),
    error: "ObjectStoreError: put images/coffee.png: access was denied"
  },
  {
    title: "a bucket behind a proxy that answers with HTML",
    faults: put({ type: "html" }),
    error: "ObjectStoreError: put images/coffee.png: the server failed"
  },
  {
    title: "a wrong AWS secret",
    overrides: variables({ AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }, [
      "wJalrXUtnFEMI/K7MDENG"
    ]),
    error: "ObjectStoreError: put images/coffee.png: the AWS credentials are missing or were not accepted"
  },
  {
    title: "an expired AWS session",
    overrides: expiredSession,
    error: "ObjectStoreError: put images/coffee.png: the AWS session has expired"
  },
  {
    title: "a service that is down",
    faults: initialize({ type: "html", status: 500 }),
    error: "LtsError: initialize: the server failed (HTTP 500)"
  },
  {
    title: "a service that resets the connection",
    faults: initialize({ type: "reset" }),
    error: "LtsError: initialize: the connection to"
  },
  {
    title: "a service that redirects",
    faults: initialize({ type: "redirect", location: "/elsewhere" }),
    error: "LtsError: initialize: the service redirects to "
  },
  {
    title: "a service that returns no job id",
    faults: initialize({ type: "status", status: 200, body: "{\"data\":{}}" }),
    error: "LtsError: initialize: the service answered HTTP 200 without a job id"
  }
]

const image = (name: string): string => name === "README.md" ? Path.join(pathOf("."), name) : pathOf(name)

const count = (text: string, part: string): number => text.split(part).length - 1

/** Child processes are slow to start, so all run concurrently, each with its own sandbox. */
describe("the output of a crash, with runMain and with an unhandled rejection", { concurrent: true }, () => {
  for (const { error, faults, image: name = "coffee.png", overrides, title } of cases) {
    it.live(`${title}: names the error and prints no secret`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.faults.set(faults ?? [])
        const { secrets, variables } = overrides === undefined
          ? { variables: {}, secrets: [] }
          : yield* overrides(sandbox)
        const env = { ...variablesOf(sandbox), ...variables }
        const { code, stderr, stdout } = yield* Child.run(process.execPath, [program, "crash", image(name)], { env })
        assert.strictEqual(code, 1, stdout + stderr)
        // Printed first by `runMain`, then by Node itself.
        const [byRunMain = "", byNode = ""] = stdout.split("and now unhandled")
        assert.include(byRunMain + stderr, error)
        assert.isAtLeast(count(stdout + stderr, error), 2, stdout + stderr)
        assert.include(stderr, error)
        assert.notInclude(byRunMain + byNode + stderr, "[object Object]")
        assertHoldsNone(stdout + stderr, [
          ...piecesOf(Fs.readFileSync(sandbox.privateKeyPath, "utf8")),
          Redacted.value(sandbox.s3.secretAccessKey),
          ...(secrets ?? [])
        ])
      }).pipe(Effect.provide(Sandbox.Sandbox.layer())))
  }
})

describe("a heap snapshot", () => {
  it.live("taken after importing key files contains no part of them", () =>
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
      // The program keeps this string on purpose, which proves that the search works.
      assert.isTrue(heap.includes("kept to be found in the snapshot"))
      for (const { path, text } of keys) {
        assert.isTrue(heap.includes(Path.basename(path)))
        assert.isAbove(piecesOf(text).length, 50)
        for (const piece of piecesOf(text)) assert.isFalse(heap.includes(piece), `a part of ${path} is in the heap`)
      }
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
})
