/**
 * What was ever ingested: each manifest as it was sent, version by version, and each image and manifest with how it was
 * last seen to be served. An audit looks at it again; an update is compared with it.
 *
 * `NodeJournal.layer` of `@iiif-ingest/node` keeps it in the journal's file; by default nothing is kept.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { nowMillis } from "../base/internal/time.ts"
import { Crc32 } from "../image/Crc32.ts"
import type { JournalError } from "../upload/Journal.ts"
import * as Fate from "./Fate.ts"
import type { IngestReport } from "./IngestReport.ts"
import { PolicyDefinition } from "./IngestRequest.ts"

/**
 * What a look at something that was ingested tells, as in `Fate`.
 *
 * @category models
 * @since 0.1.0
 */
export const Verdict = Fate.Verdict

/**
 * @category models
 * @since 0.1.0
 */
export type Verdict = Fate.Verdict

/**
 * An image or manifest that was ingested. Times are in milliseconds since 1970.
 *
 * - `id`: the asset's identifier (`AT:coffee`), or the manifest's address.
 * - `manifest`: the address of the manifest that it is a page of, if there is one.
 * - `key`, `width`, `height`, `crc32`: of an image.
 * - `ingestedAt`: when it was last submitted. `lookedAt`: when it was last looked at, with what `verdict` and `evidence`.
 * - `okAt`: when it was last seen to be served as it was ingested. `lostAt`: when it was first seen not to be, after that.
 *
 * @category models
 * @since 0.1.0
 */
export const Holding = Schema.Struct({
  kind: Schema.Literals(["image", "manifest"]),
  id: Schema.NonEmptyString,
  manifest: Schema.optionalKey(Schema.String),
  key: Schema.optionalKey(Schema.String),
  width: Schema.optionalKey(Schema.Int),
  height: Schema.optionalKey(Schema.Int),
  crc32: Schema.optionalKey(Crc32),
  ingestedAt: Schema.Int,
  lookedAt: Schema.optionalKey(Schema.Int),
  verdict: Schema.optionalKey(Verdict),
  evidence: Schema.optionalKey(Schema.String),
  okAt: Schema.optionalKey(Schema.Int),
  lostAt: Schema.optionalKey(Schema.Int)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Holding = typeof Holding.Type

/**
 * A manifest as it was sent at a time, with the images that it had, their checksums and their policies.
 *
 * @category models
 * @since 0.1.0
 */
export const Version = Schema.Struct({
  id: Schema.NonEmptyString,
  at: Schema.Int,
  json: Schema.Record(Schema.String, Schema.Json),
  images: Schema.Array(Schema.Struct({
    id: Schema.String,
    key: Schema.String,
    crc32: Schema.optionalKey(Crc32),
    policyDefinition: Schema.optionalKey(PolicyDefinition)
  }))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Version = typeof Version.Type

/**
 * - `record` keeps a version of a manifest, unless it equals the newest one, and what it holds; of what is known of a
 *   holding already, nothing is lost.
 * - `versions` returns those of a manifest, newest first.
 * - `find` returns what is known of some ids.
 * - `due` returns what was not looked at for the longest time, up to a number: what is recorded or looked at takes its
 *   turn after all that was there. To ingest something again does not put off its turn.
 * - `count` is how many holdings there are.
 * - `save` replaces holdings, after a look at them, and ends their turn.
 * - `saveReport`, `report`: the last report of each request, by its id.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  readonly record: (version: Version | undefined, holdings: ReadonlyArray<Holding>) => Effect.Effect<void, JournalError>
  readonly versions: (id: string) => Effect.Effect<ReadonlyArray<Version>, JournalError>
  readonly find: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Holding>, JournalError>
  readonly due: (limit: number) => Effect.Effect<ReadonlyArray<Holding>, JournalError>
  readonly count: Effect.Effect<number, JournalError>
  readonly save: (holdings: ReadonlyArray<Holding>) => Effect.Effect<void, JournalError>
  readonly saveReport: (id: string, report: IngestReport) => Effect.Effect<void, JournalError>
  readonly report: (id: string) => Effect.Effect<IngestReport | undefined, JournalError>
}

const nothing: Service = {
  record: () => Effect.void,
  versions: () => Effect.succeed([]),
  find: () => Effect.succeed(new Map()),
  due: () => Effect.succeed([]),
  count: Effect.succeed(0),
  save: () => Effect.void,
  saveReport: () => Effect.void,
  report: () => Effect.succeed(undefined)
}

/**
 * The holdings in use; by default nothing is kept.
 *
 * @category services
 * @since 0.1.0
 */
export const Holdings: Context.Reference<Service> = Context.Reference<Service>("@iiif-ingest/core/mps/Holdings", {
  defaultValue: () => nothing
})

/**
 * When a holding was last looked at, or else ingested.
 *
 * @category getters
 * @since 0.1.0
 */
export const lastSeen = ({ ingestedAt, lookedAt }: Holding): number => Math.max(lookedAt ?? 0, ingestedAt)

const makeMemory = (): Service => {
  /** In the order of their turns: what is looked at moves to the end. */
  const holdings = new Map<string, Holding>()
  const versions = new Map<string, ReadonlyArray<Version>>()
  const reports = new Map<string, IngestReport>()
  const keep = (holding: Holding) => void holdings.set(holding.id, { ...holdings.get(holding.id), ...holding })
  return {
    record: (version, held) =>
      Effect.sync(() => {
        held.forEach(keep)
        if (version === undefined) return
        const before = versions.get(version.id) ?? []
        if (before[0] !== undefined && isSameVersion(before[0], version)) return
        versions.set(version.id, [version, ...before])
      }),
    versions: (id) => Effect.sync(() => versions.get(id) ?? []),
    find: (ids) =>
      Effect.sync(() =>
        new Map(ids.flatMap((id) => {
          const holding = holdings.get(id)
          return holding === undefined ? [] : [[id, holding] as const]
        }))
      ),
    due: (limit) => Effect.sync(() => [...holdings.values()].slice(0, limit)),
    count: Effect.sync(() => holdings.size),
    save: (held) =>
      Effect.sync(() =>
        held.forEach((holding) => {
          holdings.delete(holding.id)
          holdings.set(holding.id, holding)
        })
      ),
    saveReport: (id, report) => Effect.sync(() => void reports.set(id, report)),
    report: (id) => Effect.sync(() => reports.get(id))
  }
}

/**
 * What a look tells.
 *
 * - `at`: when, in milliseconds since 1970.
 * - `evidence`: what was seen, such as `HTTP 404`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Look {
  readonly at: number
  readonly verdict: Verdict
  readonly evidence: string
}

/**
 * A holding after a look at it. What cannot be seen changes nothing of when it was last served, or since when it is not;
 * only what was seen to be served can be lost.
 *
 * @example
 * ```ts
 * import { Holdings } from "@iiif-ingest/core"
 *
 * const served = Holdings.after(
 *   { kind: "image", id: "AT:coffee", ingestedAt: 0 },
 *   { at: 1, verdict: "ok", evidence: "600 x 400" }
 * )
 *
 * Holdings.after(served, { at: 2, verdict: "missing", evidence: "HTTP 404" }).lostAt // => 2
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const after = ({ lostAt, ...holding }: Holding, { at, evidence, verdict }: Look): Holding => {
  const seen = { ...holding, lookedAt: at, verdict, evidence }
  if (verdict === "ok") return { ...seen, okAt: at }
  const lost = lostAt ?? (verdict !== "unknown" && holding.okAt !== undefined ? at : undefined)
  return lost === undefined ? seen : { ...seen, lostAt: lost }
}

/**
 * Keeps what was seen of holdings, by their ids, at this moment. Returns those that are known, as they are now.
 *
 * @category combinators
 * @since 0.1.0
 */
export const saveLooks = Effect.fnUntraced(function*(
  looks: ReadonlyMap<string, Omit<Look, "at">>
): Effect.fn.Return<ReadonlyArray<Holding>, JournalError> {
  const holdings = yield* Holdings
  const at = yield* nowMillis
  const known = yield* holdings.find([...looks.keys()])
  const seen = Array.from(looks, ([id, look]) => {
    const holding = known.get(id)
    return holding === undefined ? undefined : after(holding, { at, ...look })
  }).filter((holding) => holding !== undefined)
  if (seen.length > 0) yield* holdings.save(seen)
  return seen
})

/**
 * Whether two versions of a manifest say the same, whenever they were sent.
 *
 * @category guards
 * @since 0.1.0
 */
export const isSameVersion = (a: Version, b: Version): boolean =>
  JSON.stringify([a.id, a.json, a.images]) === JSON.stringify([b.id, b.json, b.images])

/**
 * Holdings in memory, which last as long as the layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<never> = Layer.sync(Holdings, makeMemory)
