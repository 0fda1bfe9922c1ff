/**
 * A batch from a sheet, as a program: two books of five pictures. What the sheet says is checked as a whole before a
 * byte moves; then the plan is applied, and every image has its fate. Run again with the same journal, it would send only
 * what changed. `npx iiif-ingest plan` and `apply` do the same.
 *
 *     tsx examples/09-batch-from-a-sheet.ts
 */
import { Sandbox } from "@iiif-ingest/sandbox"
import { Console, Data, Effect, Layer, Path } from "effect"
import { Apply, BatchProgram, BatchReport, Fate, Finding, Main, Preflight, Reason, type Table } from "iiif-ingest"
import { onSandbox } from "./support/sandboxLayers.ts"

const sheet = `file,manifest,manifest.label,label
hubble-deep-field.jpg,SPACE,Space,Hubble eXtreme Deep Field
falcon9-dscovr.jpg,SPACE,Space,Falcon 9 carrying DSCOVR
falcon9-strips.tif,SPACE,Space,"Falcon 9, as a TIFF"
coffee.png,THINGS,Things,Coffee
retina-pyramid.tif,THINGS,Things,Fundus photograph`

class NotPlanned extends Data.TaggedError("NotPlanned")<{ readonly findings: ReadonlyArray<Finding.Finding> }> {
  override get message() {
    return this.findings.map(({ message, place, remedy }) =>
      `${Finding.describePlace(place)}: ${Reason.visible(message)}; ${Reason.visible(remedy)}`
    ).join("\n")
  }
}

class NotComplete extends Data.TaggedError("NotComplete") {
  override readonly message = "not everything is served: see above"
}

/** Whatever rows come from: a database, a spreadsheet, another program. This reads a CSV of this simple kind. */
const tableOf = (folder: string): Table.Table => {
  const [columns = [], ...rows] = sheet.split("\n").map((line) =>
    Array.from(line.matchAll(/"([^"]*)"|([^,]+)/g), ([, quoted, plain]) => quoted ?? plain ?? "")
  )
  return {
    source: "books.csv",
    folder,
    columns,
    rows: rows.map((cells, index) => ({
      row: index + 2,
      cells: new Map(cells.map((text, column) => [columns[column] ?? "", { text }]))
    })),
    findings: []
  }
}

const program = Effect.gen(function*() {
  const path = yield* Path.Path
  const preflight = yield* Preflight.Preflight
  const apply = yield* Apply.Apply
  const root = path.join(import.meta.dirname, "images")

  const { estimate, findings, plan } = yield* preflight.check({ tables: [tableOf(root)], root })
  if (plan === undefined) return yield* new NotPlanned({ findings })
  yield* Console.log(`plan      ${estimate.manifests} manifests, ${estimate.images} images, ${estimate.bytes} bytes`)

  const report = yield* apply.run(plan, { root, jobsInFlight: 2 })
  for (const { id, images, label } of report.manifests) {
    yield* Console.log(`\n${Reason.visible(label)}  ${id}`)
    for (const { fate, file } of images) {
      yield* Console.log(`  ${Reason.visible(file).padEnd(22)} ${Reason.visible(Fate.describeAsset(fate))}`)
    }
  }
  yield* Console.log(`\n${BatchReport.describe(report)}`)
  if (!BatchReport.isComplete(report, plan)) return yield* new NotComplete()
})

const layers = BatchProgram.layer.pipe(
  Layer.provideMerge(onSandbox),
  Layer.provideMerge(Sandbox.Sandbox.layer())
)

Main.run(Effect.provide(program, layers))
