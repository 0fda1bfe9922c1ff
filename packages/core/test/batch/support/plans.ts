import { AssetId, ManifestUri, Namespace } from "@iiif-ingest/core/base/Ids"
import type { Plan } from "@iiif-ingest/core/batch/Plan"

/** A plan for the account of `TestMps`, of images with 40 x 30 pixels. */
export const planOf = (
  ...manifests: ReadonlyArray<readonly [name: string, images: ReadonlyArray<string>]>
): Plan => ({
  format: "iiif-ingest plan",
  version: 1,
  environment: "qa",
  account: "test",
  space: "testspace",
  namespace: Namespace.make("TEST"),
  bucket: "bucket",
  root: ".",
  manifests: manifests.map(([name, images]) => ({
    id: ManifestUri.make(`https://nrs-qa.lib.harvard.edu/URN-3:TEST:${name}:MANIFEST:3`),
    description: { name, label: name },
    origin: { source: "sheet.csv" },
    images: images.map((id) => ({
      file: `${id}.png`,
      id: AssetId.make(id),
      key: `images/${id}.png`,
      width: 40,
      height: 30,
      mediaType: "image/png",
      fingerprint: { size: 1 },
      description: {},
      origin: { source: "sheet.csv" }
    }))
  }))
})
