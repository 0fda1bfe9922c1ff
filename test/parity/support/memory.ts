/** Runs with everything in memory, and the requests that they would post. */
import { NodeFileSystem } from "@effect/platform-node"
import {
  Delivery,
  Ids,
  IngestProgram,
  type IngestRequest,
  Journal,
  LtsClient,
  MpsConfig,
  ObjectStore
} from "@iiif-ingest/core"
import { Effect, Layer } from "effect"

/** A typical LTS account. Nothing here is sent to its environment, `qa`. */
export const account: MpsConfig.Options = {
  environment: "qa",
  account: "at",
  space: "atspace",
  namespace: "at",
  agent: "atagent"
}

const jobId = Ids.JobId.make("6255a8a966b08c163ac5c880")

/** A client that records the requests. */
const recording = (posted: Array<IngestRequest.IngestRequest>) =>
  Layer.succeed(
    LtsClient.LtsClient,
    LtsClient.LtsClient.of({
      initialize: (request) => Effect.sync(() => (posted.push(request), { jobId, identifiers: [], raw: {} })),
      jobStatus: (id) => Effect.succeed({ id, state: "success", raw: {} }),
      version: Effect.succeed({})
    })
  )

export const inMemory = (
  config: MpsConfig.Options = account,
  client: Layer.Layer<LtsClient.LtsClient> = LtsClient.layerScripted()
) =>
  IngestProgram.layer().pipe(
    Layer.provideMerge(
      Layer.mergeAll(ObjectStore.layerMemory, client, Delivery.layerScripted(), Journal.layerMemory)
    ),
    Layer.provideMerge(Layer.mergeAll(MpsConfig.layer(config), NodeFileSystem.layer))
  )

/** The requests that a run posts, and its report. */
export const run = (options: IngestProgram.Options, config: MpsConfig.Options = account) =>
  Effect.suspend(() => {
    const posted: Array<IngestRequest.IngestRequest> = []
    return IngestProgram.ingestProgram({ verify: false, ...options }).pipe(
      Effect.map((report) => ({ report, posted })),
      Effect.provide(inMemory(config, recording(posted)), { local: true })
    )
  })

/** The single request that a run posts. */
export const requestOf = (options: IngestProgram.Options, config: MpsConfig.Options = account) =>
  Effect.map(run(options, config), ({ posted, report }) => {
    const [request] = posted
    if (request === undefined) throw new Error(`nothing was posted: ${JSON.stringify(report)}`)
    return request
  })
