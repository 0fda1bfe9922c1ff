/**
 * A program that does not handle a rejection of the client, so that Node prints it and exits with 1. Either the
 * transport dies with a third-party client's error object that includes the request, or the service rejects the request
 * and echoes the token.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as config } from "../../../core/test/support/config.ts"
import * as IngestClient from "../../src/IngestClient.ts"

const token = process.env["TOKEN"] ?? ""

const thirdPartyError = Object.assign(new Error(`POST failed, authorization: Bearer ${token}`), {
  config: { headers: { Authorization: `Bearer ${token}` } }
})

const transports = {
  defect: Layer.succeed(LtsClient.LtsClient, {
    initialize: () => Effect.die(thirdPartyError),
    jobStatus: () => Effect.die(thirdPartyError),
    version: Effect.die(thirdPartyError)
  }),
  typed: LtsClient.layerScripted({
    initialize: [
      new LtsClient.Unauthorized({ evidence: Reason.evidence(401, `no: authorization: Bearer ${token}`) })
    ]
  })
}

const client = IngestClient.make(
  IngestProgram.layer().pipe(
    Layer.provide(transports[process.argv[2] === "defect" ? "defect" : "typed"]),
    Layer.provide([ObjectStore.layerMemory, Delivery.layerScripted(), Journal.layerMemory]),
    Layer.provideMerge(Layer.merge(config, NodeFileSystem.layer))
  )
)

void client.ingest({
  images: [IngestImage.bytes(new Uint8Array([1]), { name: "a.png", width: 1, height: 1, mediaType: "image/png" })],
  manifest: { name: "LEFT", label: "Left alone" }
})
