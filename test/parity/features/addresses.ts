import { assert } from "@effect/vitest"
import { Ids, MpsEnvironment } from "@iiif-ingest/core"
import { Effect, Result } from "effect"
import { type Feature, section } from "./Feature.ts"

const row = section("1.6")

const names = ["dev", "qa", "prod"] as const
const environment = (name: MpsEnvironment.EnvironmentName) => Result.getOrThrow(MpsEnvironment.make(name))
const of = (url: (environment: MpsEnvironment.MpsEnvironment) => string) => names.map((name) => url(environment(name)))

const namespace = Ids.Namespace.make("AT")
const ingest = [
  "https://mps-admin-dev.lib.harvard.edu/admin/ingest",
  "https://mps-ingest-qa.lib.harvard.edu/admin/ingest",
  "https://mps-ingest.lib.harvard.edu/admin/ingest"
]

const same = (actual: ReadonlyArray<string>, expected: ReadonlyArray<string>) =>
  Effect.sync(() => assert.deepStrictEqual(actual, expected))

/** HttpLtsClient appends `/initialize`, `/jobstatus/{id}` and `/version` to `ingestUrl`, as its own tests show. */
export const addresses: ReadonlyArray<Feature> = [
  row("ingest, POST", "ingestUrl of each environment", same(of(({ ingestUrl }) => ingestUrl), ingest)),
  row(
    "job status, GET",
    "the same base, or a custom one given as ingestUrl",
    Effect.sync(() => {
      const custom = MpsEnvironment.make("qa", { ingestUrl: "https://moved.example.edu/admin/ingest/" })
      assert.strictEqual(Result.getOrThrow(custom).ingestUrl, "https://moved.example.edu/admin/ingest")
    })
  ),
  row(
    "service, GET",
    "the same base; http and loopback URLs are refused in all three environments",
    Effect.sync(() => {
      for (const name of names) {
        for (const ingestUrl of ["http://mps.example.edu", "https://127.0.0.1:4747"]) {
          assert.isTrue(Result.isFailure(MpsEnvironment.make(name, { ingestUrl })))
        }
      }
    })
  ),
  row(
    "images",
    "assetUrl, and MpsEnvironment.assetUrl for a single image",
    same(
      of((environment) => MpsEnvironment.assetUrl(environment, namespace, Ids.AssetId.make("one"))),
      ["mps-dev", "mps-qa", "mps"].map((host) => `https://${host}.lib.harvard.edu/assets/images/AT:one`)
    )
  ),
  row(
    "manifests",
    "manifestUrl, and MpsEnvironment.manifestUri for a single manifest",
    same(
      of((environment) => MpsEnvironment.manifestUri(environment, namespace, Ids.ManifestName.make("ONE"))),
      ["nrs-dev", "nrs-qa", "nrs"].map((host) => `https://${host}.lib.harvard.edu/URN-3:AT:ONE:MANIFEST:3`)
    )
  ),
  row(
    "The bucket",
    "the same template, or `bucket`",
    same(
      of((environment) => MpsEnvironment.bucketName(environment, "at", "atdarth")),
      names.map((name) => `edu.harvard.huit.lts.mps.at-atdarth-${name}`)
    )
  )
]
