import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { type Files, folderOf, live, readFirst, rowsOf } from "./support/inputs.ts"

const md5 = (text: string): string => createHash("md5").update(text).digest("hex")

const payload = { "data/page 10.tif": "ten", "data/page 2.tif": "two" }

const listed = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files).map(([name, text]) => `${md5(text)}  ${name.replaceAll("%", "%25").replaceAll("\n", "%0A")}\n`)
    .join("")

const bag = (changes: Files = {}, files: Readonly<Record<string, string>> = payload): Files => ({
  "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
  "manifest-md5.txt": listed(files),
  "tagmanifest-md5.txt": `${md5("x")}  bagit.txt\n`,
  ...files,
  ...changes
})

const info =
  "Source-Organization: Houghton\n  Library\nTitle: Hamlet\nExternal-Description: A play\nExternal-Identifier: hou-01234/5\n" +
  "Contact-Email: someone@example.edu\nSubject: Plays\nSubject: Drama\nPayload-Oxum: 6.2\n"

const read = (files: Files) => live(Effect.flatMap(folderOf(files), readFirst))

const codes = (files: Files) =>
  Effect.map(read(files), ({ findings }) => findings.map(({ code, place }) => `${code} ${place.file ?? ""}`.trim()))

describe("a BagIt bag", () => {
  it.live("is a folder of images with what the bag says of itself", () =>
    Effect.gen(function*() {
      const table = yield* read(bag({ "bag-info.txt": info }))
      assert.deepStrictEqual(table.findings, [])
      assert.match(table.folder, /\/data$/)
      const described = {
        manifest: "HOU_01234_5",
        "manifest.label": "Hamlet",
        "manifest.summary": "A play",
        "manifest.metadata:Source-Organization": "Houghton Library",
        "manifest.metadata:Subject": "Plays|Drama"
      }
      assert.deepStrictEqual(rowsOf(table), [{ file: "page 2.tif", ...described }, {
        file: "page 10.tif",
        ...described
      }])
    }))

  it.live("is a manifest for each folder, named after it", () =>
    Effect.gen(function*() {
      const table = yield* read(bag({ "bag-info.txt": "Title: All\n" }, { "data/a/1.tif": "1", "data/b/1.tif": "2" }))
      assert.deepStrictEqual(table.findings, [])
      assert.deepStrictEqual(rowsOf(table), [
        { file: "a/1.tif", manifest: "A", "manifest.label": "a" },
        { file: "b/1.tif", manifest: "B", "manifest.label": "b" }
      ])
    }))

  it.live("may have names with percent signs, line breaks and accents in either form", () =>
    Effect.gen(function*() {
      const files = { "data/50%.tif": "a", "data/two\nlines.tif": "b", "data/cafe\u0301.tif": "c" }
      const found = yield* codes(bag({ "manifest-md5.txt": listed(files).normalize("NFC") }, files))
      assert.deepStrictEqual(found, [])
    }))

  it.live.each<readonly [string, Files, ReadonlyArray<string>]>([
    ["files that are not listed", bag({ "data/page 3.tif": "3", "data/.hidden": "h" }), [
      "bag-file-unlisted data/.hidden",
      "bag-file-unlisted data/page 3.tif",
      "file-left-out .hidden"
    ]],
    ["files that are missing", bag({ "manifest-md5.txt": listed({ ...payload, "data/page 3.tif": "3" }) }), [
      "bag-file-missing data/page 3.tif"
    ]],
    ["no payload manifest", { ...bag(), "manifest-md5.txt": "", "manifest-sha256.txt": "" }, [
      "bag-file-unlisted data/page 10.tif",
      "bag-file-unlisted data/page 2.tif"
    ]],
    ["files to be fetched", bag({ "fetch.txt": "https://example.org/1.tif 3 data/1.tif\n" }), ["bag-fetch fetch.txt"]],
    ["a wrong Payload-Oxum", bag({ "bag-info.txt": "Payload-Oxum: 7.2\n" }), ["bag-oxum bag-info.txt"]],
    ["an unknown version", bag({ "bagit.txt": "BagIt-Version: 9.9\nTag-File-Character-Encoding: UTF-8\n" }), [
      "bag-version bagit.txt"
    ]],
    ["another encoding", bag({ "bagit.txt": "BagIt-Version: 0.97\nTag-File-Character-Encoding: ISO-8859-1\n" }), [
      "bag-encoding bagit.txt"
    ]],
    ["an empty declaration", bag({ "bagit.txt": "" }), ["bag-version bagit.txt", "bag-encoding bagit.txt"]],
    ["no text", bag({ "bag-info.txt": Buffer.from("Title: Größe", "latin1") }), ["bag-encoding bag-info.txt"]],
    [
      "a manifest that leaves the bag",
      bag({ "manifest-md5.txt": `${listed(payload)}${md5("")}  data/../../etc/passwd\nnonsense\n` }),
      [
        "bag-manifest-invalid manifest-md5.txt",
        "bag-manifest-invalid manifest-md5.txt"
      ]
    ],
    ["no payload", { "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n" }, [
      "bag-manifest-missing",
      "folder-unreadable data"
    ]],
    ["no image", bag({}, { "data/a.txt": "a" }), ["folder-empty", "file-left-out a.txt"]]
  ])("is refused with %s", ([, files, expected]) =>
    Effect.gen(function*() {
      assert.sameMembers([...(yield* codes(files))], [...expected])
    }))
})
