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
const strikes = (rule: FaultRule, of: Partial<FaultEngine.Subject> = {}) =>
  FaultEngine.make(1, [rule]).strike({ ...subject, ...of }).effect !== undefined

describe("glob", () => {
  it("keeps one star within a segment", () => {
    assert.isTrue(Glob.compile("/a/*.tif").test("/a/b.tif"))
    assert.isFalse(Glob.compile("/a/*.tif").test("/a/b/c.tif"))
    assert.isTrue(Glob.compile("/a/**.tif").test("/a/b/c.tif"))
    assert.isFalse(Glob.compile("/a").test("/a/b"))
    assert.isFalse(Glob.compile("/a+").test("/aa"))
  })
})

describe("match", () => {
  it("needs every given field", () => {
    assert.isTrue(strikes({ match: {}, effect: deny }))
    assert.isTrue(strikes({ match: { method: "GET", path: "/assets/**", op: "ImageInfo" }, effect: deny }))
    assert.isFalse(strikes({ match: { method: "PUT", op: "ImageInfo" }, effect: deny }))
  })
  it("knows assets with and without their namespace", () => {
    assert.isTrue(strikes({ match: { assetId: "AT:ONE" }, effect: deny }))
    assert.isTrue(strikes({ match: { assetId: "ONE" }, effect: deny }))
    assert.isFalse(strikes({ match: { assetId: "TWO" }, effect: deny }))
    assert.isFalse(strikes({ match: { assetId: "ONE" }, effect: deny }, { assetId: undefined }))
  })
  it("is not used up where its effect cannot act", () => {
    const s3 = { path: "/_s3/b/k", op: "PutObject" }
    assert.isFalse(strikes({ match: {}, effect: { type: "expiredToken" } }, s3))
    assert.isTrue(strikes({ match: {}, effect: { type: "expiredToken" } }, { ...s3, sessionToken: true }))
    assert.isFalse(strikes({ match: {}, effect: { type: "truncate" } }, s3))
    assert.isFalse(strikes({ match: {}, effect: { type: "childFailure", message: "no" } }))
    assert.isFalse(strikes({ match: {}, effect: { type: "jobState", states: ["running"] } }))
  })
})

describe("times and probability", () => {
  it("strikes so often and no more, and counts", () => {
    const engine = FaultEngine.make(1, [{ match: {}, times: 2, effect: deny }])
    const struck = [1, 2, 3].map(() => engine.strike(subject).effect !== undefined)
    assert.deepStrictEqual(struck, [true, true, false])
    assert.strictEqual(engine.hits()[0]?.hits, 2)
  })
  it("draws the same for the same seed", () => {
    const draw = (seed: number) => {
      const engine = FaultEngine.make(seed, [{ match: {}, probability: 0.5, effect: deny }])
      return Array.from({ length: 64 }, () => engine.strike(subject).effect !== undefined)
    }
    assert.deepStrictEqual(draw(7), draw(7))
    assert.notDeepEqual(draw(7), draw(8))
    assert.isAbove(draw(7).filter(Boolean).length, 16)
    assert.isBelow(draw(7).filter(Boolean).length, 48)
  })
  it("adds delays up and goes on to the first other effect", () => {
    const engine = FaultEngine.make(1, [
      { match: {}, effect: { type: "delay", millis: 5 } },
      { match: {}, effect: { type: "delay", millis: 7 } },
      { match: {}, effect: deny },
      { match: {}, effect: { type: "html" } }
    ])
    assert.deepStrictEqual(engine.strike(subject), { delayMillis: 12, effect: deny, jobState: undefined })
  })
  it("reports states in turn, then the true one or the last for ever", () => {
    const status = { ...subject, op: "JobStatus" }
    const told = (then: "actual" | "last") => {
      const effect = { type: "jobState", states: ["paused", "running"], then } as const
      const engine = FaultEngine.make(1, [{ match: {}, effect }])
      return [1, 2, 3].map(() => engine.strike(status).jobState)
    }
    assert.deepStrictEqual(told("actual"), ["paused", "running", undefined])
    assert.deepStrictEqual(told("last"), ["paused", "running", "running"])
  })
})
