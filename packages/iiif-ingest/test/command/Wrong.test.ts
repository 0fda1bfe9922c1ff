/** Wrong command lines and input, failures by kind, and what is asked and shown. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { client, folder, here, layer as sandboxed, linesOf, only, picturesFolder } from "./support/command.ts"

const image = Path.join(picturesFolder, "coffee.png")

layer(sandboxed, { excludeTestServices: true })("the command", (it) => {
  describe("refuses", () => {
    it.effect.each<readonly [args: ReadonlyArray<string>, message: RegExp]>([
      [["uplaod"], /Unknown subcommand "uplaod".*Did you mean this\? upload/],
      [["upload"], /Missing required argument: path/],
      [["upload", image, "--uploads", "0"], /--uploads/],
      [["ingest", image, "--env", "production"], /--env.*"production"/],
      [["status"], /Missing required argument: job/]
    ])("the wrong command line %j with a message, help and 2", ([args, message]) =>
      Effect.gen(function*() {
        const { code, stderr, stdout } = yield* here(args)
        assert.strictEqual(code, 2)
        assert.strictEqual(stdout, "")
        assert.match(stderr, message)
        assert.include(stderr, "USAGE")
      }))

    it.effect("paths that are not there, all of them at once", () =>
      Effect.gen(function*() {
        const { env } = yield* client
        const { code, stderr } = yield* here(["ingest", "/nowhere/a.tif", "/nowhere/b.tif"], { env })
        assert.strictEqual(code, 2)
        assert.match(stderr, /\/nowhere\/a\.tif: there is no such[^]*\/nowhere\/b\.tif: there is no such/)
      }))

    it.effect("settings that are missing, with 3", () =>
      Effect.gen(function*() {
        const { code, stderr, stdout } = yield* here(["token", "--json"])
        assert.strictEqual(code, 3)
        assert.include(stderr, "LTS_IIIF_ACCOUNT")
        assert.include(stderr, "LTS_IIIF_PRIVATE_KEY_PATH")
        const problem = only(linesOf(stdout), "iiif-ingest problem")
        assert.deepStrictEqual([problem.kind, problem.exitCode], ["configuration", 3])
      }))

    it.effect("keys of the bucket that are wrong for every image, with 3", () =>
      Effect.gen(function*() {
        const { env } = yield* client
        const wrong = { ...env, AWS_SECRET_ACCESS_KEY: "x".repeat(40) }
        const { code, stdout } = yield* here(["ingest", image, "--label", "Coffee"], { env: wrong })
        assert.strictEqual(code, 3, stdout)
        assert.include(stdout, "the AWS credentials are missing or were not accepted")
      }))

    it.effect("to go on where nothing answers, with 4", () =>
      Effect.gen(function*() {
        const { code, stderr } = yield* here(["check", "http://127.0.0.1:1/manifest.json"])
        assert.strictEqual(code, 4)
        assert.include(stderr, "cannot be reached")
      }))

    it.effect("a job that the service does not know, with 5", () =>
      Effect.gen(function*() {
        const { env } = yield* client
        const { code, stderr } = yield* here(["status", "0".repeat(24)], { env })
        assert.strictEqual(code, 5)
        assert.include(stderr, "HTTP 404")
      }))

    it.effect("a journal that cannot be written, with 7 and --journal", () =>
      Effect.gen(function*() {
        const { env } = yield* client
        const { code, stderr } = yield* here(["upload", image, "--journal", "/proc/none/journal.sqlite"], { env })
        assert.strictEqual(code, 7)
        assert.match(stderr, /^iiif-ingest: journal: .*--journal FILE/m)
        assert.notMatch(stderr, /\bat .*:\d+:\d+/)
      }))

    it.effect.each(["ingest", "upload"])(
      "to %s in prod without a terminal to ask on",
      (name) =>
        Effect.gen(function*() {
          const { env } = yield* client
          const { code, stderr } = yield* here([name, image, "--env", "prod"], { env })
          assert.strictEqual(code, 2)
          assert.match(stderr, /in prod: there is no terminal to ask on, so say --yes/)
        })
    )

    it.effect("to replace pictures if the answer is no", () =>
      Effect.gen(function*() {
        const { env } = yield* client
        const { code, stderr } = yield* here(["upload", image, "--replace"], { env, typed: "n\n" })
        assert.strictEqual(code, 2)
        assert.match(stderr, /this may replace pictures in the bucket\. Go on\? \[y\/N\]/)
        assert.include(stderr, "nothing was done, since the answer was no")
      }))
  })

  it.effect("shows what a token says, and the token only where it is asked for", () =>
    Effect.gen(function*() {
      const { env } = yield* client
      const shown = yield* here(["token"], { env })
      assert.strictEqual(shown.code, 0)
      assert.match(shown.stdout, /^issuer {5}sandbox$/m)
      assert.notInclude(shown.stdout, "eyJ")
      const revealed = only(
        linesOf((yield* here(["token", "--reveal", "--json"], { env })).stdout),
        "iiif-ingest token"
      )
      assert.match(revealed.token ?? "", /^eyJ/)
      assert.strictEqual(revealed.expiresAt - revealed.issuedAt, 3600)
    }))

  it.effect("says whether the service answers", () =>
    Effect.gen(function*() {
      const { env, sandbox } = yield* client
      const { code, stdout } = yield* here(["service", "--json"], { env })
      assert.strictEqual(code, 0)
      assert.strictEqual(only(linesOf(stdout), "iiif-ingest service").manifestUrl, sandbox.url)
    }))

  it.effect("finds what is wrong with a manifest, with what to do", () =>
    Effect.gen(function*() {
      const file = Path.join(yield* folder, "manifest.json")
      Fs.writeFileSync(file, JSON.stringify({ type: "Manifest", id: "manifest.json" }))
      const { code, stdout } = yield* here(["check", file])
      assert.strictEqual(code, 1)
      assert.match(stdout, /^error: items: .* \[missing\]\n {2}\S/m)
      const { errors, findings } = only(linesOf((yield* here(["check", file, "--json"])).stdout), "iiif-ingest check")
      assert.strictEqual(findings.filter(({ severity }) => severity === "error").length, errors)
    }))

  it.effect("builds a manifest of images without sending anything", () =>
    Effect.gen(function*() {
      const { env, sandbox } = yield* client
      const before = (yield* sandbox.requests()).length
      const { code, stderr, stdout } = yield* here(["manifest", picturesFolder, "--metadata", "Creator=NASA"], { env })
      assert.strictEqual(code, 0, stderr)
      const manifest = JSON.parse(stdout)
      assert.match(manifest.id, /URN-3:SANDBOX:IMAGES:MANIFEST:3$/)
      assert.strictEqual(manifest.items.length, 5)
      assert.deepStrictEqual(manifest.metadata, [{ label: { none: ["Creator"] }, value: { none: ["NASA"] } }])
      assert.strictEqual((yield* sandbox.requests()).length, before)
    }))

  it.effect("uses colors on a terminal only, and not with NO_COLOR", () =>
    Effect.gen(function*() {
      const args = ["status", " "]
      assert.include((yield* here(args, { isTerminal: true })).stderr, "\u001b[1;31m")
      const [plain, without] = [yield* here(args), yield* here(args, { isTerminal: true, env: { NO_COLOR: "1" } })]
      assert.notInclude(plain.stderr, "\u001b")
      assert.notInclude(without.stderr, "\u001b[1;31m")
    }))
})
