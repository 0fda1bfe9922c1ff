import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { FaultRule } from "../../src/Faults.ts"
import * as FaultEngine from "../../src/internal/faults/engine.ts"
import * as Glob from "../../src/internal/glob.ts"
import { operations } from "../../src/internal/s3/operations/table.ts"
import { Fault } from "../../src/Scenarios.ts"

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

describe("operations", () => {
  const decode = Schema.decodeUnknownExit(FaultRule)

  it("are all those of S3 and of the routes", () => {
    const routes = readFileSync(new URL("../../src/internal/routes.ts", import.meta.url), "utf8")
    const named = [...routes.matchAll(/op: "(\w+)"/g)].map(([, op]) => op ?? "")
    for (const op of [...Object.keys(operations), ...named, "IngestAsset", "SpawnChildren", "Version", "NotFound"]) {
      assert.strictEqual(decode({ match: { op }, effect: deny })._tag, "Success", op)
    }
    assert.isAbove(named.length, 5)
  })

  it("are refused where none has the name", () => {
    const refused = decode({ match: { op: "Initialise" }, effect: deny })
    assert.strictEqual(refused._tag, "Failure")
    assert.include(JSON.stringify(refused), "Initialize")
  })
})

describe("glob", () => {
  it("matches * within a segment and ** across segments", () => {
    assert.isTrue(Glob.compile("/a/*.tif").test("/a/b.tif"))
    assert.isFalse(Glob.compile("/a/*.tif").test("/a/b/c.tif"))
    assert.isTrue(Glob.compile("/a/**.tif").test("/a/b/c.tif"))
    assert.isFalse(Glob.compile("/a").test("/a/b"))
    assert.isFalse(Glob.compile("/a+").test("/aa"))
    assert.isTrue(Glob.compile("***").test(""))
    assert.isFalse(Glob.compile("*").test("*/"))
    assert.isFalse(Glob.compile("").test("a"))
  })
  it("matches a path with a line break", () => {
    assert.isTrue(Glob.compile("/a/**").test("/a/b\nc"))
    assert.isTrue(Glob.compile("/a/*c").test("/a/b\r\u2028c"))
  })
  it("takes no time with many stars", () => {
    assert.isFalse(Glob.compile(`${"*a".repeat(25)}b`).test("a".repeat(60)))
    assert.isFalse(Glob.compile(`${"**/*a".repeat(25)}b`).test("/a".repeat(500)))
  })
})

describe("what is no fault", () => {
  // As programs do whose types nobody has checked.
  const fault = (value: unknown) => value as Fault

  it("is refused in words, and leaves the faults that are there", () => {
    const engine = FaultEngine.make(1, ["waf"])
    const before = engine.hits()
    assert.throws(
      () => engine.set(["s3-deny", fault("wafl")]),
      TypeError,
      "There is no scenario wafl: did you mean waf?"
    )
    assert.throws(
      () => engine.add(fault({ effect: deny })),
      TypeError,
      /^This is no fault rule: {"effect":.*\n.*match/s
    )
    assert.throws(() => engine.add(fault({ match: {}, effect: { type: "stats" } })), TypeError, "type")
    assert.deepStrictEqual(engine.hits(), before)
    engine.add(fault({ match: { op: undefined }, times: undefined, effect: deny }))
    assert.lengthOf(engine.hits(), before.length + 1)
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
  it("takes the asset as a glob", () => {
    assert.isTrue(applies({ match: { assetId: "AT:O*" }, effect: deny }))
    assert.isTrue(applies({ match: { assetId: "*NE" }, effect: deny }))
    assert.isFalse(applies({ match: { assetId: "*N" }, effect: deny }))
  })
  it("ignores subjects that the effect cannot apply to", () => {
    const s3 = { path: "/_s3/b/k", op: "PutObject" }
    assert.isFalse(applies({ match: {}, effect: { type: "expiredToken" } }, s3))
    assert.isTrue(applies({ match: {}, effect: { type: "expiredToken" } }, { ...s3, sessionToken: true }))
    assert.isFalse(applies({ match: {}, effect: { type: "truncate" } }, s3))
    assert.isFalse(applies({ match: {}, effect: { type: "childFailure", message: "no" } }))
    assert.isFalse(applies({ match: {}, effect: { type: "jobState", states: ["running"] } }))
    assert.isFalse(applies({ match: {}, effect: { type: "gatewayTimeout" } }, s3))
    assert.isFalse(applies({ match: {}, effect: { type: "stuck" } }))
    assert.isFalse(applies({ match: {}, effect: { type: "late", millis: 5 } }))
    assert.isFalse(applies({ match: {}, effect: { type: "late", millis: 5 } }, { age: () => 5 }))
    assert.isTrue(applies({ match: {}, effect: { type: "late", millis: 5 } }, { age: () => 4 }))
  })
  it("leaves the steps of jobs to the effects that are for them", () => {
    const step = FaultEngine.jobStepSubject("IngestAsset", "AT:ONE")
    assert.isFalse(applies({ match: {}, effect: deny }, step))
    assert.isFalse(applies({ match: {}, effect: { type: "hang" } }, step))
    assert.isFalse(applies({ match: {}, effect: { type: "spawnFailure", message: "no" } }, step))
    assert.isTrue(applies({ match: {}, effect: { type: "stuck" } }, step))
    assert.isTrue(applies({ match: {}, effect: { type: "restart" } }, step))
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

describe("scenarios", () => {
  it("stand for their rules, scaled, and are added and removed as one", () => {
    const engine = FaultEngine.make(1, ["slow", { match: {}, effect: deny }], 0.5)
    assert.strictEqual(engine.decide(subject).delayMillis, 1000)
    assert.deepStrictEqual(engine.hits().map(({ hits, scenario }) => [scenario, hits]), [["slow", 1], [undefined, 1]])
    engine.add("slow")
    assert.deepStrictEqual(engine.hits().map(({ hits, scenario }) => [scenario, hits]), [[undefined, 1], ["slow", 0]])
    engine.remove("slow")
    engine.remove({ match: {}, effect: { type: "deny" } })
    assert.deepStrictEqual(engine.hits(), [])
  })
  it("restart once unless told how often", () => {
    const step = FaultEngine.jobStepSubject("IngestAsset", "AT:ONE")
    const restarts = (rule: Omit<FaultRule, "match" | "effect">) => {
      const engine = FaultEngine.make(1, [{ ...rule, match: {}, effect: { type: "restart" } }])
      return [1, 2, 3].filter(() => engine.decide(step).effect !== undefined).length
    }
    assert.deepStrictEqual([restarts({}), restarts({ times: 2 })], [1, 2])
  })
})

describe("magic ids", () => {
  const decide = (assetId: string, op = "IngestAsset") =>
    FaultEngine.make(1, []).decide({ ...FaultEngine.jobStepSubject(op, assetId), age: () => 2500 })

  it("count any number of seconds, and several words together", () => {
    assert.strictEqual(decide("AT:ASBXSLOW3S").delayMillis, 3000)
    const both = decide("AT:SBXSLOW2SxSBXSLOW1SSBXFAIL")
    assert.deepStrictEqual([both.delayMillis, both.effect?.type], [3000, "childFailure"])
    assert.deepStrictEqual(decide("AT:SBXLATE3S", "Image").effect, { type: "late", millis: 3000 })
    assert.strictEqual(decide("AT:SBXLATE2S", "Image").effect, undefined)
  })
  it("are these words alone", () => {
    for (const id of ["AT:SBX", "AT:SBXSLOWS", "AT:SBXSLOW", "AT:sbxfail", "AT:SBX404", "AT:SBXSLOW1234567S"]) {
      for (const op of ["IngestAsset", "Image"]) {
        assert.deepStrictEqual(decide(id, op), { delayMillis: 0, effect: undefined, jobState: undefined }, id)
      }
    }
  })
})

describe("the same seed", () => {
  const Request = Schema.Struct({
    method: Schema.Literals(["GET", "PUT", ""]),
    path: Schema.Literals(["/_s3/b/k", "/admin/ingest/initialize", "/assets/images/AT:ONE/info.json", ""]),
    op: Schema.Literals(["PutObject", "Initialize", "JobStatus", "ImageInfo", "IngestAsset", "SpawnChildren"]),
    assetId: Schema.UndefinedOr(Schema.Literals(["AT:ONE", "AT:SBXFAIL", "AT:SBX503"])),
    sessionToken: Schema.Boolean
  })

  it.effect.prop(
    "and the same requests meet the same faults, whatever these are",
    [Schema.Array(Fault), Schema.Array(Request), Schema.Int, Schema.Array(Fault)],
    ([faults, requests, seed, added]) =>
      Effect.sync(() => {
        const replay = () => {
          const engine = FaultEngine.make(seed, faults)
          const before = requests.map(engine.decide)
          for (const fault of added) engine.add(fault)
          return [before, requests.map(engine.decide), engine.hits()]
        }
        assert.deepStrictEqual(replay(), replay())
      })
  )

  it.effect.prop(
    "draws for each rule by itself, so that no other request changes what one meets",
    [Schema.Array(Request), Schema.Array(Request), Schema.Int],
    ([requests, others, seed]) =>
      Effect.sync(() => {
        const own: FaultRule = { match: { op: "Version" }, probability: 0.5, effect: deny }
        const rest: FaultRule = { match: {}, probability: 0.5, effect: { type: "html" } }
        const meets = (between: ReadonlyArray<typeof Request.Type>) => {
          const engine = FaultEngine.make(seed, [own, rest])
          return Array.from({ length: 32 }, () => {
            between.forEach(engine.decide)
            return engine.decide({ ...subject, op: "Version" }).effect === deny
          })
        }
        assert.deepStrictEqual(meets(requests), meets(others))
      })
  )
})
