/** A complete run through a Lambda function, with signatures, is in test/proxy. */
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import { LtsClient } from "@iiif-ingest/core/mps/LtsClient"
import { LambdaLtsClient } from "@iiif-ingest/lts-http"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { jobId, ltsClientSuite, request } from "../../../test/suites/ltsClient.ts"
import { configAt, lambdaOver, signer, transports } from "./support/clients.ts"
import { ltsDriver } from "./support/ltsDriver.ts"
import { stubServer } from "./support/stubServer.ts"

for (const { name, transport } of transports) {
  ltsClientSuite(`a Lambda function over ${name}`, ltsDriver(lambdaOver(transport)))
}

describe("a request to a Lambda function", () => {
  it.live("has the environment in its path, the token only in its body, and AWS's JSON media type", () =>
    Effect.gen(function*() {
      const stub = yield* stubServer(() => ({
        status: 200,
        body: { data: { job_status: "queued", job_tracker_file: { _id: jobId } } }
      }))
      const layer = (options: Partial<LambdaLtsClient.Options>) =>
        LambdaLtsClient.layer({ url: stub.url, ...options }).pipe(
          Layer.provide([NodeHttpClient.layerUndici, signer]),
          Layer.provide(configAt("http://127.0.0.1:9"))
        )
      yield* Effect.gen(function*() {
        const client = yield* LtsClient
        yield* client.initialize(request)
        yield* client.jobStatus(JobId.make("a/b"))
        yield* client.version
      }).pipe(Effect.provide(layer({ url: `${stub.url}/stage//`, environment: "prod" })))
      yield* LtsClient.use((client) => client.version).pipe(Effect.provide(layer({})))
      assert.deepStrictEqual(stub.seen.map(({ method, url }) => `${method} ${url}`), [
        "POST /stage/prod/initialize",
        "GET /stage/prod/jobstatus/a%2Fb",
        "GET /stage/prod/version",
        "GET /sandbox/version"
      ])
      const [sent] = stub.seen
      const body = JSON.parse(sent?.body ?? "")
      assert.hasAllKeys(body, ["payload", "token"])
      assert.deepStrictEqual(body.payload, request)
      assert.match(body.token, /^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
      assert.strictEqual(sent?.headers["content-type"], "application/x-amz-json-1.1")
      for (const { headers } of stub.seen) assert.notProperty(headers, "authorization")
    }).pipe(Effect.scoped))
})
