import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"

const { call, imageAsset, ingest, ingestRequest, manifest, png, put } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

/** A request for one image as `NAMESPACE:ONE` and a manifest in another namespace or none. */
const request = Effect.fnUntraced(function*(sandbox: Client.Running, namespace: string, ofManifest?: string) {
  yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
  const asset = { ...imageAsset({ id: "ONE", width: 30, height: 20 }), identifier: `${namespace}:ONE` }
  const id = `${sandbox.url}/URN-3:${ofManifest}:BOOK:MANIFEST:3`
  const body = ingestRequest([], ofManifest === undefined ? {} : { ...manifest(sandbox, "BOOK"), id })
  return yield* ingest(sandbox, { ...body, assets: { ...body.assets, image: [asset] } })
})

describe("a namespace that is not registered", () => {
  it.live("fails an asset with the reason, though its request is accepted", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const job = yield* request(sandbox, "ELSE.WHERE")
      const reason = "The namespace ELSE.WHERE is not registered: it could not be indexed. Registered here: SANDBOX"
      assert.deepStrictEqual(job.children.map((child) => [child.state, child.reason]), [["failed", reason]])
      assert.deepStrictEqual([job.state, job.errors], ["failed", [`ELSE.WHERE:ONE: ${reason}`]])
      assert.strictEqual((yield* call(`${sandbox.url}/assets/images/ELSE.WHERE:ONE/info.json`)).status, 404)
    })))

  it.live("fails a job whose assets succeed, for its manifest, which is not served", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const job = yield* request(sandbox, "sandbox", "ELSEWHERE")
      const reason = "The namespace ELSEWHERE is not registered: it could not be indexed. Registered here: SANDBOX"
      assert.deepStrictEqual(job.children.map(({ state }) => state), ["success"])
      assert.deepStrictEqual([job.state, job.errors], ["failed", [reason]])
      assert.strictEqual((yield* call(`${sandbox.url}/iiif/3/URN-3:ELSEWHERE:BOOK`)).status, 404)
    })))

  it.live("may be registered in any case", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        assert.strictEqual((yield* request(sandbox, "Else.Where", "ELSEWHERE")).state, "success")
        assert.strictEqual((yield* call(`${sandbox.url}/iiif/3/URN-3:ELSEWHERE:BOOK`)).status, 200)
        assert.strictEqual((yield* request(sandbox, "own")).state, "success")
      }),
      { namespace: "own", namespaces: ["else.where", "ElseWhere"] }
    ))
})
