import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import {
  Delivery,
  Fate,
  ImageSource,
  IngestImage,
  IngestProgram,
  Input,
  Journal,
  LtsClient,
  MpsConfig,
  ObjectStore,
  Reason,
  RetryPolicy
} from "@iiif-ingest/core"
import { Manifest } from "@iiif-ingest/iiif"
import { Deferred, Effect, Layer, Logger, Schedule } from "effect"
import { IngestClient } from "iiif-ingest"
import { spawnSync } from "node:child_process"
import * as Path from "node:path"
import { layer as config } from "../../core/test/support/config.ts"

const coffee = IngestImage.file(Path.resolve(import.meta.dirname, "../../../examples/images/coffee.png"))

const run: IngestProgram.Options = { images: [coffee], manifest: { name: "COFFEE", label: "Coffee" }, verify: false }

const quick = Layer.succeed(RetryPolicy.RetryPolicy, {
  ...RetryPolicy.standard,
  read: Schedule.recurs(1),
  submit: Schedule.recurs(1),
  poll: Schedule.recurs(20)
})

const services = (lts: Layer.Layer<LtsClient.LtsClient>) =>
  IngestProgram.layer().pipe(
    Layer.provide([lts, ObjectStore.layerMemory, Delivery.layerScripted(), Journal.layerMemory]),
    Layer.provideMerge(Layer.mergeAll(config, quick, Logger.layer([]), NodeFileSystem.layer))
  )

const scripted = (script: LtsClient.Script = {}) => IngestClient.make(services(LtsClient.layerScripted(script)))

/** A service that never answers: `asked` is done once it was asked, `left` once the question was withdrawn. */
const silent = () => {
  const asked = Deferred.makeUnsafe<void>()
  const left = Deferred.makeUnsafe<void>()
  const never = Deferred.succeed(asked, void 0).pipe(
    Effect.andThen(Effect.never),
    Effect.onInterrupt(() => Deferred.succeed(left, void 0))
  )
  const lts = Layer.succeed(LtsClient.LtsClient, { initialize: () => never, jobStatus: () => never, version: never })
  return { client: IngestClient.make(services(lts)), asked: Effect.runPromise(Deferred.await(asked)), left }
}

const rejected = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then((value) => assert.fail(`resolved with ${JSON.stringify(value)}`), (error: unknown) => error)

describe("IngestClient", () => {
  it("ingests, and answers with the report", async () => {
    const client = scripted()
    const report = await client.ingest(run)
    assert.deepStrictEqual(report.assets.map((asset) => Fate.describeAsset(asset.fate)), [
      "ingested from images/coffee.png, not verified"
    ])
    await client.dispose()
  })

  it("uploads, with an outcome for each image in order", async () => {
    const client = scripted()
    const empty = ImageSource.bytes(new Uint8Array(), { name: "empty.png" })
    const outcomes = await client.upload([empty, coffee.source])
    assert.deepStrictEqual(outcomes.map((outcome) => outcome._tag), ["Failed", "Uploaded"])
    const [first] = await client.upload([coffee.source], { randomIds: true })
    assert.match(first?._tag === "Uploaded" ? first.uploaded.asset.id : "", /^coffee\w+$/)
    await client.dispose()
  })

  it("follows jobs and asks for the version", async () => {
    const client = scripted({ jobStatus: [{ state: "queued" }, { state: "running" }, { state: "success" }] })
    assert.strictEqual((await client.jobStatus("1")).state, "queued")
    assert.isTrue((await client.awaitJob("1")).succeeded)
    assert.deepStrictEqual(await client.serviceVersion(), { version: "scripted" })
    await client.dispose()
  })

  it("rejects with the typed errors themselves", async () => {
    const reason = new LtsClient.Unauthorized({ evidence: Reason.evidence(401, "no"), anew: true })
    const client = scripted({ initialize: [reason], jobStatus: [reason] })
    for (const call of [() => client.ingest(run), () => client.jobStatus("1"), () => client.awaitJob("1")]) {
      const error = await rejected(call())
      assert.instanceOf(error, LtsClient.LtsError)
      assert.instanceOf(error, Error)
      assert.strictEqual(error.reason._tag, "Unauthorized")
    }
    const misnamed = await rejected(client.ingest({ ...run, manifest: { name: "not good", label: "" } }))
    assert.instanceOf(misnamed, Manifest.ManifestError)
    const nameless = await rejected(client.jobStatus(""))
    assert.instanceOf(nameless, Input.InputInvalid)
    await client.dispose()
  })

  it("rejects every call with the error of a layer that cannot be built", async () => {
    const wrong = MpsConfig.layer({ environment: "qa", account: "A B", space: "s", namespace: "n", agent: "a" })
    const client = IngestClient.make(
      services(LtsClient.layerScripted()).pipe(Layer.provideMerge(Layer.merge(wrong, NodeFileSystem.layer)))
    )
    for (const call of [() => client.ingest(run), () => client.serviceVersion()]) {
      assert.instanceOf(await rejected(call()), MpsConfig.MpsConfigError)
    }
    await client.dispose()
  })

  it("stops when the signal is aborted, and then rejects with its reason", async () => {
    const { asked, client, left } = silent()
    const controller = new AbortController()
    const call = rejected(client.ingest(run, { signal: controller.signal }))
    await asked
    controller.abort()
    const error = await call
    assert.isTrue(Deferred.isDoneUnsafe(left), "the request is gone before the promise rejects")
    assert.instanceOf(error, DOMException)
    assert.strictEqual(error.name, "AbortError")

    const late = await rejected(client.serviceVersion({ signal: AbortSignal.abort(new Error("mine")) }))
    assert.propertyVal(late, "message", "mine")
    await client.dispose()
  })

  it("says when it was disposed of, during a call and after", async () => {
    const { asked, client, left } = silent()
    const call = rejected(client.serviceVersion())
    await asked
    await client.dispose()
    assert.isTrue(Deferred.isDoneUnsafe(left))
    assert.instanceOf(await call, IngestClient.ClientDisposed)
    assert.instanceOf(await rejected(client.ingest(run)), IngestClient.ClientDisposed)
    await client.dispose()
  })

  for (const how of ["defect", "typed"]) {
    it(`has no secret in a rejection that Node prints (${how})`, () => {
      const token = "eyJhbGciOiJSUzI1NiJ9.c2VjcmV0LXBheWxvYWQ.c2VjcmV0LXNpZ25hdHVyZQ"
      const { status, stderr, stdout } = spawnSync(
        process.execPath,
        [Path.join(import.meta.dirname, "support/unhandledRejection.ts"), how],
        { encoding: "utf8", env: { ...process.env, TOKEN: token } }
      )
      assert.strictEqual(status, 1, stderr)
      assert.include(stderr, how === "defect" ? "UnexpectedError: unexpected" : "LtsError: initialize: the token")
      assert.notInclude(stdout + stderr, "c2VjcmV0")
    })
  }
})
