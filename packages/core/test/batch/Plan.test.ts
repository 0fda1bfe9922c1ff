import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestUri, Namespace } from "@iiif-ingest/core/base/Ids"
import * as Plan from "@iiif-ingest/core/batch/Plan"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { Result, Schema } from "effect"

const image = (id: string): Plan.PlannedImage => ({
  file: `scans/${id}.tif`,
  id: AssetId.make(id),
  key: `images/${id}.tif`,
  width: 40,
  height: 30,
  mediaType: "image/tiff",
  fingerprint: { size: 2_500_000, modifiedMillis: 5, identity: "1:2" },
  content: { of: "sample", crc32: Crc32.Crc32.make(7) },
  description: { label: { en: ["Page"] } },
  origin: { source: "sheet.csv", row: 2, cells: { file: `scans/${id}.tif` } }
})

const book = (name: string, ...ids: ReadonlyArray<string>): Plan.PlannedManifest => ({
  id: ManifestUri.make(`https://nrs-qa.lib.harvard.edu/URN-3:AT:${name}:MANIFEST:3`),
  description: { name, label: name },
  origin: { source: "sheet.csv", row: 2 },
  images: ids.map(image)
})

const plan = (...manifests: ReadonlyArray<Plan.PlannedManifest>): Plan.Plan => ({
  format: "iiif-ingest plan",
  version: 1,
  environment: "qa",
  account: "at",
  space: "atspace",
  namespace: Namespace.make("AT"),
  bucket: "bucket",
  root: "/scans",
  manifests
})

const problemsOf = (text: string): ReadonlyArray<string> =>
  Result.match(Plan.decode(text), {
    onSuccess: () => [],
    onFailure: ({ problems }) => problems.map(({ place, problem }) => `${place}: ${problem}`)
  })

describe("the text of a plan", () => {
  const text = Plan.encode(plan(book("HAMLET", "a1", "a2"), book("LEAR")))

  it("is read back as the same plan", () => {
    assert.deepStrictEqual(Result.getOrThrow(Plan.decode(text)), plan(book("HAMLET", "a1", "a2"), book("LEAR")))
    assert.deepStrictEqual(problemsOf(`\uFEFF${text}`), [])
  })

  it("has three lines for each image, so that a change of one is a change of its lines", () => {
    const hamlet = book("HAMLET", "a1")
    const changed = Plan.encode(
      plan({ ...hamlet, images: [...hamlet.images, { ...image("a2"), width: 41 }] }, book("LEAR"))
    )
    const [before, after] = [text.split("\n"), changed.split("\n")]
    assert.strictEqual(before.length, after.length)
    assert.lengthOf(before.filter((line, index) => line !== after[index]), 1)
  })

  it("is refused with all that was edited apart", () => {
    const edited = text
      .replace("\"id\":\"a1\"", "\"id\":\"b1\"")
      .replace("\"file\":\"scans/a2.tif\"", "\"file\":\"../../etc/passwd\"")
      .replace("URN-3:AT:LEAR", "URN-3:AT:HAMLET")
    assert.deepStrictEqual(problemsOf(edited).map((problem) => problem.split(": ")[0]), [
      "manifests[1].id",
      "manifests[1].id",
      "manifests[0].images[0].key",
      "manifests[0].images[1].file"
    ])
    assert.match(
      problemsOf(text.replaceAll("a2", "A1")).join("\n"),
      /differs only by case/
    )
  })

  it("is refused with the path of every field that is wrong, missing or unknown", () => {
    const edited = text
      .replace("\"width\":40", "\"width\":0")
      .replace("\"mediaType\":\"image/tiff\",", "")
      .replace("\"space\": \"atspace\"", "\"spaec\": \"atspace\"")
    const places = problemsOf(edited).map((problem) => problem.split(": ")[0])
    assert.sameMembers(places, ["space", "spaec", "manifests[0].images[0].width", "manifests[0].images[0].mediaType"])
  })

  it("is refused if it is of another version, no plan or no JSON", () => {
    assert.match(problemsOf(text.replace("\"version\": 1", "\"version\": 9")).join(), /newer release/)
    assert.match(problemsOf(text.replace("\"version\": 1", "\"version\": 0")).join(), /older release/)
    assert.match(problemsOf(text.replace("iiif-ingest plan", "iiif-ingest report")).join(), /it is not a plan/)
    assert.match(problemsOf("{}").join(), /it is not a plan/)
    assert.match(problemsOf(text.slice(0, -20)).join(), /it is not JSON/)
  })

  it.prop("is read back as any plan of any images", [
    Schema.Array(Schema.String.check(Schema.isPattern(/^[a-z]{1,6}[0-9]$/))),
    Schema.Record(Schema.String, Schema.String),
    Schema.Array(Schema.String)
  ], ([ids, cells, labels]) => {
    const some = plan({
      ...book("HAMLET", ...new Set(ids)),
      origin: { source: "a\u2028b", cells },
      description: { name: "HAMLET", label: { none: labels.length === 0 ? ["x"] : labels } }
    })
    assert.deepStrictEqual(Result.getOrThrow(Plan.decode(Plan.encode(some))), some)
  })
})

describe("a plan", () => {
  it("can be moved together with its images", () => {
    const moved = (folder: string, root: string) => Plan.writtenIn({ ...plan(), root }, folder).root
    assert.deepStrictEqual(
      [moved("/a", "/a/scans"), moved("/a", "/a"), moved("/a/b", "/a"), moved("/a", "/ab"), moved("/", "/x")],
      ["scans", ".", "/a", "/ab", "x"]
    )
    assert.strictEqual(moved("C:\\books", "C:\\books\\scans"), "scans")
    assert.strictEqual(Plan.rootOf({ root: "C:\\scans" }, "/a"), "C:\\scans")
  })

  it("gives its images whole ids and keys", () => {
    const [first] = Plan.imagesOf(book("HAMLET", "a1"), "/scans/")
    assert.deepInclude(first?.source, {
      path: "/scans/scans/a1.tif",
      name: "scans/a1.tif",
      assetId: "a1",
      key: "a1.tif",
      keyPrefix: "images"
    })
    assert.deepStrictEqual(first?.description, { label: { en: ["Page"] } })
    const atRoot = { ...book("HAMLET"), images: [{ ...image("a1"), key: "a1.tif", file: "/else/a1.tif" }] }
    assert.deepInclude(Plan.imagesOf(atRoot, "/scans")[0]?.source, {
      path: "/else/a1.tif",
      key: "a1.tif",
      keyPrefix: "/"
    })
  })

  it("is described in a few lines", () => {
    assert.strictEqual(
      Plan.describe(plan(book("HAMLET", "a1", "a2"))),
      [
        "1 manifest, 2 images, 5 MB",
        "to qa as at/atspace, namespace AT, bucket bucket",
        "  HAMLET: 2 images, 5 MB"
      ].join("\n")
    )
  })
})
