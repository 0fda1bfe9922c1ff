/** The steps of `IngestClient` one by one, on a sandbox, also with objects that are in the bucket already. */
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { ImageSource, IngestClient, Status } from "iiif-ingest"
import { onSandbox } from "../examples/support/sandboxLayers.ts"
import { pathOf } from "./support/pictures.ts"

const coffee = ImageSource.file(pathOf("coffee.png"))

/** Runs a test with a client on a sandbox of its own. */
const withClient = (
  run: (client: IngestClient.IngestClient, sandbox: Sandbox.Sandbox["Service"]) => Promise<void>,
  options: Sandbox.SandboxOptions = {}
) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const client = IngestClient.make(Layer.provide(onSandbox, Layer.succeed(Sandbox.Sandbox, sandbox)))
    yield* Effect.promise(() => run(client, sandbox).finally(() => client.dispose()))
  }).pipe(Effect.provide(Sandbox.Sandbox.layer(options)))

const sizeOf = async (sandbox: Sandbox.Sandbox["Service"], id: string): Promise<unknown> => {
  const response = await fetch(`${sandbox.url}/assets/images/${sandbox.namespace}:${id}/info.json`)
  const { height, width } = await response.json()
  return [width, height]
}

/** The requests that the sandbox was sent, by operation. */
const count = (sandbox: Sandbox.Sandbox["Service"], op: string): Promise<number> =>
  Effect.runPromise(Effect.map(sandbox.requests(), (all) => all.filter((request) => request.op === op).length))

describe("IngestClient, step by step", () => {
  it.live("uploads, builds, submits and follows the job", () =>
    withClient(async (client, sandbox) => {
      const [outcome] = await client.upload([coffee])
      assert.strictEqual(outcome?._tag, "Uploaded")
      if (outcome?._tag !== "Uploaded") return
      const manifest = await client.build({ name: "STEPS", label: "Steps" }, [outcome.uploaded])
      assert.strictEqual(manifest.id, `${sandbox.url}/URN-3:SANDBOX:STEPS:MANIFEST:3`)
      const { jobId } = await client.submit({ assets: [outcome.uploaded], manifest })
      assert.isTrue((await client.awaitJob(jobId)).succeeded)
      assert.strictEqual((await client.jobStatus(jobId)).state, "success")
      assert.deepStrictEqual(await sizeOf(sandbox, "coffee"), [600, 400])
    }))

  it.live("submits what was in the bucket already, with a manifest and without, and uploads nothing", () =>
    withClient(async (client, sandbox) => {
      await client.upload([coffee])
      const there = { key: "images/coffee.png", width: 600, height: 400 }
      const one = { id: "one", ...there }
      const manifest = await client.build({ name: "THERE", label: "There" }, [one])
      assert.deepStrictEqual(manifest.items[0]?.label, { none: ["coffee"] })
      const first = await client.submit({ assets: [one], manifest })
      const second = await client.submit({ assets: [{ id: "two", ...there }] })
      for (const { jobId } of [first, second]) assert.isTrue((await client.awaitJob(jobId)).succeeded)
      for (const id of ["one", "two"]) assert.deepStrictEqual(await sizeOf(sandbox, id), [600, 400])
      assert.strictEqual(await count(sandbox, "PutObject"), 1)
    }))

  it.live("waits for a job no longer than it may", () =>
    withClient(async (client) => {
      await client.upload([coffee])
      const { jobId } = await client.submit({
        assets: [{ id: "slow", key: "images/coffee.png", width: 600, height: 400 }]
      })
      const error: unknown = await client.awaitJob(jobId, { limit: "50 millis" }).then(
        () => undefined,
        (e: unknown) => e
      )
      assert.instanceOf(error, Status.JobNotEnded)
    }, { pace: { queuedMillis: 600_000, runningMillis: 0 } }))
})
