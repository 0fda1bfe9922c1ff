/** The helper for Vitest, in a file of tests that depend on each other if it does not do its work. */
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { sandboxTest } from "../src/Vitest.ts"
import * as Client from "./support/client.ts"

let prepared = 0

const test = sandboxTest({
  seed: 1,
  faults: [{ match: { op: "Version" }, times: 1, effect: { type: "status", status: 503 } }],
  prepare: async (sandbox) => {
    prepared++
    await sandbox.use((service) => Client.putAndIngest(service, "ONE"))
  }
})

const statusOf = async (url: string) => (await fetch(url)).status

describe("sandboxTest", () => {
  test("gives a sandbox in which everything is prepared, with nothing in its log", async ({ sandbox }) => {
    expect(await sandbox.requests()).toEqual([])
    expect(await sandbox.assertServed(`${sandbox.url}/URN-3:SANDBOX:ONE`)).toMatchObject({ canvases: 1, services: 1 })
    expect(await statusOf(`${sandbox.url}/admin/ingest/version`)).toBe(503)
    const [job] = await sandbox.jobs.list()
    expect(job).toMatchObject({ state: "success" })
    expect(await sandbox.jobs.get(job?.id ?? "")).toEqual(job)
    expect(await sandbox.jobs.get("none")).toBeUndefined()
    await sandbox.reset()
    expect(await sandbox.jobs.list()).toEqual([])
    await sandbox.faults.set([{ match: {}, effect: { type: "status", status: 500 } }])
  })

  test("gives the next test the same, whatever the one before did", async ({ sandbox }) => {
    expect(prepared).toBe(1)
    expect(await sandbox.requests()).toEqual([])
    expect(await sandbox.jobs.list()).toHaveLength(1)
    expect(await sandbox.faults.hits()).toMatchObject([{ hits: 0 }])
    expect(await statusOf(`${sandbox.url}/admin/ingest/version`)).toBe(503)
    expect(await statusOf(`${sandbox.url}/admin/ingest/version`)).toBe(200)
    expect(await sandbox.requests({ op: "Version" })).toHaveLength(2)
    expect(await sandbox.requests({ method: "POST" })).toHaveLength(0)
    expect(await sandbox.requests({ path: "/admin/*/version" })).toHaveLength(2)
  })

  test("does all that the service does", async ({ sandbox }) => {
    const service = await sandbox.use(Effect.succeed)
    const namesOf = (value: object) => Object.keys(value).sort()
    // The settings of a client are in `connection`.
    const settings = new Set(namesOf(sandbox.connection))
    const shared = namesOf(service).filter((name) => !settings.has(name))
    expect(namesOf(sandbox)).toEqual([...shared, "connection", "dispose", "url", "use", "variables"].sort())
    for (const part of ["clock", "faults", "jobs"] as const) {
      expect(namesOf(sandbox[part])).toEqual(namesOf(service[part]))
    }
  })

  test("tells of objects, of the clock and of what goes on, and decides how a job ends", async ({ sandbox }) => {
    const { bucket } = sandbox.connection.s3
    expect(await sandbox.object(bucket, "images/ONE.png")).toMatchObject({ metadata: {} })
    expect(await sandbox.object(bucket, "images/TWO.png")).toBeUndefined()
    expect(await sandbox.clock.now()).toBeGreaterThan(Date.UTC(2026))
    const [job] = await sandbox.jobs.list()
    await sandbox.jobs.setState(job?.id ?? "", "failed")
    expect(await sandbox.jobs.get(job?.id ?? "")).toMatchObject({ state: "failed" })
    await statusOf(`${sandbox.url}/admin/ingest/version`)
    expect(await sandbox.inFlight()).toMatchObject({ Version: { peak: 1 } })
  })

  test("rejects with the typed errors, and says what a client needs", async ({ sandbox }) => {
    await expect(sandbox.restore("none")).rejects.toMatchObject({ _tag: "UnknownSnapshot" })
    await expect(sandbox.jobs.awaitTerminal("none")).rejects.toMatchObject({ _tag: "UnknownJob" })
    await expect(sandbox.clock.advance("1 hour")).rejects.toMatchObject({ _tag: "ClockRuns" })
    await expect(sandbox.assertServed(`${sandbox.url}/URN-3:SANDBOX:NONE`)).rejects.toMatchObject({ _tag: "NotServed" })
    expect(sandbox.variables).toMatchObject({
      LTS_IIIF_ENVIRONMENT: "sandbox",
      LTS_IIIF_INGEST_URL: `${sandbox.url}/admin/ingest`,
      AWS_ACCESS_KEY_ID: sandbox.connection.s3.accessKeyId
    })
    expect(sandbox.viewerUrl("SANDBOX:ONE")).toBe(`${sandbox.url}/view/SANDBOX:ONE`)
  })
})
