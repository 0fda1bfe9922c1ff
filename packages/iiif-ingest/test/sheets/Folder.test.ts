import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { readInput } from "../../src/internal/sheets/read.ts"
import { folderOf, foundIn, live, readFirst, rowsOf } from "./support/inputs.ts"

describe("a folder", () => {
  it.live("is one manifest for each folder that has images, in natural order", () =>
    live(Effect.gen(function*() {
      const root = yield* folderOf({
        "Hamlet: Q2/page 10.tif": "",
        "Hamlet: Q2/page 2.tif": "",
        "Hamlet: Q2/plates/1.jpg": "",
        "Ünïcode/1.png": "",
        "top.tif": ""
      })
      const name = root.split("/").at(-1) ?? ""
      const table = yield* readFirst(`${root}/`)
      assert.deepStrictEqual(rowsOf(table), [
        { file: "Hamlet: Q2/page 2.tif", manifest: "HAMLET_Q2", "manifest.label": "Hamlet: Q2" },
        { file: "Hamlet: Q2/page 10.tif", manifest: "HAMLET_Q2", "manifest.label": "Hamlet: Q2" },
        { file: "Hamlet: Q2/plates/1.jpg", manifest: "HAMLET_Q2_PLATES", "manifest.label": "plates" },
        {
          file: "top.tif",
          manifest: name.replaceAll(/[^A-Za-z0-9]+/g, "_").toUpperCase(),
          "manifest.label": name
        },
        { file: "Ünïcode/1.png", manifest: "UNICODE", "manifest.label": "Ünïcode" }
      ])
      assert.deepStrictEqual(foundIn(table), [])
      assert.strictEqual(table.folder, root)
    })))

  it.live("names what is left out, but not what every folder has", () =>
    live(Effect.gen(function*() {
      const root = yield* folderOf({
        "a/1.tif": "",
        "a/.DS_Store": "",
        "a/Thumbs.db": "",
        "a/checksums.md5": `${"0".repeat(32)}  1.tif\n${"0".repeat(32)}  2.tif\n`,
        "a/.hidden.tif": "",
        "a/notes.docx": ""
      })
      const fs = yield* FileSystem.FileSystem
      yield* fs.symlink(root, `${root}/a/loop`)
      const table = yield* readFirst(root)
      assert.deepStrictEqual(table.findings.map(({ code, place }) => `${code} ${place.file}`), [
        "file-left-out a/.hidden.tif",
        "file-left-out a/2.tif",
        "file-left-out a/loop",
        "file-left-out a/notes.docx"
      ])
    })))

  it.live("keeps names in any Unicode form", () =>
    live(Effect.gen(function*() {
      const files = ["caf\u00e9/1.tif", "cafe\u0301/1.tif", "日本/1.tif", "e\u0301.tif"]
      const root = yield* folderOf(Object.fromEntries(files.map((file) => [file, ""])))
      const table = yield* readFirst(root)
      assert.sameMembers(rowsOf(table).map(({ file }) => file ?? ""), files)
      assert.deepStrictEqual(table.findings.map(({ code, place }) => `${code} ${place.file}`), ["folder-name 日本"])
    })))

  it.live("names each folder that cannot be listed", () =>
    live(Effect.gen(function*() {
      const root = yield* folderOf({ "a/x/1.tif": "", "b/2.tif": "", "c/3.tif": "" })
      const fs = yield* FileSystem.FileSystem
      yield* fs.chmod(`${root}/a/x`, 0)
      yield* fs.chmod(`${root}/b`, 0)
      const isRoot = yield* Effect.isSuccess(fs.readDirectory(`${root}/b`))
      const table = yield* readFirst(root)
      yield* fs.chmod(`${root}/a/x`, 0o700)
      yield* fs.chmod(`${root}/b`, 0o700)
      assert.deepStrictEqual(
        table.findings.map(({ code, place }) => `${code} ${place.file}`),
        isRoot ? [] : ["folder-unreadable a/x", "folder-unreadable b"]
      )
    })))

  it.live("says that there is no image", () =>
    live(Effect.gen(function*() {
      const root = yield* folderOf({ "a/notes.txt": "" })
      const table = yield* readFirst(root)
      assert.deepStrictEqual(foundIn(table), ["folder-empty", "file-left-out"])
    })))

  it.live("fails for what is no input, with what to do", () =>
    live(Effect.gen(function*() {
      const root = yield* folderOf({ "a.xls": "x", "a.ods": "x", "a.docx": "x", "a": "x" })
      const messages = yield* Effect.forEach(
        ["a.xls", "a.ods", "a.docx", "a", "none.csv", "a/b.csv", "\u0000", ""],
        (name) =>
          Effect.map(Effect.flip(readInput(name === "" ? "" : `${root}/${name}`)), ({ _tag, message }) => {
            assert.strictEqual(_tag, "InputError")
            return message.replaceAll(root, "")
          })
      )
      assert.deepStrictEqual(messages.slice(0, 6), [
        "/a.xls cannot be read as the input of a batch: .xls files are not read; save it as .xlsx or CSV UTF-8",
        "/a.ods cannot be read as the input of a batch: .ods files are not read; save it as .xlsx or CSV UTF-8",
        "/a.docx cannot be read as the input of a batch: it is of no kind that is read; give a folder, a BagIt bag, or a .csv, .tsv, .xlsx or METS .xml file",
        "/a cannot be read as the input of a batch: it is of no kind that is read; give a folder, a BagIt bag, or a .csv, .tsv, .xlsx or METS .xml file",
        "/none.csv cannot be read as the input of a batch: it does not exist; check the path and its permissions",
        "/a/b.csv cannot be read as the input of a batch: a part of its path is no folder; check the path and its permissions"
      ])
    })))
})
