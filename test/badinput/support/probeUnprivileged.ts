/** Probes images as an unprivileged user, and prints the fate of each. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as Fate from "@iiif-ingest/core/mps/Fate"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** The uid and gid of "nobody". */
const nobody = 65_534

if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(nobody)
  process.setuid?.(nobody)
}

const layer = IngestProgram.layer().pipe(
  Layer.provide([ObjectStore.layerMemory, LtsClient.layerScripted(), Delivery.layerScripted(), Journal.layerMemory]),
  Layer.provideMerge(
    MpsConfig.layer({ environment: "qa", account: "at", space: "atspace", namespace: "AT", agent: "atagent" })
  ),
  Layer.provideMerge(NodeFileSystem.layer)
)

const { assets } = await Effect.runPromise(
  IngestProgram.ingestProgram({
    images: process.argv.slice(2).map((path, i) => IngestImage.file(path, { id: `image${i}` })),
    manifest: { name: "NOBODY", label: "Nobody's" }
  }).pipe(Effect.provide(layer))
)

for (const { fate, source } of assets) {
  process.stdout.write(
    `${fate._tag === "Refused" ? `${source}: ${fate.problem}` : `${source}: ${Fate.describeAsset(fate)}`}\n`
  )
}
