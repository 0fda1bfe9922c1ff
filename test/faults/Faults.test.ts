/**
 * Faults between an upload and its store. Under each of them, every file is stored or fails with an error of its own,
 * what is stored is what was sent, nothing is written twice, and the run ends within a stated time. A second run
 * without the fault stores the rest.
 */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, expect, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Console, Context, Effect, Layer } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Batch from "./support/batch.ts"
import { type Row, rows, wireLength } from "./support/rows.ts"
import * as Table from "./support/table.ts"

/** A run without faults, for comparison. */
class Baseline extends Context.Service<Baseline, Batch.Ended>()("test/faults/Baseline") {
  static readonly layer = Layer.effect(
    Baseline,
    Effect.scoped(Effect.flatMap(Batch.makeFolder, (folder) => Batch.upload(folder)))
  )
}

const layers = Baseline.layer.pipe(Layer.provideMerge(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer)))

const fresh = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.awaitIdle
  yield* sandbox.reset
  return sandbox
})

/** All four files are stored intact, each written once. */
const assertWhole = (folder: string) =>
  Effect.gen(function*() {
    assert.deepStrictEqual((yield* Batch.bucket).objects, Batch.names.toSorted())
    yield* Effect.forEach(Batch.names, (name) => Batch.same(folder, name))
    yield* Batch.assertWrittenOnce
  })

/** Each file's outcome is the expected one, and matches what is in the bucket. */
const assertOutcomes = (row: Row, ended: Batch.Ended, folder: string) =>
  Effect.gen(function*() {
    const expected = Batch.names.map((name) => [name, row.fails?.[name] ?? "Uploaded"])
    assert.deepStrictEqual(
      Array.from(ended.outcomes, ([name, { tag }]) => [name, tag]),
      expected,
      Array.from(ended.outcomes.values(), ({ message }) => message).join("\n")
    )
    const left = yield* Batch.bucket
    assert.strictEqual(left.open, row.incomplete ?? 0, "incomplete uploads")
    const there = Batch.names.filter((name) => row.fails?.[name] === undefined || row.storedAnyway?.includes(name))
    assert.deepStrictEqual(left.objects, there.toSorted())
    for (const name of there) {
      const sum = yield* Batch.same(folder, name)
      assert.strictEqual(ended.outcomes.get(name)?.crc32 ?? sum, sum)
    }
    yield* Batch.assertWrittenOnce
    for (const { message, tag } of ended.outcomes.values()) {
      if (tag !== "Uploaded") assert.match(message, row.says ?? /$^/)
    }
    return left
  })

/** The fault was actually injected. */
const assertStruck = (row: Row, { hits, lookups }: Batch.Ended): void => {
  assert.strictEqual(hits.length, row.rules?.length ?? 0)
  for (const { hits: times, rule } of hits) {
    if (rule.times === undefined) assert.isAbove(times, 0)
    else assert.strictEqual(times, rule.times)
  }
  assert.isAtLeast(lookups, row.lookups ?? 0)
}

const observed: Array<Table.Observed> = []

layer(layers, { excludeTestServices: true })("faults", (it) => {
  it.effect("none: all files are stored, with the sizes on the wire that the rows assume", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh
      const folder = yield* Batch.makeFolder
      const { outcomes } = yield* Batch.upload(folder)
      assert.deepStrictEqual(Array.from(outcomes.values(), ({ tag }) => tag), Batch.names.map(() => "Uploaded"))
      yield* assertWhole(folder)
      const lengths = (yield* sandbox.requests()).flatMap(({ bytesIn, op, path }) =>
        path.endsWith("small.tif") || (op === "UploadPart" && path.includes("partNumber=1&")) ? [bytesIn] : []
      )
      assert.sameMembers(lengths, [wireLength["small.tif"], wireLength.part])
    }))

  it.effect.each(rows)("$fault: $happens", (row) =>
    Effect.gen(function*() {
      yield* fresh
      const folder = yield* Batch.makeFolder
      const largeFile = Fs.readFileSync(Path.join(folder, "large.tif"))
      const ended = yield* Batch.upload(
        folder,
        row.rules,
        row.setup?.(),
        (proxy) => row.meanwhile?.(proxy, folder) ?? Effect.void
      )
      const left = yield* assertOutcomes(row, ended, folder)
      assert.isBelow(ended.millis, row.within * 1000)
      assert.isAbove(ended.millis, (row.atLeast ?? 0) * 1000)
      assertStruck(row, ended)
      observed.push({
        fault: row.fault,
        happens: row.happens,
        outcome: Table.outcome(ended, left),
        requests: Table.more(ended, yield* Baseline),
        within: row.within
      })
      if (row.fails === undefined) return
      // the fault is over: the next run stores the rest
      Fs.writeFileSync(Path.join(folder, "large.tif"), largeFile)
      yield* Batch.upload(folder)
      yield* assertWhole(folder)
      assert.strictEqual((yield* Batch.bucket).open, 0)
    }), 60_000)

  it.effect("the table in docs/faults.md matches what was observed", () =>
    Effect.gen(function*() {
      assert.strictEqual(observed.length, rows.length)
      yield* Console.log(Table.markdown(observed))
      const page = Fs.readFileSync(Path.resolve(import.meta.dirname, "../../docs/faults.md"), "utf8")
      assert.include(page, "<!-- faults -->")
      yield* Effect.promise(() => expect(Table.quoting(page, observed)).toMatchFileSnapshot("../../docs/faults.md"))
    }))
})
