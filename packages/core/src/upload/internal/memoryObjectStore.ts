import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { join, totalLength } from "../../base/internal/bytes.ts"
import * as Reason from "../../base/Reason.ts"
import * as Crc32 from "../../image/Crc32.ts"
import { FileStat } from "../../image/FileStat.ts"
import * as Fingerprint from "../../image/Fingerprint.ts"
import {
  AlreadyExists,
  ChecksumMismatch,
  InvalidPart,
  NoSuchUpload,
  ObjectStoreError,
  type ObjectStoreReason,
  SourceFailed
} from "../ObjectStoreError.ts"
import type { Body, ObjectInfo, PartReceipt, StoredObject, UploadSession, WriteOptions } from "./object.ts"

/** S3's minimum size of every part but the last, in bytes. */
const minimumPartSize = 5 * 1024 * 1024

interface Upload {
  readonly info: ObjectInfo
  readonly parts: Map<number, Uint8Array>
}

const refused = (code: string) => new Reason.Rejected({ evidence: Reason.evidence(400, code) })

const absent = new Reason.Rejected({ evidence: Reason.evidence(404, "NoSuchKey") })

const content = (fs: FileSystem.FileSystem, body: Body): Effect.Effect<Uint8Array, SourceFailed> => {
  const read = (stream: Stream.Stream<Uint8Array, SourceFailed>, length: number) =>
    Stream.runCollect(stream).pipe(
      Effect.map((chunks) => join(chunks, totalLength(chunks))),
      Effect.filterOrFail(
        (bytes) => bytes.length === length,
        (bytes) => new SourceFailed({ detail: `${length} bytes were declared but ${bytes.length} were read` })
      )
    )
  switch (body._tag) {
    case "Bytes":
      return Effect.succeed(body.bytes.slice())
    case "Stream":
      return read(body.stream, body.length)
    case "FileRange":
      return Effect.andThen(
        failIfChanged(fs, body),
        read(
          fs.stream(body.path, { offset: body.offset, bytesToRead: body.length }).pipe(
            Stream.mapError((e) => new SourceFailed({ detail: `${body.path}: ${e.reason._tag}` }))
          ),
          body.length
        )
      )
  }
}

/** Fails if a file changed after its fingerprint was taken. */
const failIfChanged = (
  fs: FileSystem.FileSystem,
  { as, path }: Extract<Body, { readonly _tag: "FileRange" }>
): Effect.Effect<void, SourceFailed> => {
  if (as === undefined) return Effect.void
  return Effect.flatMap(FileStat, (stat) => stat(path)).pipe(
    Effect.provideService(FileSystem.FileSystem, fs),
    Effect.mapError((e) => new SourceFailed({ detail: `${path}: ${e.reason._tag}` })),
    Effect.flatMap((now) =>
      Fingerprint.mayBeSame(as, Fingerprint.of(now))
        ? Effect.void
        : Effect.fail(new SourceFailed({ detail: `${path} changed after it was probed` }))
    )
  )
}

/** One bucket and its objects. */
export const make = (fs: FileSystem.FileSystem, bucket: string) => {
  const objects = new Map<
    string,
    { readonly bytes: Uint8Array; readonly stored: StoredObject & { readonly crc32: Crc32.Crc32 } }
  >()
  const uploads = new Map<string, Upload>()
  let lastToken = 0

  const asStoreError =
    (operation: ObjectStoreError["operation"], key: string) =>
    <A>(effect: Effect.Effect<A, ObjectStoreReason>): Effect.Effect<A, ObjectStoreError> =>
      Effect.mapError(effect, (reason) => new ObjectStoreError({ operation, key, reason }))

  const save = (key: string, bytes: Uint8Array, info: ObjectInfo, options?: WriteOptions) =>
    Effect.suspend(() => {
      if (options?.ifAbsent === true && objects.has(key)) return Effect.fail(new AlreadyExists())
      const crc32 = Crc32.update(Crc32.empty, bytes)
      const stored = { key, size: bytes.length, etag: `"${Crc32.toHex(crc32)}"`, contentType: info.contentType, crc32 }
      objects.set(key, { bytes, stored })
      return Effect.succeed(stored)
    })

  const uploadOf = (session: UploadSession) =>
    Effect.suspend(() => {
      const upload = uploads.get(session.token)
      return upload === undefined ? Effect.fail(new NoSuchUpload()) : Effect.succeed(upload)
    })

  const assemble = (upload: Upload, parts: ReadonlyArray<PartReceipt>) =>
    Effect.gen(function*() {
      const chunks: Array<Uint8Array> = []
      for (const [i, part] of parts.entries()) {
        const bytes = upload.parts.get(part.partNumber)
        if (bytes === undefined || Crc32.update(Crc32.empty, bytes) !== part.crc32) return yield* new InvalidPart()
        if ((parts[i - 1]?.partNumber ?? 0) >= part.partNumber) return yield* refused("InvalidPartOrder")
        if (i < parts.length - 1 && bytes.length < minimumPartSize) return yield* refused("EntityTooSmall")
        chunks.push(bytes)
      }
      if (chunks.length === 0) return yield* refused("MalformedXML: an upload needs at least one part")
      return join(chunks, totalLength(chunks))
    })

  const store = {
    bucket,
    head: (key: string) => Effect.sync(() => Option.map(Option.fromUndefinedOr(objects.get(key)), (o) => o.stored)),
    read: (key: string) =>
      Stream.suspend(() => {
        const object = objects.get(key)
        return object === undefined
          ? Stream.fail(new ObjectStoreError({ operation: "read", key, reason: absent }))
          : Stream.make(object.bytes)
      }),
    put: (key: string, body: Body, info: ObjectInfo, options?: WriteOptions) =>
      content(fs, body).pipe(
        Effect.flatMap((bytes) => save(key, bytes, info, options)),
        asStoreError("put", key)
      ),
    begin: (key: string, info: ObjectInfo) =>
      Effect.sync(() => {
        const token = String(++lastToken)
        uploads.set(token, { info, parts: new Map() })
        return { key, token }
      }),
    putPart: (session: UploadSession, partNumber: number, body: Body) =>
      Effect.all([uploadOf(session), content(fs, body)]).pipe(
        Effect.map(([upload, bytes]) => {
          upload.parts.set(partNumber, bytes)
          const crc32 = Crc32.update(Crc32.empty, bytes)
          return { partNumber, size: bytes.length, crc32, token: Crc32.toHex(crc32) }
        }),
        asStoreError("putPart", session.key)
      ),
    complete: (
      session: UploadSession,
      parts: ReadonlyArray<PartReceipt>,
      whole: { readonly size: number; readonly crc32: Crc32.Crc32 },
      options?: WriteOptions
    ) =>
      Effect.gen(function*() {
        const upload = yield* uploadOf(session)
        const bytes = yield* assemble(upload, parts)
        const crc32 = Crc32.update(Crc32.empty, bytes)
        if (crc32 !== whole.crc32 || bytes.length !== whole.size) {
          return yield* new ChecksumMismatch({
            detail: `${Crc32.toHex(whole.crc32)} over ${whole.size} bytes was declared, ` +
              `${Crc32.toHex(crc32)} over ${bytes.length} bytes is stored`
          })
        }
        const stored = yield* save(session.key, bytes, upload.info, options)
        uploads.delete(session.token)
        return stored
      }).pipe(asStoreError("complete", session.key)),
    abort: (session: UploadSession) =>
      uploadOf(session).pipe(
        Effect.map(() => void uploads.delete(session.token)),
        asStoreError("abort", session.key)
      )
  }

  return { store, objects }
}
