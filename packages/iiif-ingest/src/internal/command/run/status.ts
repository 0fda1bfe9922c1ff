/** `status`: how a job is doing. */
import { JobId } from "@iiif-ingest/core/base/Ids"
import { visible } from "@iiif-ingest/core/base/Reason"
import * as Job from "@iiif-ingest/core/mps/Job"
import * as Status from "@iiif-ingest/core/mps/Status"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Live from "../../../Live.ts"
import { Screen } from "../../terminal/screen.ts"
import type * as Documents from "../documents.ts"
import { exitCodes } from "../exitCodes.ts"
import { Usage } from "../failure.ts"
import { Globals } from "../globals.ts"
import type { Run } from "../running.ts"
import { liveOptions } from "./environment.ts"

export interface Input {
  readonly job: string
  readonly follow: boolean
}

const decodeId = Schema.decodeUnknownOption(JobId)

const documentOf = (job: Job.Job): typeof Documents.Job.Type => {
  const phase = Job.phase(job)
  return {
    format: "iiif-ingest job",
    version: 1,
    id: job.id,
    state: job.state,
    ended: phase !== "Going",
    ...(phase === "Going" ? {} : { succeeded: phase === "Succeeded" }),
    errors: Job.result(job).errors
  }
}

const textOf = ({ errors, id, state }: typeof Documents.Job.Type): string =>
  [`job ${id}: ${visible(state)}`, ...errors.map((error) => `  ${visible(error)}`)].join("\n")

const show = Effect.fnUntraced(function*(job: Job.Job) {
  const document = documentOf(job)
  yield* (yield* Screen).result(textOf(document), document)
  return document.succeeded === false ? exitCodes.incomplete : exitCodes.done
})

const follow = (id: JobId) =>
  Effect.gen(function*() {
    const status = yield* Status.Status
    const last = yield* Stream.runLast(Stream.mapEffect(status.watch(id), show))
    return Option.getOrElse(last, () => exitCodes.incomplete)
  })

/** The state of a job is asked for without the journal: another run may hold it. */
export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  const id = decodeId(input.job.trim())
  if (Option.isNone(id)) return yield* new Usage({ detail: "give the id of a job, as ingest or submit printed it" })
  const once = Effect.flatMap(Status.Status.use((status) => status.get(id.value)), show)
  const layer = Live.layer({ ...liveOptions(yield* Globals), journal: "memory" })
  return yield* Effect.provide(input.follow ? follow(id.value) : once, layer)
})
