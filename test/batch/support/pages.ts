/** A plan of small pictures for a sandbox, and its file. */
import { AssetId, ManifestUri, Namespace } from "@iiif-ingest/core/base/Ids"
import * as Plan from "@iiif-ingest/core/batch/Plan"
import * as Fingerprint from "@iiif-ingest/core/image/Fingerprint"
import { NodeFiles } from "@iiif-ingest/node"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { writeSmallFiles } from "../../support/pictures.ts"

const account = (sandbox: Sandbox.Sandbox["Service"]) => ({
  account: sandbox.account,
  space: sandbox.space,
  namespace: Namespace.make(sandbox.namespace),
  bucket: sandbox.s3.bucket
})

/** Writes pictures and their plan, with as many in each manifest, into a folder. */
export const write = Effect.fnUntraced(function*(folder: string, images: number, manifests: number) {
  const sandbox = yield* Sandbox.Sandbox
  const root = Path.join(folder, "pages")
  Fs.mkdirSync(root)
  const paths = yield* Effect.promise(() => writeSmallFiles(root, images))
  const planned = yield* Effect.forEach(
    paths,
    (path, index) =>
      Effect.map(Fingerprint.ofFile(path), (fingerprint): Plan.PlannedImage => {
        const file = Path.basename(path)
        const id = AssetId.make(file.replace(/\.png$/, "").replace(/[^A-Za-z0-9]/g, ""))
        return {
          file,
          id,
          key: `images/${id}.png`,
          width: 16 + index % 17,
          height: 24,
          mediaType: "image/png",
          fingerprint,
          description: { label: `Page ${index + 1}` },
          origin: { source: "pages.csv", row: index + 2 }
        }
      })
  ).pipe(Effect.provide(NodeFiles.layer))
  const size = Math.ceil(images / manifests)
  const plan: Plan.Plan = {
    format: "iiif-ingest plan",
    version: Plan.version,
    environment: "sandbox",
    ...account(sandbox),
    root,
    manifests: Array.from({ length: manifests }, (_, at) => ({
      id: ManifestUri.make(`${sandbox.url}/URN-3:${sandbox.namespace}:BOOK${at + 1}:MANIFEST:3`),
      description: { name: `BOOK${at + 1}`, label: `Book ${at + 1}` },
      origin: { source: "pages.csv" },
      images: planned.slice(at * size, (at + 1) * size)
    }))
  }
  const path = Path.join(folder, "plan.json")
  Fs.writeFileSync(path, Plan.encode(plan))
  return { plan, path }
})
