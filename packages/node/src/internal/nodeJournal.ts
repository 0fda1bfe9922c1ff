import * as Fixity from "@iiif-ingest/core/image/Fixity"
import { type Journal, SubmissionRecord, UploadRecord } from "@iiif-ingest/core/upload/Journal"
import type { PartReceipt } from "@iiif-ingest/core/upload/ObjectStore"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import * as GroupCommit from "./groupCommit.ts"
import { present, reading, undecodableIn } from "./rows.ts"

type Row = Record<string, SQLOutputValue>

const statements = (database: DatabaseSync) => ({
  upload: database.prepare("SELECT * FROM uploads WHERE bucket = ? AND key = ?"),
  parts: database.prepare("SELECT part_number, size, crc32, token FROM parts WHERE upload = ? ORDER BY id"),
  saveUpload: database.prepare(`
    INSERT INTO uploads (bucket, key, size, modified_millis, identity, crc32, etag, session_key, session_token,
      part_size, fixity)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (bucket, key) DO UPDATE SET size = excluded.size, modified_millis = excluded.modified_millis,
      identity = excluded.identity, crc32 = excluded.crc32, etag = excluded.etag, session_key = excluded.session_key,
      session_token = excluded.session_token, part_size = excluded.part_size, fixity = excluded.fixity
  `),
  dropParts: database.prepare("DELETE FROM parts WHERE upload = (SELECT id FROM uploads WHERE bucket = ? AND key = ?)"),
  dropPart: database.prepare(`
    DELETE FROM parts WHERE upload = (SELECT id FROM uploads WHERE bucket = ? AND key = ?) AND part_number = ?
  `),
  addPart: database.prepare(`
    INSERT INTO parts (upload, part_number, size, crc32, token)
    SELECT id, ?, ?, ?, ? FROM uploads WHERE bucket = ? AND key = ?
  `),
  submission: database.prepare("SELECT * FROM submissions WHERE id = ?"),
  saveSubmission: database.prepare(`
    INSERT INTO submissions (id, state, identifiers, content, at, job_id, proof, succeeded, resubmitted)
    VALUES (:id, :state, :identifiers, :content, :at, :jobId, :proof, :succeeded, :resubmitted)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, identifiers = excluded.identifiers,
      content = excluded.content, at = excluded.at, job_id = excluded.job_id, proof = excluded.proof,
      succeeded = excluded.succeeded, resubmitted = excluded.resubmitted
  `)
})

const decodeUpload = Schema.decodeUnknownEffect(
  Schema.Struct({
    ...UploadRecord.fields,
    fixity: Schema.optionalKey(Schema.fromJsonString(Schema.Array(Fixity.Checksum)))
  })
)
const decodeSubmission = Schema.decodeUnknownEffect(SubmissionRecord)
const decodeIdentifiers = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Array(Schema.String)))

const uploadOf = (row: Row, parts: ReadonlyArray<Row>) =>
  decodeUpload(present({
    bucket: row["bucket"],
    key: row["key"],
    fingerprint: present({
      size: row["size"],
      modifiedMillis: row["modified_millis"],
      identity: row["identity"]
    }),
    session: row["session_token"] === null ? null : { key: row["session_key"], token: row["session_token"] },
    partSize: row["part_size"],
    parts: parts.map((part) => ({
      partNumber: part["part_number"],
      size: part["size"],
      crc32: part["crc32"],
      token: part["token"]
    })),
    crc32: row["crc32"],
    etag: row["etag"],
    fixity: row["fixity"]
  }))

/** SQLite has no booleans; anything else than its numbers is for the schema to refuse. */
const booleanOf = (value: unknown) => value === 0 || value === 1 ? value === 1 : value

const submissionOf = ({ at, content, id, identifiers, job_id, proof, resubmitted, state, succeeded }: Row) =>
  Effect.flatMap(decodeIdentifiers(identifiers), (identifiers) =>
    decodeSubmission(present({
      id,
      state,
      identifiers,
      content,
      at,
      jobId: job_id,
      proof,
      succeeded: booleanOf(succeeded),
      resubmitted: booleanOf(resubmitted)
    })))

/** All columns of a submission; those that its state does not have are NULL. */
const columnsOf = ({ identifiers, ...record }: SubmissionRecord) => {
  const { resubmitted, succeeded, ...columns } = {
    content: null,
    at: null,
    jobId: null,
    proof: null,
    succeeded: null,
    resubmitted: null,
    ...record
  }
  return {
    ...columns,
    identifiers: JSON.stringify(identifiers),
    succeeded: succeeded === null ? null : Number(succeeded),
    resubmitted: resubmitted === null ? null : Number(resubmitted)
  }
}

/** A journal backed by an open database. */
export const make = Effect.fnUntraced(function*(
  database: DatabaseSync,
  path: string
): Effect.fn.Return<Journal["Service"], never, Scope.Scope> {
  const sql = statements(database)
  const write = yield* GroupCommit.make(database, path)

  const read = reading(path)
  const undecodable = undecodableIn(path)

  const addPart = (bucket: string, key: string, part: PartReceipt) =>
    void sql.addPart.run(part.partNumber, part.size, part.crc32, part.token, bucket, key)

  return {
    durable: true,
    upload: (bucket, key) =>
      read(() => {
        const row = sql.upload.get(bucket, key)
        return row === undefined ? undefined : { row, parts: sql.parts.all(row["id"] ?? null) }
      }).pipe(Effect.flatMap((found) =>
        found === undefined
          ? Effect.succeedNone
          : Effect.asSome(uploadOf(found.row, found.parts)).pipe(Effect.mapError(undecodable(`${bucket}/${key}`)))
      )),
    saveUpload: ({ bucket, crc32, etag, fingerprint, fixity, key, partSize, parts, session }) =>
      write(() => {
        const { identity, modifiedMillis, size } = fingerprint
        const [sessionKey, sessionToken] = [session?.key ?? null, session?.token ?? null]
        const checksums = fixity === undefined ? null : JSON.stringify(fixity)
        sql.saveUpload.run(
          bucket,
          key,
          size,
          modifiedMillis ?? null,
          identity ?? null,
          crc32 ?? null,
          etag ?? null,
          sessionKey,
          sessionToken,
          partSize ?? null,
          checksums
        )
        sql.dropParts.run(bucket, key)
        for (const part of parts) addPart(bucket, key, part)
      }),
    savePart: (bucket, key, part) =>
      write(() => {
        sql.dropPart.run(bucket, key, part.partNumber)
        addPart(bucket, key, part)
      }),
    submission: (id) =>
      read(() => sql.submission.get(id)).pipe(Effect.flatMap((row) =>
        row === undefined
          ? Effect.succeedNone
          : Effect.asSome(submissionOf(row)).pipe(Effect.mapError(undecodable(id)))
      )),
    saveSubmission: (record) => write(() => void sql.saveSubmission.run(columnsOf(record)), { synced: true })
  }
})
