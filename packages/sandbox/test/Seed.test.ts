/** The demo seed, which comes in as any client's requests do. */
import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"

const { at, call } = Client
const FOLDER = fileURLToPath(new URL("../seed/", import.meta.url))

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

const documentOf = (address: string) =>
  Effect.promise(async (): Promise<unknown> => (await fetch(address, { redirect: "follow" })).json())

const lengthOf = (list: unknown) => Array.isArray(list) ? list.length : undefined

describe("the demo seed", () => {
  it.live("is served to its tiles, passes the checker, and has a page of the viewer for each manifest", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const { manifests } = yield* sandbox.seed
      assert.lengthOf(manifests, 3)
      for (const { manifest, viewer } of manifests) {
        assert.deepStrictEqual(Manifest.check(yield* documentOf(manifest)), [])
        yield* sandbox.assertServed(manifest)
        assert.strictEqual((yield* call(viewer)).status, 200)
      }
    })))

  it.live("says everything in two languages, with an alternative text on every page", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const { manifests } = yield* sandbox.seed
      const documents = yield* Effect.forEach(manifests, ({ manifest }) => documentOf(manifest))
      assert.deepStrictEqual(documents.map((one) => lengthOf(at(one, "items"))), [3, 1, 1])
      for (const document of documents) {
        for (const text of [at(document, "label"), at(document, "items", 0, "label")]) {
          assert.hasAllKeys(text, ["none", "en", "fr"])
        }
        const texts = at(document, "items", 0, "annotations", 0, "items")
        const said = Array.isArray(texts) ? texts.map((one) => at(one, "body", "language")) : []
        assert.deepStrictEqual(said, ["en", "fr"])
      }
    })))

  it.live("may be repeated, and comes back after a reset", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const first = yield* sandbox.seed
      const before = yield* documentOf(first.manifests[0]?.manifest ?? "")
      assert.deepStrictEqual(yield* sandbox.seed, first)
      assert.deepStrictEqual(yield* documentOf(first.manifests[0]?.manifest ?? ""), before)
      assert.deepStrictEqual((yield* sandbox.jobs.list).map(({ state }) => state), Array(6).fill("success"))
      yield* sandbox.reset
      assert.strictEqual((yield* call(`${sandbox.url}/assets/images/SANDBOX:DEMOHUBBLE/info.json`)).status, 404)
      yield* sandbox.seed
      assert.strictEqual((yield* call(`${sandbox.url}/assets/images/SANDBOX:DEMOHUBBLE/info.json`)).status, 200)
    })))

  it.live("comes in whatever the account and the namespace are, and however slow the jobs", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const { manifests } = yield* sandbox.seed
        assert.include(manifests[1]?.manifest, "/URN-3:MY.SPACE:DEMOLIMITED:MANIFEST:3")
        yield* sandbox.assertServed(manifests[1]?.manifest ?? "")
      }),
      { account: "a", space: "b", namespace: "my.space", pace: "per-poll", statusAuth: true }
    ))

  it.live("says which request has failed, and can be tried again", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.add({ match: { op: "PutObject" }, times: 1, effect: { type: "throttle" } })
      const { message } = yield* Effect.flip(sandbox.seed)
      assert.match(message, /could not be brought in: PUT demo\/coffee\.png: 503/)
      const childFailure = { type: "childFailure", message: "no more room" } as const
      yield* sandbox.faults.add({ match: { assetId: "SANDBOX:DEMORETINA" }, times: 1, effect: childFailure })
      assert.match((yield* Effect.flip(sandbox.seed)).message, /job [0-9a-f]{24} has failed: no more room/)
      assert.lengthOf((yield* sandbox.seed).manifests, 3)
    })))

  it("has the rights of every file", () => {
    const table = readFileSync(join(FOLDER, "README.md"), "utf8")
    const files = readdirSync(FOLDER).filter((name) => name !== "README.md")
    assert.lengthOf(files, 5)
    for (const file of files) {
      const row = table.split("\n").find((line) => line.startsWith(`| ${file} |`)) ?? ""
      assert.match(row, /CC0|public domain|the same picture/)
    }
  })
})
