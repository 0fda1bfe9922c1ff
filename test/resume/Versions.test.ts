/**
 * One file in two versions, over sockets and with a process that is killed: what is in the bucket is one whole version,
 * or the image is refused.
 */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { type RequestLog, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Layer, Option, type Scope } from "effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { writeLargeTiff } from "../support/pictures.ts"
import * as Program from "./support/program.ts"

const MiB = 1024 * 1024
const upload = { partSize: 5 * MiB, concurrency: 1, partConcurrency: 1 }

const layers = Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer)

type Edit = (path: string) => void

/** Changes bytes in the first and the last part, not in the header. */
const changeBytes: Edit = (path) => {
  const bytes = Fs.readFileSync(path)
  for (const at of [bytes.length - 100_000, 1_000_000]) bytes.fill(0xa5, at, at + 50_000)
  Fs.writeFileSync(path, bytes)
}

const edits: Record<string, Edit> = {
  "another size": (path) => {
    changeBytes(path)
    Fs.appendFileSync(path, new Uint8Array(1000))
  },
  "the size kept": changeBytes,
  "size and time kept by touch -r": (path) => {
    Fs.copyFileSync(path, `${path}.before`)
    execFileSync("touch", ["-r", path, `${path}.before`])
    changeBytes(path)
    execFileSync("touch", ["-r", `${path}.before`, path])
    Fs.rmSync(`${path}.before`)
  },
  "size and time kept, another file in its place, as rsync --times and a restored backup leave it": (path) => {
    Fs.copyFileSync(path, `${path}.new`)
    changeBytes(`${path}.new`)
    execFileSync("touch", ["-r", path, `${path}.new`])
    Fs.renameSync(`${path}.new`, path)
  }
}

const world = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.reset
  const root = yield* fs.makeTempDirectoryScoped()
  const folder = Path.join(root, "folder")
  Fs.mkdirSync(folder)
  const path = Path.join(folder, "page.tif")
  writeLargeTiff(path, 2000, 1900)
  const object = Effect.map(
    sandbox.object(sandbox.s3.bucket, "images/page.tif"),
    Option.match({ onNone: () => undefined, onSome: ({ file }) => Fs.readFileSync(file) })
  )
  const run = (at?: (request: RequestLog.RequestLogEntry) => boolean) =>
    Program.run({ folder, upload, journal: Path.join(root, "journal.sqlite") }, at)
  return { path, object, run }
})

const parts = (run: Program.Run) =>
  run.requests.filter(({ op }) => op === "UploadPart").map(({ path }) =>
    Number(new URL(path, "http://sandbox").searchParams.get("partNumber"))
  )

/** Parts are sent one at a time, so that those before this one are in the journal. */
const isPart = (number: number) => (request: RequestLog.RequestLogEntry): boolean =>
  request.op === "UploadPart" && request.path.includes(`partNumber=${number}&`)

const check = (
  title: string,
  test: (
    edit: Edit,
    what: string
  ) => Effect.Effect<void, unknown, Sandbox.Sandbox | FileSystem.FileSystem | Scope.Scope>,
  whats: ReadonlyArray<string>
) =>
  it.live.each(whats)(
    `a file edited with %s, ${title}`,
    (what) => test(edits[what] ?? changeBytes, what).pipe(Effect.scoped, Effect.provide(layers))
  )

const all = Object.keys(edits)
/** The others are seen by their size and time: `packages/core/test/upload/Versions.test.ts`. */
const timeKept = all.filter((what) => what.startsWith("size and time kept"))

describe("one file in two versions", () => {
  check("between a kill and the next run is stored in its new version, whole", (edit, what) =>
    Effect.gen(function*() {
      const { object, path, run } = yield* world
      assert.isTrue((yield* run(isPart(3))).killed)
      assert.isUndefined(yield* object)
      edit(path)
      const next = yield* run()
      assert.strictEqual(next.lines.at(-1)?._tag, "Uploaded", next.stderr)
      assert.isTrue((yield* object)?.equals(Fs.readFileSync(path)))
      // the second part is the same in both versions
      assert.deepStrictEqual(parts(next), timeKept.includes(what) ? [1, 3] : [1, 2, 3])
    }), all)

  check("while it is sent is stored in its new version, whole, or refused", (edit) =>
    Effect.gen(function*() {
      const { object, path, run } = yield* world
      let edited = false
      const only = yield* run((request) => {
        if (isPart(2)(request) && !edited) edit(path)
        edited ||= isPart(2)(request)
        return false
      })
      assert.isTrue(edited)
      const stored = yield* object
      if (stored === undefined) assert.include(only.lines.map(({ _tag }) => _tag), "Failed")
      else assert.isTrue(stored.equals(Fs.readFileSync(path)))
    }), timeKept.slice(0, 1))

  check("after it was stored is refused, and the object stays as it was", (edit) =>
    Effect.gen(function*() {
      const { object, path, run } = yield* world
      yield* run()
      const before = yield* object
      edit(path)
      const last = (yield* run()).lines.at(-1)
      assert.include(last?._tag === "Failed" ? last.problem : last, "already holds different bytes")
      assert.isTrue((yield* object)?.equals(before ?? new Uint8Array()))
    }), timeKept.slice(0, 1))
})
