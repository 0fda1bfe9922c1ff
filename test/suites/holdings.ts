/** The tests that every implementation of `Holdings` must pass. */
import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import { Crc32 } from "@iiif-ingest/core/image/Crc32"
import { AssetFate, ManifestFate } from "@iiif-ingest/core/mps/Fate"
import { type Holding, Holdings, type Service, type Version } from "@iiif-ingest/core/mps/Holdings"
import type { IngestReport } from "@iiif-ingest/core/mps/IngestReport"
import type { JournalError } from "@iiif-ingest/core/upload/Journal"
import { Effect, type Layer, Schema } from "effect"

/** `layer`: new, empty holdings each time it is built. */
export interface Driver {
  readonly layer: Layer.Layer<never, JournalError>
}

const manifest = ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")

const image = (id: string, more: Partial<Holding> = {}): Holding => ({
  kind: "image",
  id: `AT:${id}`,
  manifest,
  key: `images/${id}.tif`,
  width: 600,
  height: 400,
  crc32: Crc32.make(0xffff_ffff),
  ingestedAt: 1_795_347_995_123,
  ...more
})

const version = (at: number, label: string): Version => ({
  id: manifest,
  at,
  json: { id: manifest, label: { none: [label] }, items: [] },
  images: [{ id: "AT:a", key: "images/a.tif", crc32: Crc32.make(0) }, { id: "AT:b", key: "images/b.tif" }]
})

const report: IngestReport = {
  manifestId: manifest,
  manifest: ManifestFate.cases.Served.make({ url: manifest }),
  resubmitted: false,
  assets: [{
    source: "a\u{1F680}.tif",
    id: AssetId.make("a"),
    warnings: ["w"],
    fate: AssetFate.cases.NotServed.make({ url: "https://x/a", problem: "HTTP 404" })
  }]
}

const ids = (holdings: ReadonlyArray<Holding>) => holdings.map(({ id }) => id)

type Step = readonly [kind: "record" | "save", id: number]
const Steps = Schema.Array(Schema.Tuple([Schema.Literals(["record", "save"]), Schema.Int])).check(
  Schema.isMaxLength(40)
)

export const holdingsSuite = (name: string, { layer }: Driver) =>
  describe(`Holdings: ${name}`, () => {
    const check = (title: string, test: (holdings: Service) => Effect.Effect<void, JournalError>) =>
      it.live(title, () => Effect.flatMap(Holdings, test).pipe(Effect.provide(layer)))

    check("is empty at first", (holdings) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* holdings.find(["AT:a"]), new Map())
        assert.deepStrictEqual(yield* holdings.due(10), [])
        assert.deepStrictEqual(yield* holdings.versions(manifest), [])
        assert.strictEqual(yield* holdings.count, 0)
        assert.isUndefined(yield* holdings.report(manifest))
      }))

    check("finds what was recorded, all of it or the least of it", (holdings) =>
      Effect.gen(function*() {
        const all = image("a", { lookedAt: 5, verdict: "wrong", evidence: "e\u{1F680}", okAt: 3, lostAt: 4 })
        const least: Holding = { kind: "manifest", id: manifest, ingestedAt: 0 }
        yield* holdings.record(undefined, [all, least])
        assert.deepStrictEqual(
          yield* holdings.find([manifest, "AT:none", "AT:a"]),
          new Map<string, Holding>([[manifest, least], ["AT:a", all]])
        )
        assert.strictEqual(yield* holdings.count, 2)
      }))

    check("loses nothing that is known when something is recorded again", (holdings) =>
      Effect.gen(function*() {
        const seen = image("a", { lookedAt: 5, verdict: "ok", evidence: "HTTP 200", okAt: 5 })
        yield* holdings.record(undefined, [seen])
        yield* holdings.record(undefined, [{ kind: "image", id: "AT:a", width: 700, ingestedAt: 9 }])
        assert.deepStrictEqual(
          (yield* holdings.find(["AT:a"])).get("AT:a"),
          { ...seen, width: 700, ingestedAt: 9 }
        )
      }))

    check("replaces what is saved", (holdings) =>
      Effect.gen(function*() {
        yield* holdings.record(undefined, [image("a", { lostAt: 4 })])
        const seen = image("a", { lookedAt: 5, verdict: "ok", okAt: 5 })
        yield* holdings.save([seen])
        assert.deepStrictEqual(yield* holdings.due(9), [seen])
      }))

    check("gives turns: what was looked at comes after the others, what is recorded again keeps its turn", (holdings) =>
      Effect.gen(function*() {
        yield* holdings.record(
          undefined,
          ["a", "b", "c"].map((id) =>
            image(id)
          )
        )
        // a clock that went back does not change it
        yield* holdings.save([image("a", { lookedAt: 1 })])
        yield* holdings.record(undefined, [
          image("b", { ingestedAt: 2_000_000_000_000 }),
          image("d", { ingestedAt: 1 })
        ])
        assert.deepStrictEqual(ids(yield* holdings.due(3)), ["AT:b", "AT:c", "AT:a"])
        assert.deepStrictEqual(ids(yield* holdings.due(9)), ["AT:b", "AT:c", "AT:a", "AT:d"])
        assert.deepStrictEqual(yield* holdings.due(0), [])
      }))

    check("keeps the versions of a manifest, newest first, and none twice in a row", (holdings) =>
      Effect.gen(function*() {
        const [one, two] = [version(1, "one"), version(2, "two")]
        yield* holdings.record(one, [])
        yield* holdings.record({ ...one, at: 7 }, [])
        yield* holdings.record(two, [])
        yield* holdings.record({ ...two, id: "https://x/other" }, [])
        yield* holdings.record({ ...one, at: 9 }, [])
        assert.deepStrictEqual(yield* holdings.versions(manifest), [{ ...one, at: 9 }, two, one])
      }))

    check("keeps the last report of a request", (holdings) =>
      Effect.gen(function*() {
        yield* holdings.saveReport(manifest, { ...report, resubmitted: true })
        yield* holdings.saveReport(manifest, report)
        assert.deepStrictEqual(yield* holdings.report(manifest), report)
        assert.isUndefined(yield* holdings.report("https://x/other"))
      }))

    it.effect.prop("has the order that a plain queue has, whatever is recorded and saved", [Steps], ([steps]) =>
      Effect.gen(function*() {
        const holdings = yield* Holdings
        let queue: ReadonlyArray<string> = []
        for (const [kind, n] of steps satisfies ReadonlyArray<Step>) {
          const holding = image(String(Math.abs(n % 5)), { ingestedAt: n })
          yield* kind === "record" ? holdings.record(undefined, [holding]) : holdings.save([holding])
          const isNew = !queue.includes(holding.id)
          if (isNew || kind === "save") {
            queue = [
              ...queue.filter((id) =>
                id !== holding.id
              ),
              holding.id
            ]
          }
        }
        assert.deepStrictEqual(ids(yield* holdings.due(10)), queue)
      }).pipe(Effect.provide(layer)))
  })
