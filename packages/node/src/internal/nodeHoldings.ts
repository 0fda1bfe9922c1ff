import { Holding, type Service, Version } from "@iiif-ingest/core/mps/Holdings"
import { IngestReport } from "@iiif-ingest/core/mps/IngestReport"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import * as GroupCommit from "./groupCommit.ts"
import { present, reading, undecodableIn } from "./rows.ts"

type Row = Record<string, SQLOutputValue>

const insert = `
  INSERT INTO holdings (id, turn, kind, manifest, key, width, height, crc32, ingested_at, looked_at, verdict, evidence,
    ok_at, lost_at)
  VALUES (:id, (SELECT coalesce(max(turn), 0) + 1 FROM holdings), :kind, :manifest, :key, :width, :height, :crc32,
    :ingestedAt, :lookedAt, :verdict, :evidence, :okAt, :lostAt)
`

const replaceable = [
  "manifest",
  "key",
  "width",
  "height",
  "crc32",
  "looked_at",
  "verdict",
  "evidence",
  "ok_at",
  "lost_at"
] as const

const statements = (database: DatabaseSync) => ({
  /** Of what is known already, nothing is lost, and its turn stays. */
  record: database.prepare(`${insert} ON CONFLICT (id) DO UPDATE SET
    kind = excluded.kind, ingested_at = excluded.ingested_at,
    ${replaceable.map((name) => `${name} = coalesce(excluded.${name}, ${name})`).join(", ")}`),
  save: database.prepare(`${insert} ON CONFLICT (id) DO UPDATE SET
    turn = excluded.turn, kind = excluded.kind, ingested_at = excluded.ingested_at,
    ${replaceable.map((name) => `${name} = excluded.${name}`).join(", ")}`),
  find: database.prepare("SELECT * FROM holdings WHERE id = ?"),
  due: database.prepare("SELECT * FROM holdings ORDER BY turn LIMIT ?"),
  count: database.prepare("SELECT count(*) AS count FROM holdings"),
  newest: database.prepare("SELECT json, images FROM manifests WHERE manifest = ? ORDER BY id DESC LIMIT 1"),
  versions: database.prepare("SELECT * FROM manifests WHERE manifest = ? ORDER BY id DESC"),
  addVersion: database.prepare("INSERT INTO manifests (manifest, at, json, images) VALUES (?, ?, ?, ?)"),
  report: database.prepare("SELECT report FROM reports WHERE id = ?"),
  saveReport: database.prepare(
    "INSERT INTO reports (id, report) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET report = excluded.report"
  )
})

const decodeHolding = Schema.decodeUnknownEffect(Holding)
const decodeVersion = Schema.decodeUnknownEffect(
  Schema.Struct({
    ...Version.fields,
    json: Schema.fromJsonString(Version.fields.json),
    images: Schema.fromJsonString(Version.fields.images)
  })
)
const Report = Schema.fromJsonString(IngestReport)
const decodeReport = Schema.decodeUnknownEffect(Report)
const encodeReport = Schema.encodeEffect(Report)

const holdingOf = ({ crc32, height, id, key, kind, manifest, verdict, width, ...row }: Row) =>
  decodeHolding(present({
    kind,
    id,
    manifest,
    key,
    width,
    height,
    crc32,
    ingestedAt: row["ingested_at"],
    lookedAt: row["looked_at"],
    verdict,
    evidence: row["evidence"],
    okAt: row["ok_at"],
    lostAt: row["lost_at"]
  }))

const versionOf = ({ at, images, json, manifest: id }: Row) => decodeVersion({ id, at, json, images })

/** All columns of a holding; those that it does not have are NULL. */
const columnsOf = (holding: Holding) => ({
  manifest: null,
  key: null,
  width: null,
  height: null,
  crc32: null,
  lookedAt: null,
  verdict: null,
  evidence: null,
  okAt: null,
  lostAt: null,
  ...holding
})

/** Holdings backed by an open database. */
export const make = Effect.fnUntraced(function*(
  database: DatabaseSync,
  path: string
): Effect.fn.Return<Service, never, Scope.Scope> {
  const sql = statements(database)
  const write = yield* GroupCommit.make(database, path)

  const read = reading(path)
  const undecodable = undecodableIn(path)

  const holdings = (rows: ReadonlyArray<Row>) =>
    Effect.forEach(rows, (row) => Effect.mapError(holdingOf(row), undecodable(`${String(row["id"])} of holdings`)))

  const addVersion = ({ at, id, images, json }: Version) => {
    const [jsonText, imagesText] = [JSON.stringify(json), JSON.stringify(images)]
    const newest = sql.newest.get(id)
    if (newest?.["json"] === jsonText && newest["images"] === imagesText) return
    sql.addVersion.run(id, at, jsonText, imagesText)
  }

  return {
    record: (version, held) =>
      write(() => {
        for (const holding of held) sql.record.run(columnsOf(holding))
        if (version !== undefined) addVersion(version)
      }),
    versions: (id) =>
      Effect.flatMap(
        read(() => sql.versions.all(id)),
        Effect.forEach((row) => Effect.mapError(versionOf(row), undecodable(`${id} of manifests`)))
      ),
    find: (ids) =>
      read(() => ids.map((id) => sql.find.get(id)).filter((row) => row !== undefined)).pipe(
        Effect.flatMap(holdings),
        Effect.map((found) => new Map(found.map((holding) => [holding.id, holding])))
      ),
    due: (limit) => Effect.flatMap(read(() => sql.due.all(limit)), holdings),
    count: read(() => Number(sql.count.get()?.["count"])),
    save: (held) =>
      write(() => {
        for (const holding of held) sql.save.run(columnsOf(holding))
      }),
    saveReport: (id, report) =>
      Effect.flatMap(Effect.orDie(encodeReport(report)), (text) => write(() => void sql.saveReport.run(id, text))),
    report: (id) =>
      Effect.flatMap(read(() => sql.report.get(id)?.["report"]), (text) =>
        text === undefined
          ? Effect.succeed(undefined)
          : Effect.mapError(decodeReport(text), undecodable(`${id} of reports`)))
  }
})
