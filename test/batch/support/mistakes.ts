/** The sheet of mistakes: what is wrong in each row, and how the row is when it is right. */
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import {
  concat,
  exif,
  gif,
  jpeg,
  png,
  segment,
  tiff,
  u16,
  webp
} from "../../../packages/core/test/support/imageCorpus.ts"

export type Cells = Readonly<Record<string, string>>

export const columns = [
  "file",
  "folder",
  "id",
  "assetId",
  "manifest",
  "order",
  "label",
  "label.fr",
  "alt",
  "summary",
  "metadata:Creator",
  "rights",
  "requiredStatement",
  "range",
  "policy",
  "start",
  "thumbnail",
  "choiceOf",
  "layerOf",
  "region",
  "rotation",
  "action",
  "md5",
  "homepage",
  "behavior",
  "manifest.label",
  "viewingDirection",
  "language",
  "provider",
  "navDate"
]

/** Columns of the sheet of mistakes alone. */
export const wrongColumns = ["lable", "File Name", "metadata:", "summary.english", "alt.qqx"]

/**
 * One mistake.
 *
 * - `at`: the column of its finding; of the last row, unless `row` says which.
 * - `rows`: what differs in its rows from a row without mistakes.
 * - `right`: the same where it is no mistake; by default nothing differs.
 * - `file`: the content of its last image.
 * - `prepare`: does more with the folder, given the name of the last image.
 */
export interface Mistake {
  readonly code: string
  readonly at: string
  readonly rows?: ReadonlyArray<Cells>
  readonly right?: ReadonlyArray<Cells>
  readonly row?: number
  readonly file?: Uint8Array
  readonly name?: string
  readonly prepare?: (folder: string, name: string) => void
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content)

const cell = (code: string, at: string, wrong: string, right = ""): Mistake => ({
  code,
  at,
  rows: [{ [at]: wrong }],
  right: [{ [at]: right }]
})

const picture = (code: string, file: Uint8Array, name?: string): Mistake => ({
  code,
  at: "file",
  file,
  ...(name === undefined ? {} : { name })
})

const second = (code: string, at: string, first: Cells, last: Cells, right: Cells = {}): Mistake => ({
  code,
  at,
  rows: [first, last],
  right: [first, right]
})

const cmyk = jpeg({ components: [1, 2, 3, 4], before: [segment(0xee, "Adobe", [0, 100, 0, 0, 0, 0, 2])] })

const little = { little: true, big: false }

const files: ReadonlyArray<Mistake> = [
  cell("file-missing", "file", "nowhere.png", "{file}"),
  {
    ...cell("file-case", "file", "CASE.PNG", "case.png"),
    prepare: (folder) => Fs.writeFileSync(Path.join(folder, "case.png"), png(7, 7))
  },
  cell("file-parent", "file", "../secret.png", "{file}"),
  cell("file-absolute", "file", "/etc/ssl/private/key.png", "{file}"),
  cell("file-drive", "file", "C:\\scans\\1.png", "{file}"),
  cell("file-share", "file", "\\\\server\\share\\1.png", "{file}"),
  cell("file-address", "file", "file:///etc/passwd", "{file}"),
  cell("file-home", "file", "~/.ssh/id_rsa", "{file}"),
  {
    code: "file-outside",
    at: "file",
    prepare: (folder, name) => {
      Fs.rmSync(Path.join(folder, name))
      Fs.writeFileSync(`${folder}-outside.png`, png(9, 9))
      Fs.symlinkSync(`${folder}-outside.png`, Path.join(folder, name))
    }
  },
  {
    code: "file-link",
    at: "file",
    prepare: (folder, name) => {
      Fs.rmSync(Path.join(folder, name))
      Fs.symlinkSync(name, Path.join(folder, name))
    }
  },
  {
    code: "file-special",
    at: "file",
    prepare: (folder, name) => {
      Fs.rmSync(Path.join(folder, name))
      execFileSync("mkfifo", [Path.join(folder, name)])
    }
  },
  {
    code: "file-form",
    at: "file",
    rows: [{ file: "F\u1e09.png", id: "form" }],
    right: [{ id: "form" }],
    prepare: (folder) => {
      for (const name of ["Fc\u0327\u0301.png", "F\u00e7\u0301.png"]) {
        Fs.writeFileSync(
          Path.join(folder, name),
          png(8, name.length)
        )
      }
    }
  },
  second("file-duplicate", "file", { file: "twice.png" }, { file: "twice.png" }, {}),
  second("file-repeated", "file", { file: "again.png" }, { file: "again.png", id: "again2" }, {}),
  {
    code: "file-same-content",
    at: "file",
    file: png(12, 12),
    rows: [{}, {}],
    prepare: (folder, name) => {
      Fs.copyFileSync(Path.join(folder, name), Path.join(folder, name.replace("p1", "p0")))
    }
  },
  {
    code: "folder-missing",
    at: "folder",
    rows: [{ file: "", folder: "no-folder" }],
    right: [{ file: "", folder: "album" }]
  },
  {
    code: "row-folder-cell",
    at: "rotation",
    rows: [{ file: "", folder: "leaves", rotation: "90" }],
    right: [{ file: "", folder: "leaves" }]
  },
  { code: "folder-empty", at: "folder", rows: [{ file: "", folder: "empty" }] },
  { code: "row-file-and-folder", at: "folder", rows: [{ folder: "leaves" }] },
  { code: "row-without-file", at: "file", rows: [{ file: "" }] },
  {
    code: "row-mixed",
    at: "file",
    rows: [{ file: "", folder: "mixed" }, {}],
    right: [{ file: "", folder: "mixed", manifest: "APART" }, {}]
  },
  cell("checksum-form", "md5", "12ab"),
  cell("checksum-mismatch", "md5", "00000000000000000000000000000000"),
  {
    code: "checksum-list",
    at: "file",
    rows: [{ file: "sums/a.png" }],
    right: [{ file: "sums/a.png" }],
    prepare: (folder) => Fs.writeFileSync(Path.join(folder, "sums/checksums.md5"), "nonsense\n")
  },
  {
    code: "checksum-unlisted",
    at: "file",
    rows: [{ file: "part/a.png" }],
    right: [{ file: "part/a.png" }],
    prepare: (folder) =>
      Fs.writeFileSync(Path.join(folder, "part/checksums.md5"), "00000000000000000000000000000000  gone.png\n")
  }
]

const pictures: ReadonlyArray<Mistake> = [
  picture("image-empty", new Uint8Array()),
  picture("image-unknown", text("this is no picture, whatever its name says")),
  picture("image-truncated", png(30, 20).subarray(0, 50)),
  picture("image-damaged", concat([0xff, 0xd8, 0xff, 0xda], u16(1), [0, 0, 0, 0, 0xff, 0xd9]), "damaged.jpg"),
  picture("image-size", png(0, 5)),
  picture("image-format", concat([0, 0, 0, 24], "ftypheic", [0, 0, 0, 0], "mif1heic"), "phone.heic"),
  picture("image-format", concat([0, 0, 0, 24], "ftypavif", [0, 0, 0, 0], "mif1avif"), "web.avif"),
  picture("image-format", text("%PDF-1.7\n1 0 obj\n"), "scan.jpg"),
  picture("image-format", concat("BM", [70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0]), "paint.bmp"),
  picture("image-format", text("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "line.svg"),
  picture("image-extension", jpeg({ width: 61, height: 31 }), "really.png"),
  picture("image-rotated", jpeg({ width: 62, before: [segment(0xe1, "Exif\0\0", exif(6, true))] }), "turned.jpg"),
  picture("image-pages", tiff(little, [{ width: 20, height: 10 }, { width: 20, height: 10 }]), "pages.tif"),
  picture("image-doubtful-format", gif([20, 10], [20, 10]), "small.gif"),
  picture("image-doubtful-format", webp(21, 11), "tiny.webp"),
  picture("image-depth", png(33, 22, { form: [16, 2] }), "deep.png"),
  picture("image-cmyk", cmyk, "print.jpg"),
  picture("image-trailing", concat(png(34, 23), "more after the end"), "longer.png")
]

const ids: ReadonlyArray<Mistake> = [
  cell("id-form", "id", "page-1", "pageone"),
  cell("id-long", "id", "a".repeat(201), "along"),
  { code: "id-none", at: "file", name: "\u2014.png", right: [{ id: "dash" }] },
  { code: "id-letters", at: "file", name: "s\u00e9ance.png", right: [{ id: "seance" }] },
  { code: "id-and-asset-id", at: "assetId", rows: [{ id: "one", assetId: "two" }] },
  second("id-duplicate", "id", { id: "sameid" }, { id: "sameid" }),
  second("id-case", "id", { id: "CaseId" }, { id: "caseID" }),
  { code: "id-used", at: "id", rows: [{ id: "usedbefore" }], right: [{ id: "newid" }] },
  { code: "manifest-missing", at: "manifest", rows: [{ manifest: "" }] },
  cell("manifest-name", "manifest", "ACT 1/SCENE 2", "ACT_1_SCENE_2"),
  cell("manifest-name-doubtful", "manifest", "ACT.1", "ACT_1"),
  second("manifest-case", "manifest", { manifest: "LEAR" }, { manifest: "Lear", "manifest.label": "Lear" }, {
    manifest: "LEAR"
  }),
  cell("manifest-label", "manifest.label", "", "{label}"),
  second("manifest-conflict", "manifest.label", {}, { "manifest.label": "Another title" }),
  {
    code: "manifest-scattered",
    at: "manifest",
    rows: [{ manifest: "SCATTERED" }, { manifest: "BETWEEN", order: "1", "manifest.label": "b" }, {
      manifest: "SCATTERED",
      order: "2"
    }],
    right: [{ manifest: "SCATTERED" }, { manifest: "SCATTERED", order: "2" }, {
      manifest: "BETWEEN",
      order: "1",
      "manifest.label": "b"
    }]
  },
  second("manifest-repeated", "folder", { file: "", folder: "one" }, { file: "", folder: "two" }, {
    file: "",
    folder: "two",
    manifest: "TWO"
  }),
  second("order-form", "order", {}, { order: "II" }),
  second("order-duplicate", "order", {}, { order: "1" }),
  second("order-partial", "order", {}, { order: "" }),
  { ...second("order-gap", "order", {}, { order: "9" }), row: 0 }
]

const values: ReadonlyArray<Mistake> = [
  cell("range-level", "range", "Act 1 > > Scene 2", "Act 1 > Scene 2"),
  cell("range-repeated", "range", "Act 1|Act 1", "Act 1|Act 2"),
  second("range-case", "range", { range: "Act 1" }, { range: "ACT 1" }, { range: "Act 1" }),
  cell("rights-unknown", "rights", "CC BY 4.0", "http://creativecommons.org/licenses/by/4.0/"),
  cell(
    "rights-form",
    "rights",
    "https://creativecommons.org/publicdomain/zero/1.0/",
    "http://creativecommons.org/publicdomain/zero/1.0/"
  ),
  cell("policy-form", "policy", "public 1200", "public 1200, authenticated 2400"),
  cell("policy-public", "policy", "public 2400, authenticated 1200", "public 1200, authenticated 1200"),
  cell(
    "policy-thumbnail",
    "policy",
    "public 200, authenticated 400, thumbnail public 300, thumbnail authenticated 300",
    "public 200, authenticated 400, thumbnail public 150, thumbnail authenticated 300"
  ),
  cell("metadata-empty", "metadata:Creator", "Ann||Bob", "Ann|Bob"),
  { code: "alt-and-summary", at: "alt", rows: [{ alt: "A page", summary: "The page" }], right: [{ alt: "A page" }] },
  cell("direction-unknown", "viewingDirection", "rtl", "right-to-left"),
  cell("language-form", "language", "english", "en"),
  cell("action-unknown", "action", "delete", "upsert"),
  cell("statement-form", "requiredStatement", "Attribution:", "Attribution: Harvard University"),
  cell("rotation-form", "rotation", "sideways", "90"),
  cell("area-form", "region", "10 20 30", "1,2,3,4"),
  cell("area-outside", "region", "0,0,9000,9000", "0,0,3,4"),
  cell("start-unknown", "start", "page1.png", "yes"),
  cell("thumbnail-unknown", "thumbnail", "cover.png", "x"),
  second("page-unknown", "choiceOf", {}, { choiceOf: "nobody.png" }, { choiceOf: "{first}" }),
  second("page-own", "layerOf", {}, { layerOf: "{file}" }, { layerOf: "{first}" }),
  second("page-both", "layerOf", {}, { choiceOf: "{first}", layerOf: "{first}" }, { layerOf: "{first}" }),
  second("manifest-conflict", "start", { start: "yes" }, { start: "yes" }, { start: "no" }),
  cell("manifest-invalid", "homepage", "our home page", "https://example.org/book Our home page"),
  cell("manifest-invalid", "behavior", "sideways", "non-paged"),
  cell("manifest-invalid", "navDate", "3 May 1850", "1850-05-03T00:00:00Z"),
  cell("cell-space", "label", " Title ", "Title"),
  cell("cell-nbsp", "label", "\u00a0Title", "Title"),
  cell("cell-mojibake", "label.fr", "FranÃ§ais", "Fran\u00e7ais"),
  cell("cell-control", "summary", "a\u0007b", "ab"),
  cell("cell-replacement", "summary", "Z\ufffdrich", "Z\u00fcrich")
]

/** All of them. */
export const mistakes: ReadonlyArray<Mistake> = [...files, ...pictures, ...ids, ...values]
