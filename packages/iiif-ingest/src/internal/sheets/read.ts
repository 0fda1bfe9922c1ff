/** Reads an input of a batch into tables: finds out what a path is, and has it read by the reader of its format. */
import type { Table } from "@iiif-ingest/core/batch/Table"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { readBag } from "./bag.ts"
import { finding } from "./codes.ts"
import { readDelimited } from "./delimited.ts"
import { explain } from "./fileProblem.ts"
import { readFolder } from "./folder.ts"
import { readMets } from "./mets.ts"
import { InputError, limits, mebibytes, type Origin, type ReadOptions, Refused, withoutRows } from "./model.ts"
import { readXlsx } from "./xlsx.ts"

export { InputError, type ReadOptions } from "./model.ts"

type Reader = (bytes: Uint8Array, origin: Origin, options: ReadOptions) => Table

const readers: Readonly<Record<string, Reader>> = {
  ".csv": readDelimited,
  ".tsv": readDelimited,
  ".tab": readDelimited,
  ".txt": readDelimited,
  ".xlsx": readXlsx,
  ".xlsm": readXlsx,
  ".xml": readMets,
  ".mets": readMets
}

/** Formats that are known and not read, with what to do. */
const foreign: Readonly<Record<string, string>> = {
  ".xls": "save it as .xlsx or CSV UTF-8",
  ".xlsb": "save it as .xlsx or CSV UTF-8",
  ".ods": "save it as .xlsx or CSV UTF-8",
  ".fods": "save it as .xlsx or CSV UTF-8",
  ".numbers": "export it as .xlsx or CSV",
  ".gsheet": "download the sheet as .xlsx or CSV",
  ".zip": "unpack it, and give the folder",
  ".tar": "unpack it, and give the folder",
  ".gz": "unpack it, and give the folder or file",
  ".json": "a plan is given to apply; give a sheet, a folder, a bag or a METS file"
}

const kinds = "give a folder, a BagIt bag, or a .csv, .tsv, .xlsx or METS .xml file"

const inputError = (path: string, problem: string, remedy: string) => new InputError({ path, problem, remedy })

const readerOf = (path: string, extension: string): Effect.Effect<Reader, InputError> => {
  const reader = Object.hasOwn(readers, extension) ? readers[extension] : undefined
  if (reader !== undefined) return Effect.succeed(reader)
  const remedy = Object.hasOwn(foreign, extension) ? foreign[extension] : undefined
  return Effect.fail(
    remedy === undefined
      ? inputError(path, "it is of no kind that is read", kinds)
      : inputError(path, `${extension} files are not read`, remedy)
  )
}

/** What stops a reader is a finding in a table without rows, so that all inputs are reported at once. */
const run = (reader: Reader, bytes: Uint8Array, origin: Origin, options: ReadOptions): Effect.Effect<Table> =>
  Effect.sync(() => {
    try {
      return reader(bytes, origin, options)
    } catch (error) {
      if (error instanceof Refused) return withoutRows(origin, [error.finding])
      throw error
    }
  })

const readFile = Effect.fnUntraced(function*(
  path: string,
  absolute: string,
  size: bigint,
  options: ReadOptions
): Effect.fn.Return<Table, InputError, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const reader = yield* readerOf(path, paths.extname(path).toLowerCase())
  const folder = options.images === undefined ? paths.dirname(absolute) : paths.resolve(options.images)
  const origin: Origin = { source: path, folder }
  if (size > BigInt(limits.fileBytes)) {
    const message = `it has ${mebibytes(Number(size))}, more than ${mebibytes(limits.fileBytes)}`
    return withoutRows(origin, [finding("sheet-too-large", { source: path }, message)])
  }
  const bytes = yield* fs.readFile(absolute).pipe(
    Effect.mapError((error) => inputError(path, explain(error), "check the file and its permissions"))
  )
  return yield* run(reader, bytes, origin, options)
})

/**
 * Reads a folder, a BagIt bag, or a CSV, TSV, XLSX or METS file. What is wrong with what is in it is a finding of its
 * table; it fails only for what is no input at all.
 */
export const readInput = Effect.fn("sheets.readInput")(function*(
  path: string,
  options: ReadOptions = {}
): Effect.fn.Return<ReadonlyArray<Table>, InputError, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  if (path.trim() === "" || path.includes("\u0000")) {
    return yield* inputError(path, "it is no path", kinds)
  }
  const absolute = paths.resolve(path)
  const info = yield* fs.stat(absolute).pipe(
    Effect.mapError((error) => inputError(path, explain(error), "check the path and its permissions"))
  )
  if (info.type === "Directory") {
    const folder: Origin = { source: path, folder: absolute }
    const isBag = yield* Effect.orElseSucceed(fs.exists(paths.join(absolute, "bagit.txt")), () => false)
    return [yield* isBag ? readBag(folder) : readFolder(folder)]
  }
  if (info.type !== "File") return yield* inputError(path, "it is no regular file", kinds)
  return [yield* readFile(path, absolute, ByteSize.toBigInt(info.size), options)]
})
