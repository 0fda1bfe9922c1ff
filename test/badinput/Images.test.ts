import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Fate, ImageSource, IngestImage, IngestReport, Progress, Upload } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Layer } from "effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Child from "../support/child.ts"
import { pathOf, pictures } from "../support/pictures.ts"
import { badPictures, writeBadPictures } from "./support/badPictures.ts"
import {
  assertNothingSent,
  assertNothingSubmitted,
  coffee,
  falcon,
  fates,
  fresh,
  onServices,
  reportOf,
  requests,
  run,
  words
} from "./support/runs.ts"

const folder = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

/** Runs `act` once an image has been probed, before the first one is sent. */
const onceProbed = (id: string, act: () => void) =>
  Effect.provide(Progress.layer((event) =>
    Effect.sync(() => {
      if (event._tag === "Probed" && event.asset.id === id) act()
    })
  ))

/** What may happen to a file between being probed and being sent, and the message for it. */
const changes: ReadonlyArray<readonly [what: string, act: (path: string) => void, says: RegExp]> = [
  ["is removed", (path) => Fs.rmSync(path), /there is no such file; check the path/],
  [
    "grows",
    (path) => Fs.appendFileSync(path, "more"),
    /it changed after it was probed \(it had \d+ bytes and has \d+\)/
  ],
  [
    "is truncated",
    (path) => Fs.truncateSync(path, 100),
    /it changed after it was probed \(it had \d+ bytes and has 100\)/
  ],
  [
    "is written to",
    (path) => {
      const { mtimeMs } = Fs.statSync(path)
      const bytes = Fs.readFileSync(path)
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20)
      Fs.writeFileSync(path, bytes)
      Fs.utimesSync(path, new Date(), new Date(mtimeMs + 1000))
    },
    /it changed after it was probed .*run again when it is complete/
  ],
  [
    "becomes a pipe",
    (path) => {
      Fs.rmSync(path)
      execFileSync("mkfifo", [path])
    },
    /it is a named pipe; specify a file/
  ],
  [
    "becomes a folder",
    (path) => {
      Fs.rmSync(path)
      Fs.mkdirSync(path)
    },
    /it is a directory; specify a file/
  ]
]

layer(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer), { excludeTestServices: true })(
  "bad images",
  (it) => {
    it.effect("of every kind in one batch: all are reported at once, and nothing is sent", () =>
      Effect.gen(function*() {
        yield* fresh()
        const paths = writeBadPictures(yield* folder)
        const images = [coffee, ...paths.map((path) => IngestImage.file(path)), falcon]
        const { events, exit } = yield* run({ images })
        const report = reportOf(exit)
        const problems = words(report)
        for (const [i, { name, says }] of badPictures.entries()) {
          assert.match(problems.get(paths[i] ?? "") ?? "", says, name)
        }
        assert.deepStrictEqual(fates(report), ["NotSent", ...paths.map(() => "Refused"), "NotSent"])
        assert.strictEqual(report.manifest._tag, "None")
        assert.isFalse(IngestReport.isComplete(report))
        assert.strictEqual(events.filter((event) => event._tag === "Refused").length, badPictures.length)
        yield* assertNothingSent
      }))

    it.effect("with submitRest: the rest is submitted, and every omission is reported", () =>
      Effect.gen(function*() {
        yield* fresh()
        const paths = writeBadPictures(yield* folder)
        const images = [...paths.map((path) => IngestImage.file(path)), coffee, falcon]
        const report = reportOf((yield* run({ images, onUploadFailure: "submitRest" })).exit)
        assert.deepStrictEqual(fates(report), [...paths.map(() => "Refused"), "Served", "Served"])
        assert.strictEqual(report.manifest._tag, "Served")
        assert.isFalse(IngestReport.isComplete(report))
        assert.deepStrictEqual(
          report.assets.map((asset) => asset.source),
          [...paths, pathOf("coffee.png"), pathOf("falcon9-strips.tif")]
        )
      }))

    it.effect("through Upload: each fails with the same message, and nothing is in the bucket", () =>
      Effect.gen(function*() {
        yield* fresh()
        const paths = writeBadPictures(yield* folder)
        const { exit } = yield* onServices(
          Upload.Upload.use((upload) => upload.all(paths.map((path) => ImageSource.file(path))))
        )
        for (const [i, outcome] of reportOf(exit).entries()) {
          assert(outcome._tag === "Failed" && outcome.error._tag === "AssetError")
          assert.strictEqual(outcome.source, paths[i])
          assert.match(outcome.error.message, badPictures[i]?.says ?? /never/)
        }
        yield* assertNothingSent
      }))

    it.effect("truncated at every sixteenth of the file and of its first 512 bytes: each is refused", () =>
      Effect.gen(function*() {
        yield* fresh()
        const cuts = pictures.flatMap(({ name }) => {
          const whole = Fs.readFileSync(pathOf(name))
          return [whole.length, 512].flatMap((length) =>
            Array.from({ length: 15 }, (_, i) => {
              const end = Math.floor((length * (i + 1)) / 16)
              return IngestImage.bytes(whole.subarray(0, end), {
                name,
                id: `${Path.parse(name).name}${length}x${i}`.replaceAll("-", "")
              })
            })
          )
        })
        assert.strictEqual(cuts.length, 150)
        const { exit } = yield* run({ images: cuts })
        const report = reportOf(exit)
        for (const { fate, source } of report.assets) {
          assert.strictEqual(fate._tag, "Refused", source)
          assert.match(Fate.describeAsset(fate), /cut short: .* and there are \d+; .*again/)
        }
        yield* assertNothingSent
      }))

    it.effect("with another format's extension: sent as what it is, with a warning", () =>
      Effect.gen(function*() {
        const sandbox = yield* fresh()
        const path = Path.join(yield* folder, "coffee.tif")
        Fs.copyFileSync(pathOf("coffee.png"), path)
        const report = reportOf((yield* run({ images: [IngestImage.file(path)] })).exit)
        assert.isTrue(IngestReport.isComplete(report))
        assert.match(report.assets[0]?.warnings.join() ?? "", /png/i)
        assert.strictEqual((yield* sandbox.object(sandbox.s3.bucket, "images/coffee.png"))._tag, "Some")
      }))

    it.effect("given with the wrong size: refused, with both sizes", () =>
      Effect.gen(function*() {
        yield* fresh()
        const images = [IngestImage.file(pathOf("coffee.png"), { width: 601 })]
        const problems = words(reportOf((yield* run({ images })).exit))
        assert.match(
          [...problems.values()].join(),
          /the given size is 601 x 400 pixels but the file is 600 x 400: omit the size/
        )
        yield* assertNothingSent
      }))

    it.effect.each(changes)(
      "a file that %s after it was probed: its fate says so, and nothing is submitted",
      ([, act, says]) =>
        Effect.gen(function*() {
          const sandbox = yield* fresh()
          const path = Path.join(yield* folder, "moving.png")
          Fs.copyFileSync(pathOf("coffee.png"), path)
          const images = [falcon, IngestImage.file(path)]
          const report = reportOf((yield* run({ images }).pipe(onceProbed("moving", () => act(path)))).exit)
          assert.deepStrictEqual(fates(report), ["NotSubmitted", "UploadFailed"])
          assert.match(words(report).get(path) ?? "", says)
          assert.strictEqual((yield* sandbox.object(sandbox.s3.bucket, "images/moving.png"))._tag, "None")
          yield* assertNothingSubmitted
        })
    )

    it.effect("folders with symlink cycles: each file is listed once, and the links are reported as left out", () =>
      Effect.gen(function*() {
        yield* fresh()
        const root = yield* folder
        Fs.mkdirSync(Path.join(root, "a", "b"), { recursive: true })
        Fs.copyFileSync(pathOf("coffee.png"), Path.join(root, "a", "b", "1.png"))
        Fs.symlinkSync(root, Path.join(root, "a", "b", "up"))
        Fs.symlinkSync("self", Path.join(root, "self"))
        Fs.writeFileSync(Path.join(root, "a", "page.heic"), "")
        const { images, leftOut } = yield* IngestImage.directory(root)
        assert.deepStrictEqual(images.map(({ source }) => source.name), ["a/b/1.png", "a/page.heic"])
        assert.deepStrictEqual(leftOut.map(({ name }) => name), ["a/b/up", "self"])
        assert.match(leftOut[0]?.why ?? "", /links back to a folder that contains it/)
        const report = reportOf((yield* run({ images })).exit)
        assert.deepStrictEqual(fates(report), ["NotSent", "Refused"])
        yield* assertNothingSent
      }))

    it.effect("without read permission: refused with a clear message (in an unprivileged process)", () =>
      Effect.gen(function*() {
        const sandbox = yield* fresh()
        const root = yield* folder
        Fs.chmodSync(root, 0o755)
        const path = Path.join(root, "private.png")
        Fs.copyFileSync(pathOf("coffee.png"), path)
        Fs.chmodSync(path, 0)
        const within = Path.join(root, "closed")
        Fs.mkdirSync(within)
        Fs.copyFileSync(pathOf("coffee.png"), Path.join(within, "coffee.png"))
        Fs.chmodSync(within, 0)
        const { stdout, stderr } = yield* Child.run(process.execPath, [
          Path.join(import.meta.dirname, "support/probeUnprivileged.ts"),
          path,
          Path.join(within, "coffee.png")
        ])
        assert.match(stdout, /private\.png: the file cannot be read: permission denied; check the permissions/, stderr)
        assert.match(stdout, /closed\/coffee\.png: the file cannot be read: permission denied; check the permissions/)
        assert.deepStrictEqual(yield* requests, [])
        assert.deepStrictEqual(yield* sandbox.jobs.list, [])
      }))
  }
)
