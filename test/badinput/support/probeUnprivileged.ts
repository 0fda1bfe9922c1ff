/** Looks at images as a user who owns nothing, and prints what became of each. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Delivery from "@iiif-ingest/core/Delivery"
import * as ImageSource from "@iiif-ingest/core/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as IngestReport from "@iiif-ingest/core/IngestReport"
import * as Journal from "@iiif-ingest/core/Journal"
import * as LtsClient from "@iiif-ingest/core/LtsClient"
import * as MpsConfig from "@iiif-ingest/core/MpsConfig"
import * as ObjectStore from "@iiif-ingest/core/ObjectStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** "nobody" on every system that has such a user by number. */
const nobody = 65_534

if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(nobody)
  process.setuid?.(nobody)
}

const layer = IngestProgram.layer.pipe(
  Layer.provide([ObjectStore.layerMemory, LtsClient.layerScripted(), Delivery.layerScripted(), Journal.layerMemory]),
  Layer.provideMerge(
    MpsConfig.layer({ environment: "qa", account: "at", space: "atspace", namespace: "AT", agent: "atagent" })
  ),
  Layer.provideMerge(NodeFileSystem.layer)
)

const { assets } = await Effect.runPromise(
  IngestProgram.ingestProgram({
    images: process.argv.slice(2).map((path, i) => ImageSource.file(path, { id: `image${i}` })),
    manifest: { name: "NOBODY", label: "Nobody's" }
  }).pipe(Effect.provide(layer))
)

for (const { fate, source } of assets) {
  process.stdout.write(
    `${fate._tag === "Refused" ? `${source}: ${fate.problem}` : `${source}: ${IngestReport.describeFate(fate)}`}\n`
  )
}
