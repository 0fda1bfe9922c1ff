import { assert, describe, it } from "@effect/vitest"
import type { FaultRule } from "../../src/Faults.ts"
import * as FaultEngine from "../../src/internal/faultEngine.ts"
import * as Glob from "../../src/internal/glob.ts"

const subject: FaultEngine.Subject = {
  method: "GET",
  path: "/assets/images/AT:ONE/info.json",
  op: "ImageInfo",
  assetId: "AT:ONE",
  sessionToken: false
}
const deny = { type: "deny" } as const
const applies = (rule: FaultRule, of: Partial<FaultEngine.Subject> = {}) =>
  FaultEngine.make(1, [rule]).decide({ ...subject, ...of }).effect !== undefined

describe("glob", () => {
  it("matches * within a segment and ** across segments", () => {
    assert.isTrue(Glob.compile("/a/*.tif").test("/a/b.tif"))
    assert.isFalse(Glob.compile("/a/*.tif").test("/a/b/c.tif"))
    assert.isTrue(Glob.compile("/a/**.tif").test("/a/b/c.tif"))
    assert.isFalse(Glob.compile("/a").test("/a/b"))
    assert.isFalse(Glob.compile("/a+").test("/aa"))
  })
})

describe("match", () => {
  it("requires every given field to match", () => {
    assert.isTrue(applies({ match: {}, effect: deny }))
    assert.isTrue(applies({ match: { method: "GET", path: "/assets/**", op: "ImageInfo" }, effect: deny }))
    assert.isFalse(applies({ match: { method: "PUT", op: "ImageInfo" }, effect: deny }))
  })
  it("matches assets with and without their namespace", () => {
    assert.isTrue(applies({ match: { assetId: "AT:ONE" }, effect: deny }))
    assert.isTrue(applies({ match: { assetId: "ONE" }, effect: deny }))
    assert.isFalse(applies({ match: { assetId: "TWO" }, effect: deny }))
    assert.isFalse(applies({ match: { assetId: "ONE" }, effect: deny }, { assetId: undefined }))
  })
  it("ignores subjects that the effect cannot apply to", () => {
    const s3 = { path: "/_s3/b/k", op: "PutObject" }
    assert.isFalse(applies({ match: {}, effect: { type: "expiredToken" } }, s3))
    assert.isTrue(applies({ match: {}, effect: { type: "expiredToken" } }, { ...s3, sessionToken: true }))
    assert.isFalse(applies({ match: {}, effect: { type: "truncate" } }, s3))
    assert.isFalse(applies({ match: {}, effect: { type: "childFailure", message: "no" } }))
    assert.isFalse(applies({ match: {}, effect: { type: "jobState", states: ["running"] } }))
  })
})

describe("times and probability", () => {
  it("applies the given number of times and counts", () => {
    const engine = FaultEngine.make(1, [{ match: {}, times: 2, effect: deny }])
    const applied = [1, 2, 3].map(() => engine.decide(subject).effect !== undefined)
    assert.deepStrictEqual(applied, [true, true, false])
    assert.strictEqual(engine.hits()[0]?.hits, 2)
  })
  it("draws the same values for the same seed", () => {
    const draw = (seed: number) => {
      const engine = FaultEngine.make(seed, [{ match: {}, probability: 0.5, effect: deny }])
      return Array.from({ length: 64 }, () => engine.decide(subject).effect !== undefined)
    }
    assert.deepStrictEqual(draw(7), draw(7))
    assert.notDeepEqual(draw(7), draw(8))
    assert.isAbove(draw(7).filter(Boolean).length, 16)
    assert.isBelow(draw(7).filter(Boolean).length, 48)
  })
  it("adds delays and continues to the first other effect", () => {
    const engine = FaultEngine.make(1, [
      { match: {}, effect: { type: "delay", millis: 5 } },
      { match: {}, effect: { type: "delay", millis: 7 } },
      { match: {}, effect: deny },
      { match: {}, effect: { type: "html" } }
    ])
    assert.deepStrictEqual(engine.decide(subject), { delayMillis: 12, effect: deny, jobState: undefined })
  })
  it("reports states in turn, then the actual one or the last", () => {
    const status = { ...subject, op: "JobStatus" }
    const reportedStates = (then: "actual" | "last") => {
      const effect = { type: "jobState", states: ["paused", "running"], then } as const
      const engine = FaultEngine.make(1, [{ match: {}, effect }])
      return [1, 2, 3].map(() => engine.decide(status).jobState)
    }
    assert.deepStrictEqual(reportedStates("actual"), ["paused", "running", undefined])
    assert.deepStrictEqual(reportedStates("last"), ["paused", "running", "running"])
  })
})
