/** What the pages promise in words or numbers, held against the code. */
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { ImageHeader, RetryPolicy } from "iiif-ingest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./support/workspace.ts"

const read = (page: string): string => readFileSync(join(root, page), "utf8").replaceAll(/\s+/g, " ")

describe("the pages claim", () => {
  it("the limits on pixels that headers are read with", () => {
    const [millions, edge] = [ImageHeader.maxPixels, ImageHeader.maxEdge].map((n) => (n / 1e6).toLocaleString("en-US"))
    assert.include(read("docs/from-python.md"), `up to ${millions} million pixels and ${edge} million on a side`)
  })

  it("the limits of the standard retry policy", () => {
    const { deliveryLimit, jobLimit } = RetryPolicy.standard
    const limits = `up to ${Duration.toHours(jobLimit)} hours, and delivery for ${
      Duration.toMinutes(deliveryLimit)
    } minutes`
    assert.include(read("packages/core/README.md"), limits)
  })

  it("nothing more than there is", () => {
    const pages = ["README.md", "docs/configuration.md", "docs/from-python.md", "packages/sandbox/README.md"].map(read)
    for (const page of pages) {
      assert.notMatch(page, /without (?:native code or )?a limit on pixels|every setting can be|complete local/i)
    }
  })
})
