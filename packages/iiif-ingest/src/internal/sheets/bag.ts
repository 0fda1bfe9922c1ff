/**
 * Reads a BagIt bag (RFC 8493) as a table: `data` is a folder of images. That the bag is complete is checked here; the
 * checksums of its images are compared when they are uploaded.
 */
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import type { Table } from "@iiif-ingest/core/batch/Table"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { manifestName } from "../manifestName.ts"
import { columnsOfInfo, composed, field, fieldsOf, listedIn } from "./bagFiles.ts"
import { finding } from "./codes.ts"
import { explain } from "./fileProblem.ts"
import { listImages, manifestOf, nameless } from "./folder.ts"
import { columnsOf, limits, mebibytes, type Origin, rowOf, withoutRows } from "./model.ts"

const decoded = (
  bytes: Uint8Array
): { readonly text: string; readonly findings: ReadonlyArray<Finding> } | undefined => {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), findings: [] }
  } catch {
    return undefined
  }
}

/** The text of a file of the bag, or what is wrong with it. */
const readText = Effect.fnUntraced(function*(
  { folder, source }: Origin,
  name: string
): Effect.fn.Return<
  { readonly text: string; readonly findings: ReadonlyArray<Finding> },
  never,
  FileSystem.FileSystem
> {
  const fs = yield* FileSystem.FileSystem
  const path = `${folder}/${name}`
  const wrong = (message: string) => ({ text: "", findings: [finding("bag-invalid", { source, file: name }, message)] })
  const read = Effect.gen(function*() {
    const { size, type } = yield* fs.stat(path)
    if (type !== "File") return wrong("it is no regular file")
    if (ByteSize.toBigInt(size) > BigInt(limits.fileBytes)) {
      return wrong(`it has more than ${mebibytes(limits.fileBytes)}`)
    }
    const bytes = yield* fs.readFile(path)
    return decoded(bytes) ?? { text: "", findings: [finding("bag-encoding", { source, file: name }, "it is no UTF-8")] }
  })
  return yield* Effect.catch(read, (error) => Effect.succeed(wrong(`it cannot be read: ${explain(error)}`)))
})

interface Payload {
  /** The size of each file, by its name in the bag. */
  readonly files: Map<string, bigint>
  readonly findings: Array<Finding>
}

const maxDepth = 100

/** What a broken link is taken for: a listed file is missing then. */
const nothing = { type: "Unknown", size: ByteSize.zero } as const

/** All files of the payload. Folders that are links are not followed. */
const walk = (fs: FileSystem.FileSystem, origin: Origin, name: string, into: Payload, depth = 0): Effect.Effect<void> =>
  fs.readDirectoryEntries(`${origin.folder}/${name}`).pipe(
    Effect.flatMap((entries) =>
      Effect.forEach(entries, (entry) => {
        const path = `${name}/${entry.name}`
        if (entry.type === "Directory") return depth < maxDepth ? walk(fs, origin, path, into, depth + 1) : Effect.void
        return Effect.map(
          Effect.orElseSucceed(fs.stat(`${origin.folder}/${path}`), () => nothing),
          ({ size, type }) =>
            void (type === "File" ? into.files.set(composed(path), ByteSize.toBigInt(size)) : undefined)
        )
      }, { discard: true })
    ),
    Effect.catch((error) =>
      Effect.sync(() => {
        const message = `it cannot be read: ${explain(error)}`
        into.findings.push(finding("folder-unreadable", { source: origin.source, file: name }, message))
      })
    )
  )

const declarationFindings = (text: string, { source }: Origin): ReadonlyArray<Finding> => {
  const fields = fieldsOf(text)
  const place = { source, file: "bagit.txt" }
  const [version, encoding] = [field(fields, "BagIt-Version"), field(fields, "Tag-File-Character-Encoding")]
  return [
    ...(version !== undefined && /^(?:0\.9[3-7]|1\.0)$/.test(version)
      ? []
      : [finding("bag-version", place, version === undefined ? "it says no version" : "its version is not known")]),
    ...(encoding !== undefined && /^utf-?8$/i.test(encoding)
      ? []
      : [finding("bag-encoding", place, encoding === undefined ? "it says no encoding" : "its encoding is not UTF-8")])
  ]
}

const oxumFindings = (oxum: string | undefined, { files }: Payload, { source }: Origin): ReadonlyArray<Finding> => {
  if (oxum === undefined) return []
  const bytes = [...files.values()].reduce((sum, size) => sum + size, 0n)
  const found = `${bytes}.${files.size}`
  const place = { source, file: "bag-info.txt" }
  return oxum.trim() === found
    ? []
    : [finding("bag-oxum", place, `the payload has ${bytes} bytes in ${files.size} files, Payload-Oxum says otherwise`)]
}

/** What is missing from the bag, and what is in it and not listed. */
const completeness = Effect.fnUntraced(function*(origin: Origin, manifests: ReadonlyArray<string>, { files }: Payload) {
  const { source } = origin
  const findings: Array<Finding> = []
  const missing = new Set<string>()
  const unlisted = new Set<string>()
  for (const manifest of manifests) {
    const { findings: unread, text } = yield* readText(origin, manifest)
    const listed = listedIn(text, manifest, source)
    findings.push(...unread, ...listed.findings)
    if (unread.length > 0) continue
    for (const name of listed.names) if (!files.has(name)) missing.add(name)
    for (const name of files.keys()) if (!listed.names.has(name)) unlisted.add(name)
  }
  for (const file of missing) {
    findings.push(finding("bag-file-missing", { source, file }, "the file is listed and not there"))
  }
  for (const file of unlisted) findings.push(finding("bag-file-unlisted", { source, file }, "the file is not listed"))
  return { findings, missing }
})

/** The rows of the images, with what the bag says of itself. */
const imagesOf = Effect.fnUntraced(function*(origin: Origin, bag: Origin, info: ReturnType<typeof fieldsOf>) {
  const { findings, folders } = yield* listImages(origin)
  const identifier = manifestName(field(info, "External-Identifier") ?? "")
  const described = columnsOfInfo(info)
  const rows = Array.from(folders, ([folder, files]) => {
    const own = manifestOf(folder === "" ? bag : origin, folder)
    const isOnly = folders.size === 1
    const manifest = isOnly && identifier !== ""
      ? identifier
      : manifestOf(isOnly ? bag : origin, isOnly ? "" : folder).name
    const label = described.find(([column]) => column === "manifest.label")?.[1]
    const columns = [["manifest", manifest || own.name], ...described, [
      "manifest.label",
      isOnly ? label ?? own.label : own.label
    ]] as const
    return files.map((file) => rowOf([["file", file], ...columns]))
  }).flat()
  const unnamed = folders.size === 1 && identifier !== ""
    ? []
    : nameless(folders.size === 1 ? bag : origin, folders.keys())
  return { rows, findings: [...unnamed, ...findings] }
})

export const readBag = Effect.fnUntraced(function*(
  bag: Origin
): Effect.fn.Return<Table, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const origin = { source: bag.source, folder: `${bag.folder}/data` }
  const entries = yield* Effect.orElseSucceed(fs.readDirectory(bag.folder), (): ReadonlyArray<string> => [])
  const declaration = yield* readText(bag, "bagit.txt")
  const information = entries.includes("bag-info.txt")
    ? yield* readText(bag, "bag-info.txt")
    : { text: "", findings: [] }
  const fetch = entries.includes("fetch.txt") ? yield* readText(bag, "fetch.txt") : { text: "", findings: [] }
  const manifests = entries.filter((name) => /^manifest-[a-z0-9-]+\.txt$/i.test(name)).toSorted()
  const payload: Payload = { files: new Map(), findings: [] }
  yield* walk(fs, bag, "data", payload)
  const { source } = bag
  const complete = yield* completeness(bag, manifests, payload)
  const info = fieldsOf(information.text)
  const findings: ReadonlyArray<Finding> = [
    ...declaration.findings,
    ...(declaration.findings.length > 0 ? [] : declarationFindings(declaration.text, bag)),
    ...information.findings,
    ...fetch.findings,
    ...(fetch.text.trim() === ""
      ? []
      : [finding("bag-fetch", { source, file: "fetch.txt" }, "files are to be fetched")]),
    ...(manifests.length > 0 ? [] : [finding("bag-manifest-missing", { source }, "there is no payload manifest")]),
    ...payload.findings,
    ...complete.findings,
    ...oxumFindings(field(info, "Payload-Oxum"), payload, bag)
  ]
  if (payload.findings.some(({ place }) => place.file === "data")) return withoutRows(origin, findings)
  const images = yield* imagesOf(origin, bag, info)
  const others = images.findings.filter(({ code, place }) =>
    code !== "file-left-out" || !complete.missing.has(composed(`data/${place.file ?? ""}`))
  )
  const empty = images.rows.length > 0 ? [] : [finding("folder-empty", { source }, "there is no image in the bag")]
  return { ...origin, columns: columnsOf(images.rows), rows: images.rows, findings: [...findings, ...empty, ...others] }
})
