import { assert, describe, it } from "@effect/vitest"
import { type Holding, Holdings } from "@iiif-ingest/core/mps/Holdings"
import { Effect, Layer } from "effect"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { DatabaseSync } from "node:sqlite"
import { holdingsSuite } from "../../../test/suites/holdings.ts"
import * as NodeJournal from "../src/NodeJournal.ts"

const temporaryPath = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "holdings-"))),
    (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
  ),
  (folder) => Path.join(folder, "journal.sqlite")
)

const image = (n: number): Holding => ({ kind: "image", id: `AT:${n}`, ingestedAt: n })

holdingsSuite("SQLite", {
  layer: Layer.unwrap(Effect.map(temporaryPath, (path) => NodeJournal.layer({ path })))
})

describe("in the journal's file", () => {
  const check = (title: string, test: (path: string) => Effect.Effect<void, unknown>) =>
    it.live(title, () => Effect.scoped(Effect.flatMap(temporaryPath, test)))

  const using = <A, E>(path: string, use: Effect.Effect<A, E>) => Effect.provide(use, NodeJournal.layer({ path }))

  check("outlives the process", (path) =>
    Effect.gen(function*() {
      yield* using(path, Effect.flatMap(Holdings, ({ record }) => record(undefined, [image(1)])))
      assert.deepStrictEqual(yield* using(path, Effect.flatMap(Holdings, ({ due }) => due(5))), [image(1)])
    }))

  check("says which row cannot be read, and what to do", (path) =>
    Effect.gen(function*() {
      yield* using(path, Effect.flatMap(Holdings, ({ record }) => record(undefined, [image(1)])))
      const database = new DatabaseSync(path)
      database.exec("UPDATE holdings SET width = 'wide'")
      database.close()
      const error = yield* Effect.flip(using(path, Effect.flatMap(Holdings, ({ due }) => due(5))))
      assert.include(error.message, "the row for AT:1 of holdings was edited by hand or is damaged: delete that row")
    }))

  check("finds what is due without reading all of it", (path) =>
    Effect.gen(function*() {
      yield* using(path, Effect.flatMap(Holdings, ({ count }) => count))
      const database = new DatabaseSync(path)
      const plan = database.prepare("EXPLAIN QUERY PLAN SELECT * FROM holdings ORDER BY turn LIMIT 9").all()
      database.close()
      assert.deepStrictEqual(plan.map((row) => row["detail"]), ["SCAN holdings USING INDEX holdings_by_turn"])
    }))
})
