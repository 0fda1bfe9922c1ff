import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Sandbox } from "../src/Sandbox.ts"
import { at, call, ingest, ingestRequest, manifest, s3 } from "./support/client.ts"

describe("a reply of 500", () => {
  it.live("names its cause, where a manifest or the place of an object is gone", () =>
    Sandbox.use(Effect.fnUntraced(function*(sandbox) {
      yield* ingest(sandbox, ingestRequest([], manifest(sandbox, "BOOK")))
      rmSync(join(sandbox.dataDirectory, "manifests"), { recursive: true })
      const answer = yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:BOOK`)
      assert.strictEqual(answer.status, 500)
      assert.match(
        String(at(answer.json, "error")),
        /^The sandbox failed to handle this request \(see its log\): .*NotFound.*manifests.*ENOENT: no such file/
      )
      rmSync(join(sandbox.dataDirectory, "s3", "content"), { recursive: true })
      const put = yield* Effect.promise(() => s3(sandbox, { method: "PUT", key: "x", body: Buffer.from("x") }))
      assert.strictEqual(put.status, 500)
      assert.match(
        yield* Effect.promise(() => put.text()),
        /<Code>InternalError<\/Code><Message>The sandbox failed .*: StorageError: .* could not .*content.*Check that/
      )
    })).pipe(Effect.provide(Layer.mergeAll(Sandbox.layer(), Logger.layer([])))))

  it.live("says what the system says, where a reset cannot be noted", () =>
    Sandbox.use(Effect.fnUntraced(function*(sandbox) {
      mkdirSync(join(sandbox.dataDirectory, "changing"))
      assert.match((yield* Effect.flip(sandbox.reset)).message, /changing.*: EISDIR: /)
    })).pipe(Effect.provide(Sandbox.layer())))

  it.live("says it of a data directory that cannot be made, too", () =>
    Effect.gen(function*() {
      const open = Sandbox.use(() => Effect.void).pipe(
        Effect.provide(Sandbox.layer({ dataDirectory: join(import.meta.filename, "data") }))
      )
      assert.match((yield* Effect.flip(open)).message, /causes\.test\.ts.data.*: ENOTDIR: /)
    }))
})
