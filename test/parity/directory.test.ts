/** Listing a folder of images: what is included, in which order, and what is reported as left out. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ImageSource, IngestImage } from "@iiif-ingest/core"
import { Effect, FileSystem } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { run } from "./support/memory.ts"
import { picture } from "./support/samples.ts"

const manifest = { name: "FOLDER", label: "Folder" }

/** Creates a folder with these files: different pictures, and text files. */
const folderOf = (pictures: ReadonlyArray<string>, texts: ReadonlyArray<string> = []) =>
  Effect.gen(function*() {
    const root = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const write = (name: string, content: string | Uint8Array) => {
      Fs.mkdirSync(Path.dirname(Path.join(root, name)), { recursive: true })
      Fs.writeFileSync(Path.join(root, name), content)
    }
    for (const [index, name] of pictures.entries()) {
      write(name, yield* Effect.promise(() => picture(10 + index, 20)))
    }
    for (const name of texts) write(name, "text")
    return root
  })

const names = ({ images }: ImageSource.Directory) => images.map(({ name }) => name)

describe("ImageSource.directory", () => {
  it.effect("lists folders recursively in natural order, with forward slashes", () =>
    Effect.gen(function*() {
      const root = yield* folderOf(["page 10.tif", "page 2.tif", "b/1.tif", "a/12.tif", "a/3.tif", "A0.tif"])
      const listed = yield* ImageSource.directory(root)
      assert.deepStrictEqual(names(listed), ["a/3.tif", "a/12.tif", "A0.tif", "b/1.tif", "page 2.tif", "page 10.tif"])
      assert.deepStrictEqual(listed.leftOut, [])
      for (const suffix of ["/", "//", "/."]) {
        assert.deepStrictEqual(names(yield* ImageSource.directory(root + suffix)), names(listed))
      }
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  it.effect("reports what it leaves out", () =>
    Effect.gen(function*() {
      const root = yield* folderOf(
        ["1.tif", ".hidden.tif", ".folder/2.tif", "._1.tif"],
        ["Thumbs.db", "notes.txt", "a/README"]
      )
      const { images, leftOut } = yield* ImageSource.directory(root)
      assert.deepStrictEqual(images.map(({ name }) => name), ["1.tif"])
      assert.sameDeepMembers([...leftOut], [
        { name: "._1.tif", why: "it is hidden" },
        { name: ".folder", why: "it is hidden" },
        { name: ".hidden.tif", why: "it is hidden" },
        { name: "Thumbs.db", why: "its name does not have the extension of an image" },
        { name: "notes.txt", why: "its name does not have the extension of an image" },
        { name: "a/README", why: "its name does not have the extension of an image" }
      ])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  it.effect("drops no page silently: files that only look like images are refused", () =>
    Effect.gen(function*() {
      const root = yield* folderOf(["1.tif"], ["2.tif", "3.heic"])
      Fs.symlinkSync(Path.join(root, "nowhere.tif"), Path.join(root, "4.tif"))
      Fs.symlinkSync(Path.join(root, "1.tif"), Path.join(root, "5.tif"))
      const { images } = yield* ImageSource.directory(root)
      const { posted, report } = yield* run({ images: images.map((source) => IngestImage.make(source)), manifest })
      assert.deepStrictEqual(posted, [])
      assert.deepStrictEqual(report.assets.map(({ fate }) => fate._tag), [
        "NotSent",
        "Refused",
        "Refused",
        "Refused",
        "NotSent"
      ])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  it.effect("follows symlinks, and stops at cycles", () =>
    Effect.gen(function*() {
      const root = yield* folderOf(["a/1.tif", "b/2.tif"])
      Fs.symlinkSync(root, Path.join(root, "a", "loop"))
      Fs.symlinkSync(Path.join(root, "b"), Path.join(root, "c"))
      const listed = yield* ImageSource.directory(root)
      assert.deepStrictEqual(names(listed), ["a/1.tif", "b/2.tif", "c/2.tif"])
      assert.deepStrictEqual(listed.leftOut, [{ name: "a/loop", why: "it links back to a folder that contains it" }])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  it.effect("derives ids from paths, and refuses those that collide", () =>
    Effect.gen(function*() {
      const root = yield* folderOf(["a/001.tif", "b/001.tif"])
      const { images } = yield* ImageSource.directory(root)
      const { posted } = yield* run({ images: images.map((source) => IngestImage.make(source)), manifest })
      assert.deepStrictEqual(posted[0]?.assets.image.map(({ storageSrcKey }) => storageSrcKey), [
        "a001.tif",
        "b001.tif"
      ])
      Fs.renameSync(Path.join(root, "b"), Path.join(root, "a 0"))
      Fs.renameSync(Path.join(root, "a 0", "001.tif"), Path.join(root, "a 0", "01.tif"))
      const { report } = yield* run({ images: (yield* IngestImage.directory(root)).images, manifest })
      assert.deepStrictEqual(report.assets.map(({ fate }) => fate._tag), ["Refused", "Refused"])
      const [first] = report.assets
      if (first?.fate._tag === "Refused") assert.match(first.fate.problem, /the id a001 is also used by .*a 0\/01\.tif/)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  it.effect("describes each image by its name", () =>
    Effect.gen(function*() {
      const root = yield* folderOf(["a/1.tif"])
      const { images } = yield* IngestImage.directory(root, { describe: (name) => ({ label: `Page ${name}` }) })
      assert.deepStrictEqual(images.map(({ description }) => description.label), ["Page a/1.tif"])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  it.effect("reports a folder that cannot be listed", () =>
    Effect.gen(function*() {
      const root = yield* folderOf(["1.tif"])
      const missing = yield* Effect.flip(ImageSource.directory(Path.join(root, "missing")))
      assert.match(missing.message, /the folder .*missing cannot be listed: there is no such/)
      const file = yield* Effect.flip(ImageSource.directory(Path.join(root, "1.tif")))
      assert.instanceOf(file, ImageSource.DirectoryError)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
})
