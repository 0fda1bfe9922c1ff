/** `service`: whether the service answers, and the addresses that are used. */
import { visible } from "@iiif-ingest/core/base/Reason"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import * as Status from "@iiif-ingest/core/mps/Status"
import * as Effect from "effect/Effect"
import * as Live from "../../../Live.ts"
import { Screen } from "../../terminal/screen.ts"
import type * as Documents from "../documents.ts"
import { exitCodes } from "../exitCodes.ts"
import { Globals } from "../globals.ts"
import type { Run } from "../running.ts"
import { liveOptions } from "./environment.ts"

const show = Effect.gen(function*() {
  const { bucket, environment: { assetUrl, ingestUrl, manifestUrl, name } } = yield* MpsConfig
  const answer = yield* Status.Status.use((status) => status.version)
  const document: typeof Documents.Service.Type = {
    format: "iiif-ingest service",
    version: 1,
    environment: name,
    ingestUrl,
    assetUrl,
    manifestUrl,
    bucket,
    answer
  }
  const lines = [
    `environment  ${name}`,
    `ingest       ${ingestUrl}`,
    `images       ${assetUrl}`,
    `manifests    ${manifestUrl}`,
    `bucket       ${bucket}`,
    `answers      ${visible(JSON.stringify(answer))}`
  ]
  yield* (yield* Screen).result(lines.join("\n"), document)
  return exitCodes.done
})

export const run: Run<unknown> = Effect.fnUntraced(function*() {
  return yield* Effect.provide(show, Live.layer({ ...liveOptions(yield* Globals), journal: "memory" }))
})
