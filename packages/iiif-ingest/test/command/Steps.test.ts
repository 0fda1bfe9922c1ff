/** Each step by itself, as real processes against a real sandbox. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { writeSmallFiles } from "../../../../test/support/pictures.ts"
import { client, command, folder, layer as sandboxed, linesOf, only, picturesFolder } from "./support/command.ts"

/** No output has a control code or a secret. */
const isClean = (text: string) => {
  assert.notInclude(text, "\u001b")
  assert.notInclude(text, "\r")
  assert.notMatch(text, /eyJ[\w-]{8,}\.|PRIVATE KEY/)
}

layer(sandboxed, { excludeTestServices: true })("the command against a sandbox", (it) => {
  it.effect("ingests a folder, and posts nothing the second time", () =>
    Effect.gen(function*() {
      const { env, sandbox } = yield* client
      const args = ["ingest", picturesFolder, "--name", "FIVE", "--label", "Five pictures", "--rights", rights]
      const first = yield* command(args, { env })
      assert.strictEqual(first.code, 0, first.stderr)
      isClean(first.stdout + first.stderr)
      assert.match(first.stdout, /^manifest {2}http.*\/URN-3:SANDBOX:FIVE:MANIFEST:3: served$/m)
      assert.include(first.stdout, `viewer    ${sandbox.url}/view/URN-3:SANDBOX:FIVE`)
      assert.match(first.stdout, /^job {7}[0-9a-f]{24}: success$/m)
      assert.match(first.stdout, /^images {4}5 of 5 served$/m)
      assert.match(first.stdout, /coffee\.png \(coffee\): served, 600 x 400$/m)
      assert.match(first.stderr, /^uploaded {2}images\/coffee\.png {2}467 kB, sent \(\d\/5\)$/m)

      const before = (yield* sandbox.requests()).filter(({ method }) => method === "POST" || method === "PUT").length
      const second = yield* command([...args, "--json"], { env })
      assert.strictEqual(second.code, 0, second.stderr)
      const { complete, report } = only(linesOf(second.stdout), "iiif-ingest ingest")
      assert.isTrue(complete)
      assert.isTrue(report.job?.earlier)
      const after = (yield* sandbox.requests()).filter(({ method }) => method === "POST" || method === "PUT").length
      assert.strictEqual(after, before)
    }), 60_000)

  it.effect("uploads, builds, submits and follows the job", () =>
    Effect.gen(function*() {
      const { env, state } = yield* client
      const [assets, built] = [Path.join(state, "assets.json"), Path.join(state, "manifest.json")]
      const images = yield* folder
      yield* Effect.promise(() => writeSmallFiles(images, 3))
      Fs.writeFileSync(Path.join(images, "notes.txt"), "left out")

      const uploaded = yield* command(["upload", images, "--json", "--asset-prefix", "steps"], { env })
      assert.strictEqual(uploaded.code, 0, uploaded.stderr)
      Fs.writeFileSync(assets, uploaded.stdout)
      const upload = only(linesOf(uploaded.stdout), "iiif-ingest upload")
      assert.deepStrictEqual(upload.assets.map(({ how, id }) => [String(id), how]), [
        ["stepspage001", "sent"],
        ["stepspage002", "sent"],
        ["stepspage003", "sent"]
      ])
      assert.deepStrictEqual(upload.leftOut.map(({ name }) => name), ["notes.txt"])

      const made = yield* command(["manifest", "--assets", assets, "--name", "STEPS", "-o", built], { env })
      assert.strictEqual(made.code, 0, made.stderr)
      assert.match(made.stdout, /manifest\.json: http.*URN-3:SANDBOX:STEPS:MANIFEST:3\n$/)

      const submitted = yield* command(["submit", assets, "--manifest", built, "--json"], { env })
      assert.strictEqual(submitted.code, 0, submitted.stderr)
      const { identifiers, jobId } = only(linesOf(submitted.stdout), "iiif-ingest submission")
      assert.strictEqual(identifiers.length, 3)

      const followed = yield* command(["status", jobId, "--follow", "--json"], { env })
      assert.strictEqual(followed.code, 0, followed.stderr)
      const last = linesOf(followed.stdout).at(-1)
      assert.isTrue(last?.format === "iiif-ingest job" && last.ended && last.succeeded === true)
    }), 60_000)

  it.effect("says which image was not uploaded, and ends with 1", () =>
    Effect.gen(function*() {
      const { env } = yield* client
      const images = yield* folder
      yield* Effect.promise(() => writeSmallFiles(images, 1))
      Fs.writeFileSync(Path.join(images, "torn.tif"), "not an image")
      const ended = yield* command(["upload", images, "--quiet", "--asset-prefix", "torn"], { env })
      assert.strictEqual(ended.code, 1)
      assert.strictEqual(ended.stderr, "")
      assert.match(ended.stdout, /torn\.tif: /)
      assert.match(ended.stdout, /^1 image in the bucket, \d+ B \(1 sent\): /m)
    }), 60_000)

  it.effect("stops on Ctrl-C, says how to go on, and sends nothing twice", () =>
    Effect.gen(function*() {
      const { env, sandbox } = yield* client
      const images = yield* folder
      yield* Effect.promise(() => writeSmallFiles(images, 12))
      const args = ["upload", images, "--uploads", "2", "--asset-prefix", "cut"]
      const slow = { match: { op: "PutObject" }, effect: { type: "delay", millis: 150 } } as const
      yield* sandbox.faults.add(slow)
      const isPut = (path: string) => path.includes("/cutpage")
      const stopped = yield* command(args, {
        env,
        during: (child) =>
          Effect.andThen(
            sandbox.awaitRequest((one) => one.op === "PutObject" && isPut(one.path) && one.status === 200),
            Effect.sync(() => child.kill("SIGINT"))
          )
      })
      yield* sandbox.faults.remove(slow)
      yield* sandbox.awaitIdle
      assert.strictEqual(stopped.code, 130, stopped.stderr)
      assert.include(stopped.stderr, "stopping (once more: stop at once)")
      assert.include(stopped.stderr, `To go on:\n  iiif-ingest upload ${images} --uploads 2 --asset-prefix cut\n`)
      isClean(stopped.stdout + stopped.stderr)
      const puts = (yield* sandbox.requests({ method: "PUT" })).filter(({ path }) => isPut(path))
      const arrived = puts.filter(({ status }) => status === 200).map(({ path }) => path)
      assert.isAbove(arrived.length, 0)
      assert.isBelow(arrived.length, 12)

      const again = yield* command(args, { env })
      assert.strictEqual(again.code, 0, again.stderr)
      const sentAgain = (yield* sandbox.requests({ method: "PUT" })).filter(({ path }) => isPut(path)).slice(
        puts.length
      )
      assert.deepStrictEqual(sentAgain.filter(({ path }) => arrived.includes(path)).map(({ path }) => path), [])
      assert.match(again.stdout, /^12 images in the bucket/m)
    }), 60_000)

  it.effect("stops at once on a second Ctrl-C", () =>
    Effect.gen(function*() {
      const { env, sandbox } = yield* client
      const images = yield* folder
      yield* Effect.promise(() => writeSmallFiles(images, 2))
      const hold = { match: { op: "PutObject" }, effect: { type: "delay", millis: 600_000 } } as const
      yield* sandbox.faults.add(hold)
      const ended = yield* command(["upload", images, "--asset-prefix", "twice"], {
        env,
        during: (child) =>
          Effect.andThen(
            sandbox.awaitRequest(({ op, path }) => op === "PutObject" && path.includes("/twicepage")),
            Effect.sync(() => (child.kill("SIGINT"), child.kill("SIGTERM")))
          )
      })
      yield* sandbox.faults.remove(hold)
      assert.strictEqual(ended.code, 130)
    }), 60_000)

  it.effect("ends quietly where nobody reads on", () =>
    Effect.gen(function*() {
      const { env, sandbox } = yield* client
      const images = yield* folder
      yield* Effect.promise(() => writeSmallFiles(images, 5))
      const ended = yield* command(["upload", images, "--json", "--asset-prefix", "pipe"], {
        env,
        during: (child) => Effect.sync(() => child.stdout?.destroy())
      })
      assert.strictEqual(ended.code, 0)
      assert.strictEqual(ended.stderr, "")
      const puts = (yield* sandbox.requests({ method: "PUT" })).filter(({ path }) => path.includes("/pipepage"))
      assert.strictEqual(puts.length, 5)
    }), 60_000)
})

const rights = "http://creativecommons.org/publicdomain/mark/1.0/"
