import { assert, describe, it } from "@effect/vitest"
import { BatchReport, Fate } from "@iiif-ingest/core"

const { NotSent, Refused, Served, UploadFailed } = Fate.AssetFate.cases
const failed = (reason: string) => UploadFailed.make({ problem: "no", reason })

describe("the one cause of fates", () => {
  it.each(
    [
      ["wrong keys for all", [failed("InvalidCredentials"), failed("InvalidCredentials")], "configuration"],
      ["one of no reach, which kept others back", [failed("Unreachable"), NotSent.make({})], "unreachable"],
      ["images that cannot be any", [Refused.make({ problem: "no" }), NotSent.make({})], "input"],
      ["two causes", [failed("InvalidCredentials"), Refused.make({ problem: "no" })], undefined],
      ["some that are served", [failed("Unreachable"), Served.make({ url: "u", width: 1, height: 1 })], undefined],
      ["a failure of unknown reason", [UploadFailed.make({ problem: "no" })], undefined],
      ["nothing", [], undefined]
    ] as const
  )("is found of %s", (_, fates, kind) => {
    assert.strictEqual(BatchReport.kindOfFates(fates), kind)
  })
})
