/** Taking, restoring and emptying the whole state of a sandbox, as a test does before each case. */
import { Sandbox } from "@iiif-ingest/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"

const ROUNDS_EACH = 4
const PER_JOB = 10

const timed = <E>(effect: Effect.Effect<void, E>) =>
  Effect.suspend(() => {
    const start = performance.now()
    return Effect.map(effect, () => performance.now() - start)
  })

/** Objects, assets, and for every ten of them a job and a manifest. */
const fill = Effect.fnUntraced(function*(sandbox: Client.Running, images: number) {
  const pages = Array.from({ length: images }, (_, index) => ({ id: `PAGE${index}`, width: 64, height: 48 }))
  const image = yield* Client.png(64, 48)
  yield* Effect.forEach(pages, ({ id }) => Client.put(sandbox, `images/${id}.png`, image), { concurrency: 4 })
  for (let first = 0; first < images; first += PER_JOB) {
    const document = Client.manifest(sandbox, `BOOK${first}`)
    yield* Client.ingest(sandbox, Client.ingestRequest(pages.slice(first, first + PER_JOB), document))
  }
})

const measured = (images: number, rounds: number) =>
  Sandbox.use(Effect.fnUntraced(function*(sandbox) {
    yield* fill(sandbox, images)
    const times: Array<ReadonlyArray<number>> = []
    for (let round = 0; round < rounds; round++) {
      const snapshot = yield* timed(sandbox.snapshot("bench"))
      const restore = yield* timed(sandbox.restore("bench"))
      const reset = yield* timed(sandbox.reset)
      yield* sandbox.restore("bench")
      times.push([snapshot, restore, reset])
    }
    return times
  })).pipe(Effect.provide(Sandbox.layer()))

const SIZES = [10, 100, 300, 1000]

const cell = (times: ReadonlyArray<number>): string => `${median(times).toFixed(0)} (${Math.max(...times).toFixed(0)})`

export const sandboxState = async ({ rounds }: Bench): Promise<ReadonlyArray<Section>> => {
  const rows = []
  const times = rounds * ROUNDS_EACH
  for (const images of SIZES) {
    const measurements = await Effect.runPromise(measured(images, times))
    rows.push({
      name: `${images} images`,
      cells: [0, 1, 2].map((column) => cell(measurements.map((row) => row[column] ?? Number.NaN)))
    })
  }
  return [{
    title: "The sandbox's state: snapshot, restore, reset",
    text:
      "Objects, assets with their pyramids, and a job with a manifest for every ten. A restore empties a state of " +
      `the same size first. Medians of ${times}, the longest in brackets. Target: 100 ms.`,
    columns: ["snapshot ms", "restore ms", "reset ms"],
    rows
  }]
}
