import { assert, describe, it } from "@effect/vitest"
import { Credentials, Fate, IngestImage, IngestProgram, IngestReport, MpsConfig } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Option, Redacted } from "effect"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import * as Net from "node:net"
import * as Path from "node:path"
import { onSandbox, sandboxSettings } from "../examples/support/sandboxLayers.ts"
import { images, pathOf, pictures } from "./support/pictures.ts"
import { patient, short } from "./support/policies.ts"
import { layersWith, sandboxKeys } from "./support/sandboxLayers.ts"

const fates = (report: IngestReport.IngestReport) => report.assets.map((asset) => asset.fate._tag)

const program = (options: Partial<IngestProgram.Options> = {}) =>
  IngestProgram.ingestProgram({ images, manifest: { name: "FAILS", label: "Fails" }, ...options })

const run = (options?: Partial<IngestProgram.Options>) => program(options).pipe(short)

/** A run on the sandbox in the context, with some of its settings changed. */
const withSettings = (
  change: (own: MpsConfig.Options) => MpsConfig.Options,
  options?: Partial<IngestProgram.Options>
) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    return yield* run(options).pipe(
      Effect.provide(layersWith(MpsConfig.layer(change(sandboxSettings(sandbox))), sandboxKeys))
    )
  })

const ops = Effect.map(
  Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.requests()),
  (requests) => requests.map((request) => request.op)
)

const sandboxed = (options: Sandbox.SandboxOptions = {}) => Effect.provide(Sandbox.Sandbox.layer(options))

/** A port on which nothing listens. */
const closedPort = Effect.callback<number>((resume) => {
  const server = Net.createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

describe("each failure has its own error or fate", () => {
  it.live("a file that does not match checksums.md5: the error names it, and nothing is submitted", () =>
    Effect.gen(function*() {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const digest = (text: Crypto.BinaryLike) => Crypto.createHash("md5").update(text).digest("hex")
      const sums = pictures.map(({ name }) => {
        Fs.copyFileSync(pathOf(name), Path.join(folder, name))
        return `${digest(name === "coffee.png" ? "the original bytes" : Fs.readFileSync(pathOf(name)))}  ${name}`
      })
      Fs.writeFileSync(Path.join(folder, "checksums.md5"), sums.join("\n"))
      const report = yield* run({ images: (yield* IngestImage.directory(folder)).images })
      const failed = report.assets.filter(({ fate }) => fate._tag !== "NotSubmitted")
      assert.deepStrictEqual(failed.map(({ source }) => Path.basename(source)), ["coffee.png"])
      for (const { fate } of failed) assert.match(Fate.describeAsset(fate), /checksums\.md5 gives/)
      assert.notInclude(yield* ops, "Initialize")
      const sandbox = yield* Sandbox.Sandbox
      assert.isTrue(Option.isNone(yield* sandbox.object(sandbox.s3.bucket, "images/coffee.png")))
    }).pipe(Effect.scoped, Effect.provide(onSandbox), sandboxed()))

  it.live("a key unknown to the service: Unauthorized, and the images stay in the bucket", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const { privateKey } = Crypto.generateKeyPairSync("rsa", { modulusLength: 2048 })
      const pem = Redacted.make(String(privateKey.export({ type: "pkcs8", format: "pem" })))
      const wrong = Credentials.layer({ issuer: sandbox.issuer, kid: sandbox.kid, key: Credentials.keyText(pem) })
      const error = yield* run().pipe(
        Effect.provide(layersWith(MpsConfig.layer(sandboxSettings(sandbox)), wrong)),
        Effect.flip
      )
      assert.strictEqual(error._tag, "LtsError")
      if (error._tag === "LtsError") assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.strictEqual((yield* ops).filter((op) => op === "Initialize").length, 1)
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
    }).pipe(sandboxed()))

  it.live("a missing bucket: every image's fate says so, and nothing is submitted", () =>
    Effect.gen(function*() {
      const report = yield* withSettings((own) => ({ ...own, bucket: "no-such-bucket" }))
      assert.deepStrictEqual(fates(report), Array.from(pictures, () => "UploadFailed"))
      for (const { fate } of report.assets) {
        assert.match(Fate.describeAsset(fate), /there is no bucket no-such-bucket/)
      }
      assert.strictEqual(report.manifest._tag, "None")
      assert.isFalse(IngestReport.isComplete(report))
      assert.isFalse((yield* ops).includes("Initialize"))
    }).pipe(sandboxed()))

  it.live("a truncated image: refused before any byte is sent, and the other images are not sent either", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const cut = Path.join(yield* fs.makeTempDirectoryScoped(), "cut.tif")
      const whole = yield* fs.readFile(pathOf("falcon9-strips.tif"))
      yield* fs.writeFile(cut, whole.subarray(0, whole.length / 2))
      const report = yield* run({ images: [...images, IngestImage.file(cut)] })
      assert.deepStrictEqual(fates(report), [...pictures.map(() => "NotSent"), "Refused"])
      assert.match(Fate.describeAsset(report.assets[5]?.fate ?? never()), /cut short/)
      assert.deepStrictEqual(yield* ops, [])
    }).pipe(Effect.scoped, Effect.provide(onSandbox), sandboxed()))

  it.live("a truncated image with submitRest: the manifest has the other images, and the report names it", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const cut = Path.join(yield* fs.makeTempDirectoryScoped(), "cut.tif")
      yield* fs.writeFile(cut, (yield* fs.readFile(pathOf("falcon9-strips.tif"))).subarray(0, 5000))
      const report = yield* run({ images: [IngestImage.file(cut), ...images], onUploadFailure: "submitRest" })
      assert.deepStrictEqual(fates(report), ["Refused", ...pictures.map(() => "Served")])
      assert.strictEqual(report.manifest._tag, "Served")
      assert.isFalse(IngestReport.isComplete(report))
    }).pipe(Effect.scoped, Effect.provide(onSandbox), sandboxed()))

  it.live("an unreachable ingest service: Unreachable, after retries", () =>
    Effect.gen(function*() {
      const port = yield* closedPort
      const error = yield* withSettings((own) => ({ ...own, ingestUrl: `http://127.0.0.1:${port}/admin/ingest` })).pipe(
        Effect.flip
      )
      assert.strictEqual(error._tag, "LtsError")
      if (error._tag === "LtsError") assert.strictEqual(error.reason._tag, "Unreachable")
    }).pipe(sandboxed()))

  it.live("an unreachable bucket: every image's fate says so", () =>
    Effect.gen(function*() {
      const port = yield* closedPort
      const report = yield* withSettings((own) => ({ ...own, s3Endpoint: `http://127.0.0.1:${port}` }))
      assert.deepStrictEqual(fates(report), Array.from(pictures, () => "UploadFailed"))
      assert.match(Fate.describeAsset(report.assets[0]?.fate ?? never()), /cannot be reached/)
    }).pipe(sandboxed()))

  it.live("a job that fails as a whole: every asset that is not served is named in the report", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.faults.add({
        match: { op: "IngestAsset" },
        effect: { type: "childFailure", message: "the converter gave up" }
      })
      const report = yield* run()
      assert.isFalse(report.job?.result?.succeeded)
      assert.deepStrictEqual(fates(report), Array.from(pictures, () => "NotServed"))
      assert.strictEqual(report.manifest._tag, "NotServed")
      assert.match((report.job?.result?.errors ?? []).join("\n"), /the converter gave up/)
    }).pipe(Effect.provide(onSandbox), sandboxed()))

  it.live("a job that reports success although an image failed: verification finds it", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.faults.add({
        match: { op: "IngestAsset", assetId: "coffee" },
        effect: { type: "childFailure", message: "the converter gave up" }
      })
      const report = yield* run()
      assert.strictEqual(report.job?.result?.job.state, "success")
      assert.isFalse(IngestReport.isComplete(report))
      assert.deepStrictEqual(fates(report), pictures.map(({ id }) => id === "coffee" ? "NotServed" : "Served"))
    }).pipe(Effect.provide(onSandbox), sandboxed()))

  it.live("a lost reply to the request: its assets are found to be served, and nothing is posted twice", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.faults.add({ match: { op: "Initialize" }, times: 1, effect: { type: "lostReply" } })
      const report = yield* program().pipe(patient)
      assert.isTrue(IngestReport.isComplete(report))
      assert.isUndefined(report.job)
      assert.isFalse(report.resubmitted)
      assert.strictEqual((yield* sandbox.jobs.list).length, 1)
    }).pipe(Effect.provide(onSandbox), sandboxed()))

  it.live("a lost request: it is posted again as an upsert, and the report says so", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.faults.add({ match: { op: "Initialize" }, times: 1, effect: { type: "status", status: 502 } })
      const report = yield* run()
      assert.isTrue(IngestReport.isComplete(report))
      assert.isTrue(report.resubmitted)
      assert.strictEqual((yield* sandbox.jobs.list).length, 1)
    }).pipe(Effect.provide(onSandbox), sandboxed()))

  it.live("a lost request with onUnknownSubmit: \"stop\": SubmissionUnknown", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.faults.add({ match: { op: "Initialize" }, times: 1, effect: { type: "status", status: 502 } })
      const error = yield* Effect.flip(run({ onUnknownSubmit: "stop" }))
      assert.strictEqual(error._tag, "SubmissionUnknown")
    }).pipe(Effect.provide(onSandbox), sandboxed()))

  it.live("real credentials against the sandbox: refused before anything is sent", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const other = Credentials.layer({
        issuer: "atissuer",
        kid: sandbox.kid,
        key: Credentials.keyFile(sandbox.privateKeyPath)
      })
      const error = yield* run().pipe(
        Effect.provide(layersWith(MpsConfig.layer(sandboxSettings(sandbox)), other)),
        Effect.flip
      )
      assert.strictEqual(error._tag, "MpsConfigError")
      assert.deepStrictEqual(yield* sandbox.requests(), [])
    }).pipe(sandboxed()))
})

const never = (): never => {
  throw new Error("no such asset in the report")
}

describe("settings refused before any request", () => {
  it.live("a URL that is not loopback, in environment sandbox", () =>
    Effect.gen(function*() {
      const error = yield* withSettings((own) => ({
        ...own,
        ingestUrl: "https://mps-ingest-qa.lib.harvard.edu/admin/ingest"
      }))
        .pipe(Effect.flip)
      assert.strictEqual(error._tag, "MpsConfigError")
      assert.match(error.message, /ingestUrl: .*only loopback/)
    }).pipe(sandboxed()))
})
