/** Whatever an input is, reading it ends in a table with typed findings, or in a typed error: never in a crash. */
import { assert, describe, it } from "@effect/vitest"
import { Finding } from "@iiif-ingest/core/batch/Finding"
import { Effect, Exit, Schema } from "effect"
import { codes } from "../../src/internal/sheets/codes.ts"
import { InputError, readInput } from "../../src/internal/sheets/read.ts"
import { folderOf, live } from "./support/inputs.ts"
import { partsOf, xlsx, zipped } from "./support/xlsx.ts"

/** Numbers below a bound, the same for the same seed. */
const random = (seed: number) => {
  let state = seed
  return (bound: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

type Below = ReturnType<typeof random>

const csv =
  "\uFEFFfile,label,manifest,metadata:Creator\r\n001.tif,\"a, \"\"b\"\"\",A,\"x\ny\"\r\n\r\n002.tif,Größe,A,=1+1\r\n"

const book = partsOf([
  {
    name: "Pages",
    rows: [["file", "id", "label"], ["1.tif", 12, { xml: "<c r=\"{ref}\" s=\"1\"><f>A1</f><v>45000</v></c>" }]],
    after: "<mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>"
  },
  { name: "Notes", state: "hidden", rows: [["a"], ["b"]] }
])

const mets =
  "<?xml version=\"1.0\"?><mets xmlns:xlink=\"x\"><dmdSec ID=\"D\"><mods><titleInfo><title>T</title></titleInfo></mods></dmdSec><fileSec><fileGrp USE=\"LOCAL\"><file ID=\"F1\" MIMETYPE=\"image/tiff\"><FLocat xlink:href=\"file:///a%20b.tif\"/></file></fileGrp></fileSec>" +
  "<structMap TYPE=\"LOGICAL\"><div ID=\"L0\" DMDID=\"D\"><div ID=\"L1\" LABEL=\"A\"/></div></structMap><structMap TYPE=\"PHYSICAL\"><div ID=\"P0\"><div ID=\"P1\" ORDER=\"1\"><fptr FILEID=\"F1\"/></div></div></structMap><structLink><smLink xlink:from=\"L1\" xlink:to=\"P1\"/></structLink></mets>"

const bag: Readonly<Record<string, string>> = {
  "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
  "manifest-md5.txt": "0123456789abcdef0123456789abcdef  data/1.tif\n",
  "bag-info.txt": "Title: T\nPayload-Oxum: 1.1\n",
  "data/1.tif": "x"
}

const words = [
  "\"",
  ",",
  ";",
  "\t",
  "\r",
  "\n",
  "\0",
  "=",
  "<",
  ">",
  "&",
  "<!DOCTYPE x>",
  "]]>",
  "99999999999999999999",
  "-1",
  "NaN",
  "\uFFFE",
  "%0A",
  "../",
  "r=\"\"",
  "t=\"s\"",
  "hidden=\"1\""
]

const mutated = (bytes: Uint8Array, below: Below): Uint8Array => {
  let result = Buffer.from(bytes)
  for (let count = below(6); count >= 0; count--) {
    const [from, to] = [below(result.length + 1), below(result.length + 1)].toSorted((a, b) => a - b)
    const kind = below(5)
    if (kind === 0 && result.length > 0) result[below(result.length)] = below(256)
    if (kind === 1) {
      result = Buffer.concat([
        result.subarray(0, from),
        Buffer.from(words[below(words.length)] ?? ""),
        result.subarray(from)
      ])
    }
    if (kind === 2 && below(3) === 0) result = result.subarray(0, to)
    if (kind === 3) {
      result = Buffer.concat([result.subarray(0, from), result.subarray(Math.min(to ?? 0, (from ?? 0) + 20))])
    }
    if (kind === 4 && result.length < 1e6) result = Buffer.concat([result.subarray(0, to), result.subarray(from)])
  }
  return result
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text)

/** XLSX whose archive is sound, with one part of it changed. */
const book2 = (below: Below): Uint8Array => {
  const names = Object.keys(book)
  const name = names[below(names.length)] ?? ""
  return zipped({ ...book, [name]: mutated(bytesOf(book[name] ?? ""), below) })
}

const makers: ReadonlyArray<(below: Below) => Uint8Array> = [
  (below) => mutated(bytesOf(csv), below),
  (below) => mutated(Buffer.from(csv, "utf16le"), below),
  (below) => mutated(xlsx([{ name: "S", rows: [["file"], ["1.tif"]] }]), below),
  book2,
  (below) => mutated(bytesOf(mets), below),
  (below) => Uint8Array.from({ length: below(2000) }, () => below(256))
]

const extensions = ["csv", "tsv", "txt", "xlsx", "xlsm", "xml"]

const isFinding = Schema.is(Finding)

const check = (path: string) =>
  Effect.gen(function*() {
    const exit = yield* Effect.exit(readInput(path))
    if (Exit.isFailure(exit)) {
      const [reason] = exit.cause.reasons
      assert.isTrue(reason?._tag === "Fail" && reason.error instanceof InputError, String(exit.cause))
      return
    }
    for (const { columns, findings, rows } of exit.value) {
      assert.isTrue(findings.every((found) => isFinding(found) && Object.hasOwn(codes, found.code)))
      assert.strictEqual(new Set(columns).size, columns.length)
      assert.isTrue(rows.every(({ cells }) => [...cells.keys()].every((column) => columns.includes(column))))
      assert.isTrue(
        rows.length > 0 || findings.some(({ severity }) => severity === "error"),
        "neither rows nor an error"
      )
    }
  })

const runs = Number(process.env["FUZZ_RUNS"] ?? 600)

describe("damaged inputs", () => {
  it.live("are tables or typed errors", () =>
    live(Effect.gen(function*() {
      const root = yield* folderOf({})
      const { writeFileSync } = yield* Effect.promise(() => import("node:fs"))
      for (let seed = 1; seed <= runs; seed++) {
        const below = random(seed)
        const content = makers[seed % makers.length]?.(below) ?? new Uint8Array()
        const own = ["csv", "csv", "xlsx", "xlsx", "xml", "csv"][seed % makers.length]
        const extension = below(4) === 0 ? extensions[below(extensions.length)] : own
        const path = `${root}/a.${extension}`
        writeFileSync(path, content)
        yield* check(path).pipe(Effect.tapCause(() => Effect.logError(`seed ${seed}`)))
      }
    })), 120_000)

  it.live(
    "are bags, too",
    () =>
      Effect.forEach(
        Array.from({ length: Math.ceil(runs / 10) }, (_, index) => index + 1),
        (seed) =>
          live(Effect.gen(function*() {
            const below = random(seed)
            const names = Object.keys(bag)
            const name = names[below(names.length)] ?? ""
            yield* check(yield* folderOf({ ...bag, [name]: mutated(bytesOf(bag[name] ?? ""), below) }))
          }))
      ),
    120_000
  )
})
