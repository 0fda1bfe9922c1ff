import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Fingerprint from "@iiif-ingest/core/image/Fingerprint"
import { NodeFiles } from "@iiif-ingest/node"
import { Effect, FileSystem, Layer } from "effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { join } from "node:path"

const inFolder = <A, E>(test: (folder: string) => Effect.Effect<A, E, FileSystem.FileSystem>) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.flatMap(fs.makeTempDirectoryScoped(), test)).pipe(
    Effect.scoped,
    Effect.provide(Layer.merge(NodeFiles.layer, NodeFileSystem.layer))
  )

/** The mtime is in whole milliseconds, so that it can be set again. */
const write = (path: string, text: string) => {
  Fs.writeFileSync(path, text)
  Fs.utimesSync(path, 1_700_000_000, 1_700_000_000)
}

describe("NodeFiles", () => {
  it.live("has the same size and modification time as Effect's file system, and an identity", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const path = join(folder, "a.tif")
        Fs.writeFileSync(path, "abc")
        const { identity, ...rest } = yield* Fingerprint.ofFile(path)
        const usual = yield* Effect.provide(Fingerprint.ofFile(path), NodeFileSystem.layer)
        assert.deepStrictEqual(rest, { size: 3, modifiedMillis: usual.modifiedMillis ?? NaN })
        assert.match(identity ?? "", /^\d+:\d+$/)
        assert.strictEqual(
          Fingerprint.compare(yield* Fingerprint.ofFile(path), yield* Fingerprint.ofFile(path)),
          "same"
        )
      })
    ))

  const edits: Record<string, (path: string) => void> = {
    "edited in place": (path) => write(path, "two"),
    "replaced by another file": (path) => {
      write(`${path}.new`, "two")
      Fs.renameSync(`${path}.new`, path)
    },
    "copied over with cp -p": (path) => {
      write(`${path}.new`, "two")
      execFileSync("cp", ["-p", `${path}.new`, path])
    },
    "edited, then touched with touch -r": (path) => {
      write(`${path}.reference`, "")
      Fs.writeFileSync(path, "two")
      execFileSync("touch", ["-r", `${path}.reference`, path])
    }
  }
  it.live.each(Object.entries(edits))(
    "tells a file that was %s, with size and modification time kept",
    ([, edit]) =>
      inFolder((folder) =>
        Effect.gen(function*() {
          const path = join(folder, "a.tif")
          write(path, "one")
          const before = yield* Fingerprint.ofFile(path)
          // a ctime is as fine as the kernel's clock
          while (
            Fs.statSync(folder, { bigint: true }).ctimeNs < Fs.statSync(path, { bigint: true }).ctimeNs + 10_000_000n
          ) {
            Fs.utimesSync(folder, 0, 0)
          }
          edit(path)
          const after = yield* Fingerprint.ofFile(path)
          assert.deepStrictEqual([after.size, after.modifiedMillis], [before.size, before.modifiedMillis])
          assert.strictEqual(Fingerprint.compare(before, after), "doubtful")
          assert.isFalse(Fingerprint.mayBeSame(before, after))
        })
      )
  )

  it.live("refuses what is not a file, or is not there, as without it", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const pipe = join(folder, "pipe")
        execFileSync("mkfifo", [pipe])
        for (const path of [folder, pipe, join(folder, "none"), join(folder, "a\0b"), "/dev/null"]) {
          const error = yield* Effect.flip(Fingerprint.ofFile(path))
          const usual = yield* Effect.flip(Effect.provide(Fingerprint.ofFile(path), NodeFileSystem.layer))
          assert.strictEqual(error.message, usual.message)
        }
      })
    ))
})
