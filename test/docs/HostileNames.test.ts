/** What the examples print of a file name cannot change the lines around it. */
import { assert, it } from "@effect/vitest"
import { Console, Effect } from "effect"
import { Fate, ImageProgress, type IngestReport } from "iiif-ingest"
import { showProgress, showReport } from "../../examples/support/show.ts"

const name = "a\u202egpj.tif\u001b[2K\r\nb.tif"

const report: IngestReport.IngestReport = {
  manifest: Fate.ManifestFate.cases.None.make({ problem: `no ${name}` }),
  resubmitted: false,
  assets: [{
    source: `scans/${name}`,
    warnings: [`see ${name}`],
    fate: Fate.AssetFate.cases.Refused.make({ problem: `is ${name}` })
  }]
}

it.effect("examples escape control and bidirectional characters", () =>
  Effect.gen(function*() {
    const lines: Array<string> = []
    const console_ = { ...console, log: (...texts: ReadonlyArray<unknown>) => void lines.push(texts.join(" ")) }
    yield* showReport(report).pipe(
      Effect.andThen(
        showProgress(ImageProgress.emit({ _tag: "Refused", source: name, problem: `cannot read ${name}` }))
      ),
      Effect.provideService(Console.Console, console_)
    )
    assert.notMatch(lines.join(""), /[\p{Cc}\p{Cf}]|undefined/u)
    assert.lengthOf(lines.filter((line) => line.includes("\\u{202e}gpj.tif\\u{1b}[2K\\u{d}\\u{a}b.tif")), 4)
  }))
