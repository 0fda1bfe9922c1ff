/** The official IIIF image validator at level 2, expressed anew: 30 checks of 2.1 and 33 of 3.0. */
import { assert, describe, it, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import { applies, checks } from "./support/checks.ts"
import { prepared } from "./support/ingest.ts"
import { services } from "./support/service.ts"
import { squares } from "./support/squares.ts"

/** The names of the validator's modules whose level is at most 2, and since 3.0 alone. */
const official = {
  "2.1": [
    "baseurl_redirect",
    "cors",
    "format_error_random",
    "format_jpg",
    "format_png",
    "id_basic",
    "id_error_escapedslash",
    "id_error_random",
    "id_error_unescaped",
    "id_escaped",
    "id_squares",
    "info_json",
    "jsonld",
    "quality_bitonal",
    "quality_color",
    "quality_error_random",
    "quality_grey",
    "region_error_random",
    "region_percent",
    "region_pixels",
    "rot_error_random",
    "rot_full_basic",
    "rot_region_basic",
    "size_bwh",
    "size_ch",
    "size_error_random",
    "size_percent",
    "size_region",
    "size_wc",
    "size_wh"
  ],
  since3: ["region_square", "size_nofull", "size_noup"]
}

const namesOf = (version: "2.1" | "3.0") =>
  checks.filter((check) => applies(check, version)).map(({ name }) => name).toSorted()

describe("the checks of the validator", () => {
  it("are all here", () => {
    assert.deepStrictEqual(namesOf("2.1"), official["2.1"])
    assert.deepStrictEqual(namesOf("3.0"), [...official["2.1"], ...official.since3].toSorted())
    assert.deepStrictEqual([namesOf("2.1").length, namesOf("3.0").length], [30, 33])
  })
})

const world = prepared(Effect.map(squares, (bytes) => [{ id: "squares67", bytes }]))

layer(world, { excludeTestServices: true })("image validator, level 2", (it) => {
  for (const service of services) {
    describe(service.name, () => {
      it.effect.each(checks.filter((check) => applies(check, service.version)))(
        "$name",
        ({ run }) => Effect.flatMap(Sandbox.Sandbox, (sandbox) => run({ sandbox, service, id: "SANDBOX:squares67" }))
      )
    })
  }
})
