/** `report`: what became of a plan, for the people who asked for the ingest. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as BatchReport from "@iiif-ingest/core/batch/BatchReport"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import * as ProxiedHttpClient from "@iiif-ingest/node/ProxiedHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Screen } from "../../terminal/screen.ts"
import { Globals } from "../globals.ts"
import type { Run } from "../running.ts"
import { viewerOf } from "./addresses.ts"
import { codeOf, textOf } from "./batch.ts"
import * as JournalOnly from "./journalOnly.ts"
import { readPlan } from "./planFile.ts"
import { save } from "./save.ts"

export interface Input {
  readonly plan: string
  readonly csv: Option.Option<string>
  readonly html: Option.Option<string>
  readonly title: Option.Option<string>
  readonly thumbnails: boolean
}

const saveCsv = Effect.fnUntraced(function*(file: string, report: BatchReport.BatchReport) {
  const { reportCsv } = yield* Effect.promise(() => import("../../pages/csv.ts"))
  yield* save(file, reportCsv(report))
})

const client = Layer.unwrap(Effect.map(ProxySettings.resolve({}), ProxiedHttpClient.layer))

/** How many thumbnails are asked for in a second, since the delivery side throttles. */
const perSecond = 5

const saveHtml = Effect.fnUntraced(function*(file: string, report: BatchReport.BatchReport, input: Input) {
  const { environment } = yield* MpsConfig
  const { reportPage } = yield* Effect.promise(() => import("../../pages/reportPage.ts"))
  const { thumbnails } = yield* Effect.promise(() => import("../../pages/thumbnails.ts"))
  const pictures = input.thumbnails
    ? yield* Effect.provide(thumbnails(report, { width: 120, perSecond }), client)
    : new Map<string, string>()
  yield* save(
    file,
    reportPage(report, {
      thumbnails: pictures,
      viewerOf: ({ id }) => viewerOf(environment, id),
      ...(Option.isSome(input.title) ? { title: input.title.value } : {})
    })
  )
})

const make = (input: Input) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const { plan } = yield* readPlan(input.plan)
    yield* JournalOnly.requireBucket(plan)
    const report = yield* BatchReport.fromJournal(plan)
    if (Option.isSome(input.csv)) yield* saveCsv(input.csv.value, report)
    if (Option.isSome(input.html)) yield* saveHtml(input.html.value, report, input)
    for (const file of [input.csv, input.html]) {
      if (Option.isSome(file) && !screen.quiet) yield* screen.note(`written: ${visible(file.value)}`)
    }
    yield* screen.result(textOf(report), report)
    return codeOf(report)
  })

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  return yield* Effect.provide(make(input), JournalOnly.layer(yield* Globals))
})
