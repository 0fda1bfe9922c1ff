import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestName, Namespace } from "@iiif-ingest/core/base/Ids"
import * as MpsEnvironment from "@iiif-ingest/core/config/MpsEnvironment"
import { Result } from "effect"

const of = (name: MpsEnvironment.EnvironmentName, overrides?: MpsEnvironment.Overrides) =>
  Result.getOrThrow(MpsEnvironment.make(name, overrides))

const problems = (name: MpsEnvironment.EnvironmentName, overrides: MpsEnvironment.Overrides) =>
  Result.match(MpsEnvironment.make(name, overrides), { onSuccess: () => [], onFailure: (failures) => failures })

const at = Namespace.make("AT")

/** The addresses in docs/mps.md, 1.6, without the path of each call. */
const table = [
  [
    "dev",
    "https://mps-admin-dev.lib.harvard.edu",
    "https://mps-dev.lib.harvard.edu",
    "https://nrs-dev.lib.harvard.edu"
  ],
  ["qa", "https://mps-ingest-qa.lib.harvard.edu", "https://mps-qa.lib.harvard.edu", "https://nrs-qa.lib.harvard.edu"],
  ["prod", "https://mps-ingest.lib.harvard.edu", "https://mps.lib.harvard.edu", "https://nrs.lib.harvard.edu"]
] as const

describe("MpsEnvironment", () => {
  it.each(table)("%s has the addresses of LTS", (name, ingest, image, manifest) => {
    const environment = of(name)
    assert.deepStrictEqual(environment, {
      name,
      ingestUrl: `${ingest}/admin/ingest`,
      assetUrl: `${image}/assets/images`,
      manifestUrl: manifest
    })
    assert.strictEqual(
      MpsEnvironment.bucketName(environment, "at", "atdarth"),
      `edu.harvard.huit.lts.mps.at-atdarth-${name}`
    )
    assert.strictEqual(
      MpsEnvironment.assetUrl(environment, at, AssetId.make("page1")),
      `${image}/assets/images/AT:page1`
    )
    const hamlet = ManifestName.make("HAMLET")
    assert.strictEqual(MpsEnvironment.manifestUri(environment, at, hamlet), `${manifest}/URN-3:AT:HAMLET:MANIFEST:3`)
    assert.strictEqual(
      MpsEnvironment.manifestUri(environment, at, hamlet, "2"),
      `${manifest}/URN-3:AT:HAMLET:MANIFEST:2`
    )
  })

  it("has only addresses on this machine for sandbox", () => {
    const { name: _, ...urls } = of("sandbox")
    assert.sameMembers(Object.keys(urls), ["ingestUrl", "assetUrl", "manifestUrl", "s3Endpoint"])
    for (const url of Object.values(urls)) assert.strictEqual(new URL(url).hostname, "127.0.0.1")
  })

  it("replaces one address with an override, without its trailing slashes", () => {
    assert.deepStrictEqual(of("qa", { ingestUrl: "https://proxy.example/mps//" }), {
      ...of("qa"),
      ingestUrl: "https://proxy.example/mps"
    })
    assert.strictEqual(of("qa", { s3Endpoint: "https://s3.example" }).s3Endpoint, "https://s3.example")
  })

  it.each(["http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:80/x", "https://localhost", "http://LOCALHOST"])(
    "%s is accepted by sandbox only",
    (manifestUrl) => {
      assert.strictEqual(of("sandbox", { manifestUrl }).manifestUrl, manifestUrl)
      for (const name of ["dev", "qa", "prod"] as const) {
        assert.deepStrictEqual(problems(name, { manifestUrl }).map((p) => p.field), ["manifestUrl"])
      }
    }
  )

  it.each([
    "https://mps-ingest-qa.lib.harvard.edu/admin/ingest",
    "http://127.0.0.1.example.org",
    "http://127.evil.example",
    "http://localhost.example.org",
    "http://[::2]",
    "http://10.0.0.1",
    "http://0.0.0.0"
  ])("%s is not this machine", (ingestUrl) => {
    assert.include(problems("sandbox", { ingestUrl })[0]?.problem, "loopback")
  })

  it("accepts http for sandbox only", () => {
    assert.include(problems("qa", { assetUrl: "http://mps-qa.lib.harvard.edu" })[0]?.problem, "https")
  })

  it.each(["", "mps.example", "ftp://mps.example", "https://", "https://x/?a=b", "https://x/#f", "//x"])(
    "%j is not a base address",
    (ingestUrl) => {
      for (const name of ["qa", "sandbox"] as const) assert.lengthOf(problems(name, { ingestUrl }), 1)
    }
  )

  it("does not show a password in an address", () => {
    const [problem] = problems("prod", { s3Endpoint: "https://user:hunter2@s3.example/?token=abcd" })
    assert.strictEqual(problem?.field, "s3Endpoint")
    assert.notMatch(problem?.problem ?? "", /hunter2|abcd/)
  })

  it("reports every problem at once, by field", () => {
    const reported = problems("prod", {
      ingestUrl: "http://127.0.0.1:4747/admin/ingest",
      assetUrl: "x",
      manifestUrl: "http://nrs.lib.harvard.edu",
      s3Endpoint: "http://localhost:9000"
    })
    assert.deepStrictEqual(reported.map((p) => p.field), ["ingestUrl", "assetUrl", "manifestUrl", "s3Endpoint"])
  })
})
