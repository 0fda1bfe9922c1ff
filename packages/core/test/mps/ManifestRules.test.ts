import { assert, describe, it } from "@effect/vitest"
import * as ManifestRules from "@iiif-ingest/core/mps/ManifestRules"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { Result } from "effect"

const uri = "https://nrs.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3"
const images = "https://mps.lib.harvard.edu/assets/images"

const page = (id: string, more: Partial<Manifest.Page> = {}): Manifest.Page => ({
  id,
  imageService: `${images}/AT:${id}`,
  width: 1000,
  height: 800,
  ...more
})

const pages = [page("a"), page("b"), page("c")]

const options = Manifests.buildOptions()

const good = () => JSON.parse(JSON.stringify(Result.getOrThrow(Manifest.build(uri, { label: "x" }, pages, options))))

const codes = (findings: ReadonlyArray<Manifest.Finding>) => findings.map(({ code, path }) => `${code} ${path}`)

const check = (json: unknown) => codes(Manifest.check(json, { rules: [ManifestRules.make()] }))

const body = "items[0].items[0].items[0].body"

describe("a manifest checked by the rules of MPS", () => {
  it("has no findings if it was built for MPS", () => {
    assert.deepStrictEqual(check(good()), [])
  })

  it.each([
    ["a label that the viewer cannot display", { label: { en: ["x"] } }, ["mps-label-none label"]],
    ["a name that MPS compares without case", { id: uri.replace("HAMLET", "Hamlet") }, ["mps-manifest-name id"]],
    ["a name like no other that MPS took", { id: uri.replace("HAMLET", "HAMLET-1") }, ["mps-manifest-name id"]],
    ["the address of version 2", { id: uri.replace(/3$/, "2") }, ["mps-manifest-version id"]]
  ])("with %s gets a warning", (_, change, expected) => {
    assert.deepStrictEqual(check({ ...good(), ...change }), expected)
  })

  it.each([
    ["functional_test", [`MPS compares names without case: "functional_test" and "FUNCTIONAL_TEST" are one manifest`]],
    ["ACT-1", [`MPS is known to take names of letters, digits and _, unlike "ACT-1"`]],
    ["act-1", [
      `MPS is known to take names of letters, digits and _, unlike "act-1"`,
      `MPS compares names without case: "act-1" and "ACT-1" are one manifest`
    ]]
  ])("says of the name %s what is doubtful", (name, messages) => {
    const findings = Manifest.check({ ...good(), id: uri.replace("HAMLET", name) }, { rules: [ManifestRules.make()] })
    assert.deepStrictEqual(findings.filter(({ path }) => path === "id").map(({ message }) => message), messages)
  })

  it.each(["HAMLET_1", "1603"])("has no findings if it is named %s", (name) => {
    const json = JSON.parse(JSON.stringify(good()).replaceAll("HAMLET", name))
    assert.deepStrictEqual(check(json), [])
  })

  it("whose canvas ids differ only in case gets a warning", () => {
    const json = good()
    json.items[2].id = `${uri}/canvas/canvas:A`
    json.items[2].items[0].items[0].target = json.items[2].id
    assert.deepStrictEqual(check(json), ["mps-id-case items[2].id"])
  })

  it.each([
    ["in a format that MPS does not serve", "max/0/default.tiff", "image/tiff", "mps-image-format"],
    ["named as TIFF", "max/0/default.jp2", "image/jpeg", "mps-image-format"],
    ["of a format that browsers do not display", "max/0/default.tif", "image/tiff", "mps-image-format"],
    ["in the size that MPS throttles", "full/0/default.jpg", "image/jpeg", "mps-full-size"]
  ])("with an image %s gets a warning", (_, request, format, code) => {
    const json = good()
    Object.assign(json.items[0].items[0].items[0].body, { id: `${images}/AT:a/full/${request}`, format })
    assert.deepStrictEqual(check(json), [`${code} ${body}`])
  })

  it.each([null, "text", 7, [], {}, { items: "x", label: 7, id: {} }, { items: [null, { id: 7 }] }])(
    "never throws, whatever the JSON: %j",
    (json) => {
      assert.isNotEmpty(check(json))
    }
  )
})

describe("Manifest.build with rules", () => {
  it("applies them to simple and other pages in the same way", () => {
    const rules: Manifest.RuleSet = {
      codes: { "seen": { severity: "warning", clause: "", expected: "", remedy: "" } },
      image: (image, request, report) => report("seen", `${String(image["id"])} ${request?.size} ${request?.format}`)
    }
    const built = Manifest.buildWithFindings(uri, { label: "x" }, [page("a"), page("b", { behavior: ["non-paged"] })], {
      rules: [rules]
    })
    const { findings, manifest } = Result.getOrThrow(built)
    const inItems = findings.filter(({ path }) => path.startsWith("items"))
    assert.sameMembers(
      codes(inItems),
      [0, 1].flatMap((index) => [
        `seen items[${index}].items[0].items[0].body`,
        `seen items[${index}].thumbnail[0]`
      ])
    )
    const checked = Manifest.check(manifest, { rules: [rules] })
    assert.sameDeepMembers([...inItems], checked.filter(({ path }) => path.startsWith("items")))
  })
})
