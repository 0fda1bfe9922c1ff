/** The sheet of mistakes: one pre-flight finds all of them, each at its cell, and none in the same sheet without them. */
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import * as Preflight from "@iiif-ingest/core/batch/Preflight"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import { Clock, Effect, Layer } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { layerWithJournal } from "../../packages/core/test/batch/support/batch.ts"
import { png } from "../../packages/core/test/support/imageCorpus.ts"
import { readInput } from "../../packages/iiif-ingest/src/internal/sheets/read.ts"
import { type Cells, columns, type Mistake, mistakes, wrongColumns } from "./support/mistakes.ts"

const quote = (text: string): string => /[",\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text

interface Expected {
  readonly code: string
  readonly row: number
  readonly column: string
}

/** The files that both sheets have besides those of single rows. */
const commonFiles = (folder: string): void => {
  for (
    const [index, name] of [
      "leaves/1.png",
      "album/1.png",
      "mixed/1.png",
      "one/1.png",
      "two/1.png",
      "sums/a.png",
      "part/a.png"
    ].entries()
  ) {
    Fs.mkdirSync(Path.join(folder, Path.dirname(name)), { recursive: true })
    Fs.writeFileSync(Path.join(folder, name), png(1000 + index, 7))
  }
}

const wantsExtra = new Set(["twice.png", "again.png"])

/** Writes the sheet and its files; returns where each mistake should be found. */
const write = (folder: string, isWrong: boolean): ReadonlyArray<Expected> => {
  commonFiles(folder)
  if (isWrong) Fs.mkdirSync(Path.join(folder, "empty"))
  const expected: Array<Expected> = []
  const header = isWrong ? [...columns, ...wrongColumns] : columns
  const lines = [header.map(quote).join(",")]
  const rowOf = (mistake: Mistake, number: number, index: number, given: Cells): Cells => {
    const isLast = index === (mistake.rows?.length ?? 1) - 1
    const ending = isWrong && isLast ? mistake.name : undefined
    const file = ending ?? `m${number}p${index}.png`
    const content = isWrong && isLast && mistake.file !== undefined ? mistake.file : png(50 + number, 20 + index)
    const first = `m${number}p0.png`
    const cells = {
      file,
      manifest: `M${number}`,
      order: `${index + 1}`,
      "manifest.label": `Book ${number}`,
      ...given
    }
    if (cells.file === "" || "folder" in given && given["folder"] !== "" && given["file"] === "") {
      return { ...cells, order: "" }
    }
    if (wantsExtra.has(cells.file)) Fs.writeFileSync(Path.join(folder, cells.file), png(2000 + number, 9))
    else if (
      !cells.file.includes("/") &&
      !(ending === undefined && isWrong && given["file"] !== undefined && given["file"] !== "{file}")
    ) {
      Fs.writeFileSync(Path.join(folder, cells.file === "{file}" ? file : cells.file), content)
    }
    const replace = (text: string) =>
      text.replace("{file}", file).replace("{first}", first).replace("{label}", `Book ${number}`)
    return Object.fromEntries(Object.entries(cells).map(([name, text]) => [name, replace(text)]))
  }
  for (const [number, mistake] of mistakes.entries()) {
    const wrong = mistake.rows ?? [{}]
    const rows = isWrong ? wrong : mistake.right ?? wrong.map(() => ({}))
    const start = lines.length + 1
    const made = rows.map((cells, index) => rowOf(mistake, number, index, cells))
    if (isWrong) mistake.prepare?.(folder, made.at(-1)?.["file"] ?? "")
    for (const cells of made) lines.push(header.map((name) => quote(cells[name] ?? "")).join(","))
    expected.push({ code: mistake.code, row: start + (mistake.row ?? made.length - 1), column: mistake.at })
  }
  Fs.writeFileSync(Path.join(folder, "sheet.csv"), `${lines.join("\r\n")}\r\n`)
  return expected
}

/** An id that holds other bytes. */
const journal = Layer.effectDiscard(
  Journal.Journal.use((journal) =>
    journal.saveUpload({
      bucket: "edu.harvard.huit.lts.mps.at-atspace-qa",
      key: "images/usedbefore.png",
      fingerprint: { size: 1 },
      parts: [],
      crc32: Crc32.Crc32.make(7)
    })
  )
).pipe(Layer.provideMerge(Journal.layerMemory))

const layer = Layer.mergeAll(layerWithJournal.pipe(Layer.provide(journal)), NodeFileSystem.layer, NodePath.layer)

const preflight = (folder: string, options: Partial<Preflight.Options>) =>
  Effect.gen(function*() {
    const tables = yield* readInput(Path.join(folder, "sheet.csv"))
    return yield* (yield* Preflight.Preflight).check({ ...options, tables })
  }).pipe(Effect.provide(layer))

const atRow = ({ place }: Finding): string => `row ${place.row} ${place.column}`

describe("the sheet of mistakes", () => {
  it.live("has all of its mistakes found at once, each at its cell, with a remedy", () =>
    Effect.gen(function*() {
      const folder = Fs.mkdtempSync(Path.join(Fs.realpathSync("/tmp"), "mistakes-"))
      const expected = write(folder, true)
      const now = yield* Clock.currentTimeMillis
      const year = 366 * 24 * 60 * 60 * 1000
      const { findings, plan } = yield* preflight(folder, {
        columns: { Titel: "label", "label.fr": "labbel" },
        defaults: { colour: "red" },
        credentials: [{ name: "old.pem", modifiedMillis: now - year }, { name: "new.pem", modifiedMillis: now + year }]
      })
      assert.strictEqual(plan, undefined)
      const found = new Set(findings.map((finding) => `${finding.code} ${atRow(finding)}`))
      const lost = expected.filter(({ code, column, row }) => !found.has(`${code} row ${row} ${column}`))
      const elsewhere = lost.map(({ code, column, row }) => ({
        code,
        row,
        column,
        found: findings.filter(({ place }) => place.row === row).map(({ code, message, place }) =>
          `${code} ${place.column} ${message}`
        )
      }))
      assert.deepStrictEqual(elsewhere, [])
      for (
        const code of [
          "column-unknown",
          "column-twice",
          "column-label",
          "language-form",
          "language-unknown",
          "mapping-column",
          "mapping-meaning",
          "default-column",
          "credentials-old",
          "credentials-future",
          "file-unnamed"
        ]
      ) {
        assert.include(findings.map((finding) => finding.code), code)
      }
      const errors = findings.filter(({ severity }) => severity === "error")
      const wanted = new Set(expected.map(({ code, row }) => `${code} ${row}`))
      const surprising = errors.filter(({ code, place }) =>
        place.row !== undefined && place.row > 1 && !wanted.has(`${code} ${place.row}`)
      )
      assert.deepStrictEqual(surprising.map((finding) => `${finding.code} ${atRow(finding)}: ${finding.message}`), [])
      for (const { code, message, place, remedy } of findings) {
        assert.isAbove(message.length, 5, code)
        assert.isAbove(remedy.length, 5, code)
        if (place.row !== undefined && place.row > 1 && place.column !== undefined && code !== "manifest-missing") {
          assert.isDefined(place.column, code)
        }
      }
      const kinds = new Set(findings.map(({ code }) => code))
      assert.isAtLeast(kinds.size, 60)
      for (const path of [folder, `${folder}-outside.png`]) Fs.rmSync(path, { recursive: true, force: true })
    }))

  it.live("has none in its clean twin", () =>
    Effect.gen(function*() {
      const folder = Fs.mkdtempSync(Path.join(Fs.realpathSync("/tmp"), "clean-"))
      const rows = write(folder, false).length
      const { findings, plan } = yield* preflight(folder, {})
      assert.deepStrictEqual(
        findings.map((finding) => `${finding.code} ${atRow(finding)} ${finding.place.file ?? ""}: ${finding.message}`),
        []
      )
      assert.isAbove(plan?.manifests.length ?? 0, rows - 20)
      Fs.rmSync(folder, { recursive: true })
    }))
})
