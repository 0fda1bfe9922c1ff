/** Reads each image once: its header, its content, its checksums. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import { explain } from "../../../base/internal/fileProblem.ts"
import { visible } from "../../../base/internal/text.ts"
import { FileReader } from "../../../image/FileReader.ts"
import { type FileInfo, FileStat } from "../../../image/FileStat.ts"
import { type Fingerprint, of as fingerprintOf } from "../../../image/Fingerprint.ts"
import * as Fixity from "../../../image/Fixity.ts"
import * as ImageHeader from "../../../image/ImageHeader.ts"
import * as FileContent from "../../FileContent.ts"
import type { Place } from "../../Finding.ts"
import type { Content } from "../plan/model.ts"
import type { Findings } from "./codes.ts"
import { addReason, addWarning } from "./imageFindings.ts"

/** What is known of a file. Its `header` is missing if it is no image that can be sent. */
export interface Facts {
  readonly fingerprint: Fingerprint
  readonly header?: ImageHeader.ImageHeader
  readonly content?: Content
}

/** A checksum in a cell. */
export interface Given extends Fixity.Expected {
  readonly place: Place
}

/** A file to examine; `given` are the checksums of its row. */
export interface Subject {
  readonly path: string
  readonly name: string
  readonly place: Place
  readonly given: ReadonlyArray<Given>
}

interface Context {
  readonly findings: Findings
  readonly lists: Fixity.Lists
  readonly checksums: boolean
  /** The lists that were reported already. */
  readonly brokenLists: Set<string>
}

const expectedOf = Effect.fnUntraced(function*({ brokenLists, findings, lists }: Context, subject: Subject) {
  const found = yield* Effect.result(lists.of(subject))
  if (found._tag === "Failure") {
    const { list, message } = found.failure
    if (!brokenLists.has(list)) findings.add("checksum-list", { ...subject.place, file: list }, message)
    brokenLists.add(list)
    return subject.given
  }
  const { expected, warnings } = found.success
  if (subject.given.length === 0) {
    for (const warning of warnings) findings.add("checksum-unlisted", subject.place, warning)
  }
  return [...subject.given, ...expected]
})

const reportMismatch = (expected: Fixity.Expected, value: string, subject: Subject, findings: Findings): void => {
  const { algorithm, list } = expected
  const cell = subject.given.find((given) => given === expected)
  if (value === expected.value.toLowerCase()) return
  findings.add(
    "checksum-mismatch",
    cell?.place ?? subject.place,
    `its ${algorithm} is ${value}, but ${visible(list)} has ${expected.value}`
  )
}

/** Compares checksums with bytes that come in pieces. */
const verifying = Effect.fnUntraced(function*(expected: ReadonlyArray<Fixity.Expected>) {
  const { make } = yield* Fixity.Hashes
  const sums = new Map(
    [...new Set(expected.map(({ algorithm }) => algorithm))].map((algorithm) => [algorithm, make(algorithm)])
  )
  return {
    update: (bytes: Uint8Array) => {
      for (const sum of sums.values()) sum.update(bytes)
    },
    report: (subject: Subject, findings: Findings) => {
      const values = new Map(Array.from(sums, ([algorithm, sum]) => [algorithm, sum.end()]))
      for (const sum of expected) reportMismatch(sum, values.get(sum.algorithm) ?? "", subject, findings)
    }
  }
})

type Read = { readonly header: ImageHeader.ImageHeader | undefined; readonly content: Content | undefined }

/** The header, or a finding. */
const headerOr = (
  reading: Effect.Effect<ImageHeader.ImageHeader, ImageHeader.ImageHeaderError, FileSystem.FileSystem>,
  subject: Subject,
  findings: Findings
) =>
  reading.pipe(
    Effect.tap((header) =>
      Effect.sync(() => {
        for (const warning of ImageHeader.warnings(header, subject.name)) addWarning(findings, subject.place, warning)
      })
    ),
    Effect.catch(({ reason }) =>
      Effect.sync(() => addReason(findings, subject.place, reason)).pipe(Effect.as(undefined))
    )
  )

const fromBytes = Effect.fnUntraced(function*(context: Context, subject: Subject, bytes: Uint8Array) {
  const header = yield* headerOr(ImageHeader.fromBytes(subject.path, bytes), subject, context.findings)
  const expected = yield* expectedOf(context, subject)
  if (expected.length > 0) {
    const verify = yield* verifying(expected)
    verify.update(bytes)
    verify.report(subject, context.findings)
  }
  return { header, content: yield* FileContent.ofBytes(bytes) } satisfies Read
})

const fromFile = Effect.fnUntraced(function*(context: Context, subject: Subject, info: FileInfo) {
  const { checksums, findings } = context
  const header = yield* headerOr(ImageHeader.fromFile(subject.path, info), subject, findings)
  const expected = yield* expectedOf(context, subject)
  if (header === undefined && info.size === 0) return { header, content: undefined } satisfies Read
  const whole = checksums || info.size <= FileContent.wholeLimit
  const verify = yield* verifying(whole ? expected : [])
  const reading: Effect.Effect<Content, PlatformError, FileSystem.FileSystem> = whole
    ? FileContent.whole(subject.path, verify.update)
    : FileContent.of(subject.path, info.size)
  const content = yield* reading.pipe(
    Effect.tap(() => Effect.sync(() => verify.report(subject, findings))),
    Effect.catch((error) =>
      Effect.sync(() => {
        if (header !== undefined) {
          findings.add("file-unreadable", subject.place, `it cannot be read: ${visible(explain(error))}`)
        }
      }).pipe(Effect.as(undefined))
    )
  )
  return { header, content } satisfies Read
})

/** What is known of a file; `undefined` if it cannot be inspected. */
export const examine = Effect.fnUntraced(function*(
  context: Context,
  subject: Subject
): Effect.fn.Return<Facts | undefined, never, FileSystem.FileSystem> {
  const { path } = subject
  const { read, release } = yield* FileReader
  const fs = yield* FileSystem.FileSystem
  const found = yield* read(path, FileContent.wholeLimit, "body")
  const made = (info: FileInfo, { content, header }: Read): Facts => ({
    fingerprint: fingerprintOf(info),
    ...(header === undefined ? {} : { header }),
    ...(content === undefined ? {} : { content })
  })
  if (found?.bytes !== undefined) {
    const { bytes, info } = found
    return made(info, yield* Effect.ensuring(fromBytes(context, subject, bytes), Effect.sync(() => release(bytes))))
  }
  const stat = yield* FileStat
  const info = found === undefined ? yield* Effect.result(stat(path)) : undefined
  if (info?._tag === "Failure") {
    context.findings.add("file-unreadable", subject.place, `it cannot be inspected: ${visible(explain(info.failure))}`)
    return undefined
  }
  const known = found?.info ?? info?.success
  if (known === undefined) return undefined
  const bytes = known.type === "File" && known.size > 0 && known.size <= FileContent.wholeLimit
    ? yield* Effect.option(fs.readFile(path))
    : Option.none()
  return Option.isSome(bytes) && bytes.value.length === known.size
    ? made(known, yield* fromBytes(context, subject, bytes.value))
    : made(known, yield* fromFile(context, subject, known))
})
