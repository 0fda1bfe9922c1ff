/** What a pre-flight says of checksums that lists have, and that the journal has. */
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Preflight from "@iiif-ingest/core/batch/Preflight"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import { Effect, Layer } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { config } from "../support/config.ts"
import { check, folderWith, images, layerWithJournal, seen, sheet } from "./support/batch.ts"

describe("a pre-flight", () => {
  it.live("names what a list of checksums has and the folder has not", () =>
    Effect.gen(function*() {
      const files = images("1.png")
      const sum = (text: string) => `${text.repeat(32)}  `
      const folder = folderWith({ ...files, "gone.md5": `${sum("0")}gone.png\n` })
      const table = sheet(folder, ["file", "manifest", "manifest.label"], ["1.png", "M", "m"])
      const { findings } = yield* check({ tables: [table] })
      const orphans = findings.filter(({ code }) => code === "checksum-orphan")
      assert.deepStrictEqual(orphans.map(({ place }) => Path.basename(place.file ?? "")), ["gone.png"])
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("tells ids under which the journal has an upload of other bytes, though of the same size", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png", "2.png"))
      const { size } = Fs.statSync(Path.join(folder, "1.png"))
      const uploaded = Layer.effectDiscard(
        Journal.Journal.use(({ saveUpload }) =>
          saveUpload({
            bucket: config.bucket,
            key: "images/1.png",
            fingerprint: { size },
            parts: [],
            crc32: Crc32.Crc32.make(7)
          })
        )
      ).pipe(Layer.provideMerge(Journal.layerMemory))
      const table = sheet(folder, ["file", "manifest", "manifest.label"], ["1.png", "M", "m"], ["2.png", "M", "m"])
      const { findings } = yield* Preflight.Preflight.use((preflight) => preflight.check({ tables: [table] })).pipe(
        Effect.provide(
          Layer.mergeAll(layerWithJournal.pipe(Layer.provide(uploaded)), NodeFileSystem.layer, NodePath.layer)
        )
      )
      assert.deepStrictEqual(seen(findings), ["id-used A2"])
      Fs.rmSync(folder, { recursive: true })
    }))
})
