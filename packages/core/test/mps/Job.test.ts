import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as Job from "@iiif-ingest/core/mps/Job"
import type { Schema } from "effect"

const job = (state: string, raw: Schema.Json = {}): Job.Job => ({ id: JobId.make("1"), state, raw })

describe("Job.phase", () => {
  it.each(["ready", "queued", "running", "", "Paused", "succeeded", "failing"])(
    "%j counts as still running",
    (state) => {
      assert.strictEqual(Job.phase(job(state)), "Going")
    }
  )

  it("success and failed are final, whatever their case", () => {
    assert.deepStrictEqual(["success", "SUCCESS"].map((s) => Job.phase(job(s))), ["Succeeded", "Succeeded"])
    assert.deepStrictEqual(["failed", "Failed"].map((s) => Job.phase(job(s))), ["Failed", "Failed"])
  })
})

describe("Job.result", () => {
  it("finds the reasons in all fields that the tracker and its workers use, without duplicates", () => {
    const raw = {
      error: "validation failed",
      data: {
        job_status: "failed",
        message: "2 children failed",
        context: { errors_encountered: ["validation failed", { asset: "AT:one", code: 7 }] },
        job_management: { error: "gave up after 3 tries" }
      }
    }
    const { errors, succeeded } = Job.result(job("failed", raw))
    assert.isFalse(succeeded)
    assert.deepStrictEqual(errors, [
      "validation failed",
      "2 children failed",
      "{\"asset\":\"AT:one\",\"code\":7}",
      "gave up after 3 tries"
    ])
  })

  it.each([null, "text", [], 7, { error: null, data: { error: "", errors: [], message: false } }])(
    "has no reasons for %j",
    (raw) =>
      assert.deepStrictEqual(Job.result(job("success", raw)), { job: job("success", raw), succeeded: true, errors: [] })
  )

  it("ignores reasons that are nested too deeply", () => {
    let raw: { [key: string]: Schema.Json } = { error: "deep" }
    for (let i = 0; i < 1000; i++) raw = { data: raw }
    assert.deepStrictEqual(Job.result(job("failed", raw)).errors, [])
  })
})
