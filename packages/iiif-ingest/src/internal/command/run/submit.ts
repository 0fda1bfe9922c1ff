/** `submit`: posts a request for images that are in the bucket. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as Ingest from "@iiif-ingest/core/mps/Ingest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Live from "../../../Live.ts"
import { Screen } from "../../terminal/screen.ts"
import { counted } from "../../terminal/units.ts"
import type * as Documents from "../documents.ts"
import { exitCodes } from "../exitCodes.ts"
import { Usage } from "../failure.ts"
import { Globals } from "../globals.ts"
import { commandLine } from "../invocation.ts"
import { showing } from "../progress.ts"
import type { Run } from "../running.ts"
import { confirmInProduction, confirmIrreversible, liveOptions } from "./environment.ts"
import { readAssets, textOf } from "./readAssets.ts"

export interface Input {
  readonly assets: string
  readonly manifest: Option.Option<string>
  readonly policy: Option.Option<string>
  readonly replace: boolean
}

const Json = Schema.Record(Schema.String, Schema.Json)

/** The manifest itself, or what `manifest --json` printed. */
const Document = Schema.Union([
  Schema.Struct({ format: Schema.Literal("iiif-ingest manifest"), manifest: Json }),
  Json
])

const decodeManifest = Schema.decodeEffect(Schema.fromJsonString(Document))

const isWrapped = Schema.is(Document.members[0])

const readManifest = Effect.fnUntraced(function*(file: string) {
  const text = yield* textOf(file)
  return yield* Effect.mapBoth(decodeManifest(text), {
    onSuccess: (read) => isWrapped(read) ? read.manifest : read,
    onFailure: () => new Usage({ detail: `${visible(file)} is no JSON object: give a manifest` })
  })
})

const submit = (input: Input) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const { environment } = yield* MpsConfig.MpsConfig
    const { assets } = yield* readAssets(input.assets)
    const asked: Ingest.Input = {
      assets,
      ...(Option.isSome(input.manifest) ? { manifest: yield* readManifest(input.manifest.value) } : {}),
      ...(input.replace ? { action: "upsert" } : {}),
      ...(Option.isSome(input.policy) ? { policyDefinition: { policyGroupName: input.policy.value } } : {})
    }
    const ingest = yield* Ingest.Ingest
    const request = yield* ingest.request(asked)
    const id = Ingest.idOf(request)
    const { identifiers, jobId } = yield* ingest.submit(id, request, Ingest.content(asked, request))
    const document: typeof Documents.Submission.Type = {
      format: "iiif-ingest submission",
      version: 1,
      environment: environment.name,
      id,
      jobId,
      identifiers
    }
    const follow = commandLine(["status", jobId, "--follow"])
    yield* screen.result(
      `job ${jobId}: ${counted(assets.length, "image")} submitted\nto follow it: ${follow}`,
      document
    )
    return exitCodes.done
  })

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  yield* confirmInProduction("this submits images")
  if (input.replace) yield* confirmIrreversible("this may replace pictures that are served under the same ids")
  return yield* submit(input).pipe(showing(0), Effect.provide(Live.layer(liveOptions(yield* Globals))))
})
