import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { FileReader, maxBytes } from "@iiif-ingest/core/image/FileReader"
import * as Fingerprint from "@iiif-ingest/core/image/Fingerprint"
import { NodeFiles } from "@iiif-ingest/node"
import { Effect, Fiber, FileSystem, Layer } from "effect"
import { execFile, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { promisify } from "node:util"
import { StatFs } from "../src/internal/fileSystemType.ts"

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
        for (
          const path of [
            folder,
            pipe,
            join(folder, "none"),
            join(folder, "a\0b"),
            join(folder, "a\0b", "c"),
            "/dev/null"
          ]
        ) {
          const error = yield* Effect.flip(Fingerprint.ofFile(path))
          const usual = yield* Effect.flip(Effect.provide(Fingerprint.ofFile(path), NodeFileSystem.layer))
          assert.strictEqual(error.message, usual.message)
        }
      })
    ))
})

const read = (path: string, { limit = maxBytes, use = "body" }: { limit?: number; use?: "header" | "body" } = {}) =>
  Effect.flatMap(FileReader, (reader) => reader.read(path, limit, use))

describe("NodeFiles, as a reader of small files", () => {
  it.live("reads a file, with what FileStat says of it", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        for (const size of [0, 1, 200_000, maxBytes]) {
          const path = join(folder, `${size}.tif`)
          const bytes = new Uint8Array(size).map((_, at) => at)
          Fs.writeFileSync(path, bytes)
          const found = yield* read(path)
          assert.deepStrictEqual(found?.bytes, bytes)
          assert.deepStrictEqual(found?.info && Fingerprint.of(found.info), yield* Fingerprint.ofFile(path))
        }
      })
    ))

  it.live("does not read a file above the limit, nor one too large to be held", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const path = join(folder, "a.tif")
        Fs.writeFileSync(path, new Uint8Array(1001))
        const found = yield* read(path, { limit: 1000 })
        assert.deepStrictEqual([found?.bytes, found?.info.size], [undefined, 1001])
        Fs.truncateSync(path, maxBytes + 1)
        const large = yield* read(path, { limit: 2 * maxBytes })
        assert.deepStrictEqual([large?.bytes, large?.info.size], [undefined, maxBytes + 1])
      })
    ))

  it.live("leaves what is not a regular file, or is not there, to the usual way, and waits for none", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const pipe = join(folder, "pipe")
        execFileSync("mkfifo", [pipe])
        const loop = join(folder, "loop")
        Fs.symlinkSync(loop, loop)
        const socket = join(folder, "socket")
        const server = createServer().listen(socket)
        yield* Effect.addFinalizer(() =>
          Effect.promise(() => new Promise((resolve) => server.close(() => resolve(undefined))))
        )
        const missing = [join(folder, "none"), join(folder, "a\0b"), join(folder, "a\0b", "c"), ""]
        for (const path of [folder, pipe, loop, socket, "/dev/null", ...missing]) {
          assert.isUndefined(yield* read(path), path)
        }
      }).pipe(Effect.scoped)
    ))

  it.live("does not follow a link for a header, as it may lead to another machine", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const [path, link] = [join(folder, "a.tif"), join(folder, "link.tif")] as const
        Fs.writeFileSync(path, "one")
        Fs.symlinkSync(path, link)
        assert.isUndefined(yield* read(link, { use: "header" }))
        assert.strictEqual(Buffer.from((yield* read(link))?.bytes ?? []).toString(), "one")
      })
    ))

  it.live("does not open a named pipe, whose writer would be left without a reader", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const pipe = join(folder, "pipe")
        execFileSync("mkfifo", [pipe])
        const writer = spawn("sh", ["-c", "echo written > \"$0\"", pipe])
        const ended = once(writer, "close")
        // enough for files to be expected in the page cache
        for (let n = 0; n < 20; n++) assert.isUndefined(yield* read(pipe))
        const written = yield* Effect.promise(() => promisify(execFile)("cat", [pipe]))
        assert.strictEqual(written.stdout, "written\n")
        assert.deepStrictEqual(yield* Effect.promise(() => ended), [0, null])
      })
    ))

  it.live("uses memory that was released again, and no other", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const path = join(folder, "a.tif")
        Fs.writeFileSync(path, "one")
        const { release } = yield* FileReader
        const buffers = []
        for (const released of [false, true, false]) {
          const { bytes = new Uint8Array() } = (yield* read(path)) ?? {}
          buffers.push(bytes.buffer)
          if (released) release(bytes)
        }
        assert.notStrictEqual(buffers[1], buffers[0])
        assert.strictEqual(buffers[2], buffers[1])
      })
    ))

  it.live("reads a file of another machine for its body only", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const path = join(folder, "a.tif")
        Fs.writeFileSync(path, "one")
        const nfs = { type: 0x6969 }
        yield* Effect.gen(function*() {
          assert.isUndefined(yield* read(path, { use: "header" }))
          assert.strictEqual(Buffer.from((yield* read(path))?.bytes ?? []).toString(), "one")
        }).pipe(
          Effect.provide(Layer.fresh(NodeFiles.layer)),
          Effect.provideService(StatFs, () => Promise.resolve(nfs))
        )
      })
    ))

  it.live.runIf(process.platform === "linux")(
    "closes what it opens, even if nobody waits for it any more",
    () =>
      inFolder((folder) =>
        Effect.gen(function*() {
          const path = join(folder, "a.tif")
          Fs.writeFileSync(path, "one")
          const isOpen = () =>
            Fs.readdirSync("/proc/self/fd").some((file) => {
              try {
                return Fs.readlinkSync(`/proc/self/fd/${file}`) === path
              } catch {
                return false // the listing's own
              }
            })
          yield* read(path)
          yield* read(path, { limit: 1 })
          assert.isFalse(isOpen())
          const reading = yield* Effect.forkChild(read(path), { startImmediately: true })
          yield* Fiber.interrupt(reading)
          yield* read(path)
          // What nobody waits for may still be on its way: left open, it would be so until the test's time is over.
          while (isOpen()) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        })
      )
  )
})
