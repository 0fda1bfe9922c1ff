import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Asset from "@iiif-ingest/core/image/Asset"
import * as Fixity from "@iiif-ingest/core/image/Fixity"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import { Effect, FileSystem, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { parse } from "../../src/image/internal/fixity/parse.ts"
import { config, layer as configLayer } from "../support/config.ts"
import { png } from "../support/imageCorpus.ts"
import { capturing } from "../support/logs.ts"
import * as SpyStore from "../support/spyStore.ts"
import type { Call } from "../support/spyStore.ts"

const MiB = 1024 * 1024
const algorithms = ["md5", "sha1", "sha256", "sha512"] as const
const sum = (algorithm: string, bytes: Uint8Array | string) => createHash(algorithm).update(bytes).digest("hex")

/** Parses a list and formats its checksums as `algorithm name value`. */
const parsed = (text: string, algorithm: Fixity.Algorithm, isBagManifest = false) => {
  const { named, nameless, problems } = parse(text, algorithm, isBagManifest)
  const lines = [...named, ["", nameless] as const].flatMap(([name, checksums]) =>
    checksums.map(({ algorithm, value }) => `${algorithm} ${name} ${value}`)
  )
  return { checksums: lines, problems }
}

const [a, b] = [sum("md5", "a"), sum("md5", "b")]

describe("a list", () => {
  for (const algorithm of algorithms) {
    it(`is read in the format of ${algorithm}sum, also with --tag and with escaped names`, () => {
      const folder = Fs.mkdtempSync("/tmp/fixity-")
      const names = ["001.tif", "two words.tif", " begins.tif", "back\\slash.tif", "line\nend.tif", "100%.tif", "*.tif"]
      for (const name of names) Fs.writeFileSync(Path.join(folder, name), name)
      const run = (...args: ReadonlyArray<string>) =>
        execFileSync(`${algorithm}sum`, [...args, "--", ...names], { cwd: folder, encoding: "utf8" })
      const expected = names.map((name) => `${algorithm} ${name.replace("\\", "/")} ${sum(algorithm, name)}`)
      for (const text of [run("--text"), run("--binary"), run("--tag")]) {
        const { checksums, problems } = parsed(text, algorithm)
        assert.deepStrictEqual(problems, [])
        assert.sameMembers(checksums, expected)
      }
      Fs.rmSync(folder, { recursive: true })
    })
  }

  it("is read in the format of Windows tools", () => {
    const text = `; made by a tool\r\n${a.toUpperCase()} *.\\vol1\\001.tif\r\n\r\n# end\r\n${b}\tvol1/002.tif\r\n`
    assert.deepStrictEqual(parsed(text, "md5"), {
      checksums: [`md5 vol1/001.tif ${a}`, `md5 vol1/002.tif ${b}`],
      problems: []
    })
  })

  it("for one file needs no name", () => assert.deepStrictEqual(parsed(`${a}\n`, "md5").checksums, [`md5  ${a}`]))

  it("can have checksums of several algorithms", () => {
    const text = `MD5 (1.tif) = ${a}\nSHA256 (1.tif) = ${sum("sha256", "a")}\n`
    assert.deepStrictEqual(parsed(text, "md5"), {
      checksums: [`md5 1.tif ${a}`, `sha256 1.tif ${sum("sha256", "a")}`],
      problems: []
    })
  })

  it("of a bag has percent-encoded line breaks", () =>
    assert.deepStrictEqual(parsed(`${a} data/100%25%0Aodd.tif`, "md5", true).checksums, [
      `md5 data/100%\nodd.tif ${a}`
    ]))

  it("with many problems is abandoned early", () => {
    assert.strictEqual(parsed("?\n".repeat(1_000_000), "md5").problems.length, 20)
    assert.strictEqual(parsed(`${a}${" ".repeat(1_000_000)}`, "md5").problems.length, 1)
  })

  it("matches names in any Unicode form", () =>
    assert.deepStrictEqual(parsed(`${a}  Café.tif`.normalize("NFD"), "md5").checksums, [`md5 Café.tif ${a}`]))

  it("that cannot be parsed reports all invalid lines at once", () => {
    const text = [`${a}  1.tif`, "nonsense", `${a.slice(1)}  2.tif`, `${b}  1.tif`, `SHA3 (x.tif) = ${a}`].join("\n")
    assert.deepStrictEqual(parsed(text, "md5").problems, [
      "line 2 is not a checksum with a file name",
      "line 3 does not have a valid md5 checksum",
      "line 4 conflicts with an earlier line",
      "line 5 does not have a valid md5 checksum"
    ])
  })
})

const withFolder = <A, E, R>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function*() {
    const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    for (const [name, content] of Object.entries(files)) {
      Fs.mkdirSync(Path.dirname(Path.join(folder, name)), { recursive: true })
      Fs.writeFileSync(Path.join(folder, name), content)
    }
    return yield* use(folder)
  }).pipe(Effect.scoped, Effect.provide(Layer.merge(NodeFileSystem.layer, SecureRandom.layerWebCrypto)))

const image = png(3, 2)
const other = png(2, 3)
const md5 = sum("md5", image)

const found = (folder: string, name: string) =>
  Effect.flatMap(Fixity.lists, (lists) => lists.of({ path: Path.join(folder, name), name }))

const valuesOf = (folder: string, name: string) =>
  Effect.map(found(folder, name), ({ expected, warnings }) => ({
    expected: expected.map(({ algorithm, list, value }) => `${algorithm} ${Path.relative(folder, list)} ${value}`),
    warnings: warnings.map((warning) => warning.replaceAll(`${folder}/`, ""))
  }))

const locations: ReadonlyArray<
  readonly [description: string, files: Readonly<Record<string, string | Uint8Array>>, name: string, list: string]
> = [
  ["checksums.md5", { "checksums.md5": `${md5}  1.png` }, "1.png", "checksums.md5"],
  [".md5", { ".md5": `${md5}  1.png` }, "1.png", ".md5"],
  ["MD5SUMS", { MD5SUMS: `${md5}  1.png` }, "1.png", "MD5SUMS"],
  ["a list named after its only file", { "1.png.md5": md5 }, "1.png", "1.png.md5"],
  ["a list named after its only file without the extension", { "1.md5": md5 }, "1.png", "1.md5"],
  ["its own list with a path from another machine", { "1.png.md5": `${md5}  D:\\scans\\1.png` }, "1.png", "1.png.md5"],
  ["a list named after the folder", { "scans.md5": `${md5}  scans/1.png` }, "scans/1.png", "scans.md5"],
  ["a list beside its macOS `._` file", { "all.md5": `${md5}  1.png`, "._all.md5": "\0\0" }, "1.png", "all.md5"],
  ["a list in UTF-16", { "all.md5": Buffer.from(`\uFEFF${md5}  1.png`, "utf16le") }, "1.png", "all.md5"],
  ["a list in the parent folder", { "scan.md5": `${md5}  vol1/1.png` }, "vol1/1.png", "scan.md5"],
  [
    "a bag",
    { "bagit.txt": "BagIt-Version: 1.0", "manifest-md5.txt": `${md5}  data/vol1/1.png`, "tagmanifest-md5.txt": "?" },
    "data/vol1/1.png",
    "manifest-md5.txt"
  ]
]

describe("beside a file", () => {
  it.effect.each(locations)(
    "%s is found",
    ([, files, name, list]) =>
      withFolder({ ...files, [name]: image }, (folder) =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* valuesOf(folder, name), { expected: [`md5 ${list} ${md5}`], warnings: [] })
        }))
  )

  it.effect("the manifest of a bag is found for a folder in the bag", () =>
    withFolder({ "data/1.png": image, "bagit.txt": "", "manifest-sha256.txt": `${sum("sha256", image)} data/1.png` }, (
      folder
    ) =>
      Effect.gen(function*() {
        const { expected } = yield* found(Path.join(folder, "data"), "1.png")
        assert.deepStrictEqual(expected.map(({ value }) => value), [sum("sha256", image)])
      })))

  it.effect("a list that does not name it is a warning, a list that cannot be parsed is an error", () =>
    withFolder(
      { "1.png": image, "other.md5": `${md5}  2.png`, "bad/1.png": image, "bad/list.sha1": "?" },
      (folder) =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* valuesOf(folder, "1.png"), {
            expected: [],
            warnings: ["there is no checksum for it in other.md5: its bytes were not verified"]
          })
          const error = yield* Effect.flip(found(Path.join(folder, "bad"), "1.png"))
          assert.strictEqual(
            error.message,
            `the checksum list ${folder}/bad/list.sha1 cannot be used: line 1 is not a checksum with a file name; ` +
              "fix or remove it"
          )
        })
    ))

  it.effect("only a few of many lists are named in a warning", () =>
    withFolder(
      Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}.md5`, `${md5}  other${n}.png`])),
      (folder) =>
        Effect.gen(function*() {
          const { warnings } = yield* valuesOf(folder, "1.png")
          assert.deepStrictEqual(warnings, [
            "there is no checksum for it in 0.md5, 1.md5, 10.md5 and 197 more: its bytes were not verified"
          ])
        })
    ))

  it.effect("a file linked from a bag is looked up in the bag's manifest", () =>
    withFolder(
      { "bag/bagit.txt": "", "bag/manifest-md5.txt": `${md5} data/1.png`, "bag/data/1.png": image },
      (folder) =>
        Effect.gen(function*() {
          Fs.mkdirSync(`${folder}/batch`)
          Fs.symlinkSync(`${folder}/bag/data`, `${folder}/batch/data`)
          const { expected } = yield* found(`${folder}/batch`, "data/1.png")
          assert.deepStrictEqual(expected.map(({ value }) => value), [md5])
        })
    ))

  it.effect("no list means no warning", () =>
    withFolder(
      { "1.png": image },
      (folder) =>
        Effect.map(valuesOf(folder, "1.png"), (found) => assert.deepStrictEqual(found, { expected: [], warnings: [] }))
    ))
})

describe("a folder", () => {
  it.effect("reports images that its lists name but that do not exist", () =>
    withFolder({
      "1.png": image,
      "checksums.md5": `${md5}  1.png\n${md5}  2.png\n${md5}  notes.txt\n${md5}  vol1/3.png`,
      "vol1/4.png": image,
      "vol1/5.tif.md5": md5,
      "vol1/own.md5": `${md5}  6.png`
    }, (folder) =>
      Effect.gen(function*() {
        const [{ images, leftOut }, lines] = yield* capturing(ImageSource.directory(folder))
        assert.deepStrictEqual(images.map(({ name }) => name), ["1.png", "vol1/4.png"])
        const lost = leftOut.filter(({ why }) => why.startsWith("it does not exist, but "))
        assert.deepStrictEqual(lost.map(({ name }) => name), ["2.png", "vol1/3.png", "vol1/5.tif", "vol1/6.png"])
        assert.deepStrictEqual(lines.length, 4)
      })))

  it.effect("reports them in a bag, too", () =>
    withFolder({
      "bagit.txt": "",
      "manifest-md5.txt": `${md5}  data/1.png\n${md5}  data/2.png`,
      "data/1.png": image
    }, (folder) =>
      Effect.gen(function*() {
        for (const root of [folder, `${folder}/data`]) {
          const { leftOut } = yield* ImageSource.directory(root)
          const lost = leftOut.filter(({ why }) => why.startsWith("it does not exist, but "))
          assert.deepStrictEqual(lost.map(({ name }) => name), [root === folder ? "data/2.png" : "2.png"])
        }
      })))
})

/** Bytes with the header of an image, large enough for parts. */
const large = (length: number, fill: number) => {
  const all = new Uint8Array(length).fill(fill)
  all.set(image)
  return all
}

type Services = Upload.Upload | FileSystem.FileSystem | Journal.Journal

const uploading = <A, E>(use: (calls: Array<Call>) => Effect.Effect<A, E, Services>) => {
  const calls: Array<Call> = []
  return use(calls).pipe(
    Effect.provide(
      IngestProgram.layerUpload({ partSize: 5 * MiB }).pipe(
        Layer.provideMerge(Layer.merge(SpyStore.layer(calls), SpyStore.durableJournal)),
        Layer.provide([configLayer, SecureRandom.layerWebCrypto]),
        Layer.provideMerge(NodeFileSystem.layer)
      )
    )
  )
}

const header = { width: 3, height: 2, mediaType: "image/png" } as const
const upload = (source: ImageSource.ImageSource, options: Upload.BatchOptions = {}) =>
  Effect.map(Upload.Upload.use((upload) => upload.all([source], options)), ([outcome]) => {
    if (outcome?._tag === "Uploaded") return outcome.uploaded.how
    return outcome?.error._tag === "AssetError" ? outcome.error.reason : outcome
  })

const operations = (calls: ReadonlyArray<Call>) => [...new Set(calls.map(({ operation }) => operation))]

describe("an image", () => {
  it.effect.each([["in one request", 100_000, "put"], ["in parts", 12 * MiB, "complete"]] as const)(
    "with matching checksums is uploaded %s",
    ([, length, operation]) => {
      const all = large(length, 7)
      const lists = algorithms.map((algorithm) => [`all.${algorithm}`, `${sum(algorithm, all)}  1.png`])
      return withFolder(
        { "1.png": all, ...Object.fromEntries(lists) },
        (folder) =>
          uploading((calls) =>
            Effect.gen(function*() {
              assert.strictEqual(yield* upload(ImageSource.file(`${folder}/1.png`, header)), "sent")
              assert.include(operations(calls), operation)
            })
          )
      )
    }
  )

  it.effect.each(
    [["in one request", 100_000, []], ["in parts", 12 * MiB, ["head", "begin", "putPart", "abort"]]] as const
  )(
    "with a wrong checksum is rejected and not stored, %s",
    ([, length, expected]) => {
      const all = large(length, 7)
      return withFolder(
        { "1.png": all, "list.sha256": `${sum("sha256", other)}  1.png` },
        (folder) =>
          uploading((calls) =>
            Effect.gen(function*() {
              const reason = yield* upload(ImageSource.file(`${folder}/1.png`, header))
              assert.instanceOf(reason, Fixity.FixityMismatch)
              if (!(reason instanceof Fixity.FixityMismatch)) return
              assert.strictEqual(
                reason.message,
                `its sha256 is ${sum("sha256", all)}, but ${folder}/list.sha256 gives ${
                  sum("sha256", other)
                }: it was ` +
                  "changed or damaged after that was written; get it again, or update the checksum if the change is " +
                  "intended"
              )
              assert.includeMembers([...expected], operations(calls))
              assert.notInclude(operations(calls), "complete")
            })
          )
      )
    }
  )

  it.effect("in memory is verified against the checksums in its description", () =>
    uploading((calls) =>
      Effect.gen(function*() {
        const description = (bytes: Uint8Array): ImageSource.SourceOptions => ({
          fixity: [{ algorithm: "sha1", value: sum("sha1", bytes).toUpperCase() }]
        })
        assert.strictEqual(yield* upload(ImageSource.bytes(image, { name: "a.png", ...description(image) })), "sent")
        const wrong = yield* upload(ImageSource.bytes(image, { name: "b.png", ...description(other) }))
        assert.instanceOf(wrong, Fixity.FixityMismatch)
        assert.deepStrictEqual(calls.map(({ key }) => key), ["images/a.png"])
      })
    ))

  it.effect("is not verified if fixity is false", () =>
    withFolder(
      { "1.png": image, "list.md5": `${sum("md5", other)}  1.png` },
      (folder) =>
        uploading(() =>
          Effect.map(upload(ImageSource.file(`${folder}/1.png`), { fixity: false }), (how) =>
            assert.strictEqual(how, "sent"))
        )
    ))

  it.effect("that an earlier run uploaded is read again only for a checksum that run did not verify", () =>
    withFolder({ "1.png": image }, (folder) =>
      uploading(() =>
        Effect.gen(function*() {
          const source = ImageSource.file(`${folder}/1.png`)
          const verified = Effect.map(
            Journal.Journal.use((journal) => journal.upload("memory", "images/1.png")),
            Option.map(({ fixity }) => fixity?.map(({ algorithm }) => algorithm))
          )
          assert.strictEqual(yield* upload(source), "sent")
          assert.deepStrictEqual(yield* verified, Option.some(undefined))
          Fs.writeFileSync(`${folder}/list.md5`, `${md5}  1.png`)
          assert.strictEqual(yield* upload(source), "resumed")
          assert.deepStrictEqual(yield* verified, Option.some(["md5"]))
          Fs.writeFileSync(`${folder}/list.md5`, `${sum("md5", other)}  1.png`)
          assert.instanceOf(yield* upload(source), Fixity.FixityMismatch)
        })
      )))

  it.effect("can replace a damaged copy with the same modification time that was uploaded before", () =>
    withFolder({ "1.png": other }, (folder) =>
      uploading(() =>
        Effect.gen(function*() {
          const path = `${folder}/1.png`
          const source = ImageSource.file(path, { width: 3, height: 2, mediaType: "image/png" })
          Fs.utimesSync(path, 1e9, 1e9)
          assert.strictEqual(yield* upload(source), "sent")
          Fs.writeFileSync(path, image)
          Fs.utimesSync(path, 1e9, 1e9)
          Fs.writeFileSync(`${folder}/list.md5`, `${md5}  1.png`)
          assert.instanceOf(yield* upload(source), Asset.IdTaken)
          assert.strictEqual(yield* upload(source, { mayReplace: () => true }), "replaced")
        })
      )))

  it.effect("that is probed has its expected checksums", () =>
    withFolder({ "1.png": image, "list.md5": `${md5}  1.png` }, (folder) =>
      Effect.gen(function*() {
        const { fixity } = yield* Asset.probe(config, ImageSource.file(`${folder}/1.png`))
        assert.deepStrictEqual(fixity, [{ algorithm: "md5", value: md5, list: `${folder}/list.md5` }])
        const refused = yield* Effect.flip(Asset.probe(
          config,
          ImageSource.bytes(image, {
            name: "x.png",
            fixity: [{ algorithm: "md5", value: "abc" }]
          })
        ))
        assert.include(refused.message, "an md5 checksum has 32 hexadecimal digits")
      })))
})
