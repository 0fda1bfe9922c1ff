/** `plan`: finds all problems of a batch before anything is sent, and writes down what is to be done. */
import { visible } from "@iiif-ingest/core/base/Reason"
import { hasErrors } from "@iiif-ingest/core/batch/Finding"
import * as Plan from "@iiif-ingest/core/batch/Plan"
import * as Preflight from "@iiif-ingest/core/batch/Preflight"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as NodeFiles from "@iiif-ingest/node/NodeFiles"
import * as NodeFixity from "@iiif-ingest/node/NodeFixity"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { readBack } from "../../pages/failedSheet.ts"
import { readInput } from "../../sheets/read.ts"
import { Screen } from "../../terminal/screen.ts"
import { bytes, duration } from "../../terminal/units.ts"
import type * as Documents from "../batchDocuments.ts"
import { exitCodes } from "../exitCodes.ts"
import { Globals, type GlobalValues } from "../globals.ts"
import { commandLine } from "../invocation.ts"
import type { Run } from "../running.ts"
import { credentials } from "./credentials.ts"
import { given } from "./environment.ts"
import { countOf, findingsText } from "./findings.ts"
import * as JournalOnly from "./journalOnly.ts"
import { readMapping } from "./mapping.ts"
import { save } from "./save.ts"

export interface Input {
  readonly inputs: ReadonlyArray<string>
  readonly output: Option.Option<string>
  readonly images: Option.Option<string>
  readonly worksheet: Option.Option<string>
  readonly encoding: Option.Option<string>
  readonly delimiter: Option.Option<string>
  readonly group: Option.Option<string>
  readonly mapping: Option.Option<string>
  readonly allowOutside: boolean
  readonly checksums: boolean
  readonly update: boolean
  readonly assetPrefix: Option.Option<string>
  readonly keyPrefix: Option.Option<string>
}

const tablesOf = (input: Input) =>
  Effect.map(
    Effect.forEach(input.inputs, (path) =>
      readInput(path, {
        ...given("images", input.images),
        ...given("worksheet", input.worksheet),
        ...given("encoding", input.encoding),
        ...given("delimiter", input.delimiter),
        ...given("group", input.group)
      })),
    (tables) => tables.flat().map(readBack)
  )

const check = Effect.fnUntraced(function*(input: Input) {
  const path = yield* Path.Path
  const mapping = Option.isSome(input.mapping) ? yield* readMapping(input.mapping.value) : {}
  const tables = yield* tablesOf(input)
  const preflight = yield* Preflight.Preflight
  return yield* preflight.check({
    tables,
    ...mapping,
    ...(Option.isSome(input.images) ? { root: path.resolve(input.images.value) } : {}),
    allowOutside: input.allowOutside,
    checksums: input.checksums,
    update: input.update,
    credentials: yield* credentials
  })
})

/** Writes the plan, if there is one and somewhere to write it. */
const savePlan = Effect.fnUntraced(function*(plan: Plan.Plan | undefined, output: Option.Option<string>) {
  const path = yield* Path.Path
  if (plan === undefined || Option.isNone(output)) return undefined
  const file = output.value
  yield* save(file, Plan.encode(Plan.writtenIn(plan, path.dirname(path.resolve(file)))))
  return file
})

const estimateText = ({ bytes: size, requests, seconds }: Preflight.Estimate): string =>
  `about ${bytes(size)}, ${requests.toLocaleString("en")} requests, ${duration(seconds)}`

const nextStep = (file: string | undefined, isClean: boolean): string => {
  if (!isClean) return "there is no plan before the errors are mended"
  return file === undefined
    ? "nothing was written: -o plan.json writes the plan"
    : `${visible(file)} is written; to do it: ${commandLine(["apply", file])}`
}

const plan = (input: Input) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const { estimate, findings, plan } = yield* check(input)
    const file = yield* savePlan(plan, input.output)
    const document: typeof Documents.Preflight.Type = {
      format: "iiif-ingest preflight",
      version: 1,
      errors: countOf(findings, "error"),
      warnings: countOf(findings, "warning"),
      findings,
      estimate,
      ...(file === undefined ? {} : { plan: file })
    }
    const text = [
      findingsText(findings, screen.style, screen.quiet),
      ...(plan === undefined ? [] : [Plan.describe(plan), estimateText(estimate)]),
      nextStep(file, plan !== undefined)
    ]
    yield* screen.result(text.join("\n"), document)
    return hasErrors(findings) ? exitCodes.incomplete : exitCodes.done
  })

/** What planning needs, and no more: whoever plans may have no credentials, and nothing is sent. */
const layer = (globals: GlobalValues, input: Input) =>
  Preflight.layer.pipe(
    Layer.provide(Manifests.layer),
    Layer.provide(SecureRandom.layerWebCrypto),
    Layer.provideMerge(Layer.mergeAll(NodeFixity.layer, NodeFiles.layer)),
    Layer.provideMerge(JournalOnly.layer(globals, input))
  )

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  return yield* Effect.provide(plan(input), layer(yield* Globals, input))
})
