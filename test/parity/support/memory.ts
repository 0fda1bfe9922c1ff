/** The programs with everything in memory, and what they would have posted. */
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

/** What an account at LTS looks like; environment `qa`, which nothing here is sent to. */
export const account: MpsConfig.Options = {
  environment: "qa",
  account: "at",
  space: "atspace",
  namespace: "at",
  agent: "atagent"
}

const jobId = Ids.JobId.make("6255a8a966b08c163ac5c880")

/** A client that keeps what it is given. */
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

/** Everything that a run posts, and its report. */
export const run = (options: IngestProgram.Options, config: MpsConfig.Options = account) =>
  Effect.suspend(() => {
    const posted: Array<IngestRequest.IngestRequest> = []
    return IngestProgram.ingestProgram({ verify: false, ...options }).pipe(
      Effect.map((report) => ({ report, posted })),
      Effect.provide(inMemory(config, recording(posted)), { local: true })
    )
  })

/** The one request that a run posts. */
export const requestOf = (options: IngestProgram.Options, config: MpsConfig.Options = account) =>
  Effect.map(run(options, config), ({ posted, report }) => {
    const [request] = posted
    if (request === undefined) throw new Error(`nothing was posted: ${JSON.stringify(report)}`)
    return request
  })
