/**
 * Stores of every kind with an object under the key of an image: the same bytes are recognized, other bytes are never
 * replaced without being asked for, and nothing is reported that the bucket does not hold.
 *
 * `STORES=all` tries every combination with large images too.
 */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Context, Effect, FileSystem, Layer } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { writeLargeTiff } from "../support/pictures.ts"
import * as Cases from "./support/cases.ts"
import { kinds } from "./support/kinds.ts"
import * as World from "./support/world.ts"

const everything = process.env["STORES"] === "all"

/** The images: of one size each, and the bytes that may be there instead. */
class Files extends Context.Service<Files, {
  readonly path: (size: Cases.Form["size"]) => string
  readonly bytes: (size: Cases.Form["size"], present: Cases.Present) => Buffer
}>()("test/stores/Files") {
  static readonly layer = Layer.effect(
    Files,
    Effect.gen(function*() {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const path = (size: Cases.Form["size"]) => Path.join(folder, `${size}.tif`)
      writeLargeTiff(path("small"), 100, 200)
      writeLargeTiff(path("large"), 2000, 1700)
      return {
        path,
        bytes: (size, present) => {
          const bytes = Fs.readFileSync(path(size))
          if (present === "longer") return Buffer.concat([bytes, Buffer.from("longer")])
          if (present === "other") bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
          return bytes
        }
      }
    })
  )
}

const layers = Files.layer.pipe(Layer.provideMerge(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer)))

const stored = new Set(["sent", "replaced", "resumed", "identical"])

/** Whatever was reported: what is stored is the image or, untouched, what was there before. */
const assertHonest = (id: string, ended: World.Ended, ours: Buffer, before: Buffer | undefined, what: string) =>
  Effect.gen(function*() {
    const after = yield* World.held(id)
    const should = stored.has(ended.end) ? ours : before
    assert.isTrue(should === undefined ? after === undefined : after?.equals(should), `${what}: what is stored`)
    return after
  })

layer(layers, { excludeTestServices: true })("an object under the key of an image", (it) => {
  const sizes = ["small", "large"] as const
  const rows = kinds.flatMap((kind) => sizes.map((size) => ({ kind, size, name: kind.name })))

  it.effect.each(rows)("$name, $size", ({ kind, size }) =>
    Effect.gen(function*() {
      const files = yield* Files
      const ours = files.bytes(size, "same")
      const world = yield* World.open(kind)
      const untouched = new Set<string>()
      for (const c of Cases.casesOf(kind, size, everything)) {
        const id = Cases.objectOf(kind, c)
        const before = files.bytes(size, c.present)
        if (!untouched.has(id)) yield* World.putByOthers(kind, id, before, c.form.partSize)
        const ended = yield* world.upload(files.path(size), id, c.options)
        const what = Cases.describe(c)
        assert.strictEqual(ended.end, Cases.expected(kind, c), `${what}: ${ended.message}`)
        const after = yield* assertHonest(id, ended, ours, before, what)
        if (c.options.action === "create" && c.options.existing !== "replace") {
          assert.isTrue(after?.equals(before), `${what}: replaced`)
        }
        if (ended.end === "replaced") untouched.delete(id)
        else untouched.add(id)
      }
    }).pipe(Effect.scoped), 600_000)
})
