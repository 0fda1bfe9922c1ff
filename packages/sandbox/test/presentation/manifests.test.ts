import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Namespaces from "../../src/internal/ingest/namespaces.ts"
import * as Manifests from "../../src/internal/presentation/manifests.ts"
import type { Folder } from "../../src/internal/state/files.ts"

/** A folder in memory. */
const memory = (): Folder => {
  const files = new Map<string, string>()
  return {
    pathOf: (name: string) => name,
    put: (name, text) => Effect.sync(() => void files.set(name, text)),
    get: (name) => Effect.sync(() => files.get(name) ?? ""),
    names: Effect.sync(() => [...files.keys()]),
    clear: Effect.sync(() => files.clear())
  }
}

const namespaces = Namespaces.make(["AT"])

const manifest = (name: string, version: number) =>
  JSON.stringify({
    "@context": `http://iiif.io/api/presentation/${version}/context.json`,
    [version === 2 ? "@id" : "id"]: `https://nrs.lib.harvard.edu/URN-3:AT:${name}`
  })

describe("list", () => {
  it.effect("has every manifest by key, also after a restart", () =>
    Effect.gen(function*() {
      const folder = memory()
      const manifests = yield* Manifests.make(folder, namespaces)
      yield* manifests.publish(manifest("two", 3))
      yield* manifests.publish(manifest("Two", 2))
      yield* manifests.publish(manifest("One", 2))
      const expected: ReadonlyArray<Manifests.ListedManifest> = [
        { key: "AT:ONE", versions: ["2"] },
        { key: "AT:TWO", versions: ["2", "3"] }
      ]
      assert.deepStrictEqual(manifests.list(), expected)
      assert.deepStrictEqual((yield* Manifests.make(folder, namespaces)).list(), expected)
      yield* manifests.publish(manifest("TWO", 3))
      assert.deepStrictEqual(manifests.list(), expected)
      yield* manifests.reset
      assert.deepStrictEqual(manifests.list(), [])
    }))
})
