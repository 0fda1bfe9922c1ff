import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import * as Fs from "node:fs"
import { isBuiltin } from "node:module"
import * as Path from "node:path"
import { Printed } from "../../packages/sandbox/test/support/printed.ts"
import { root, run, start } from "../support/child.ts"
import { pathOf } from "../support/pictures.ts"
import { makeProject, type Project } from "./support/project.ts"

class Packed extends Context.Service<Packed, Project>()("test/Packed") {
  static readonly layer = Layer.effect(Packed, makeProject).pipe(Layer.provide(NodeServices.layer))
}

const Exports = Schema.Record(Schema.String, Schema.NullOr(Schema.String))

const Manifest = Schema.fromJsonString(Schema.Struct({
  exports: Exports,
  bin: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  dependencies: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  license: Schema.String
}))

const filesIn = (name: string, folder: string): ReadonlyArray<string> =>
  Fs.readdirSync(Path.join(root, "packages", name.replace("@iiif-ingest/", ""), folder), {
    recursive: true,
    encoding: "utf8",
    withFileTypes: true
  }).filter((entry) => entry.isFile()).map((entry) =>
    Path.relative(
      Path.join(root, "packages", name.replace("@iiif-ingest/", "")),
      Path.join(entry.parentPath, entry.name)
    )
  )

/** What a package exports once it is published: the workspace's exports with build output in place of sources. */
const published = (exports: typeof Exports.Type) =>
  Object.fromEntries(
    Object.entries(exports).map(([path, target]) => [
      path,
      target?.startsWith("./src/") === true ? target.replace("./src/", "./dist/").replace(/\.ts$/, ".js") : target
    ])
  )

const variables = ({ issuer, kid, privateKeyPath, s3, url }: typeof Printed.Type) => ({
  LTS_IIIF_ENVIRONMENT: "sandbox",
  LTS_IIIF_INGEST_URL: `${url}/admin/ingest`,
  LTS_IIIF_ASSET_URL: `${url}/assets/images`,
  LTS_IIIF_MANIFEST_URL: url,
  LTS_IIIF_BUCKET: s3.bucket,
  LTS_IIIF_S3_ENDPOINT: s3.endpoint,
  LTS_IIIF_ISSUER: issuer,
  LTS_IIIF_KID: kid,
  LTS_IIIF_PRIVATE_KEY_PATH: privateKeyPath,
  LTS_IIIF_ACCOUNT: "sandbox",
  LTS_IIIF_SPACE: "sandbox",
  LTS_IIIF_NAMESPACE: "sandbox",
  LTS_IIIF_AGENT: "packed",
  AWS_REGION: s3.region,
  AWS_ACCESS_KEY_ID: s3.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3.secretAccessKey
})

/** Copies the program into the project. */
const program = Effect.map(Packed, ({ folder }) => {
  const file = Path.join(folder, "program.ts")
  Fs.copyFileSync(Path.join(import.meta.dirname, "program.ts"), file)
  return file
})

layer(Packed.layer, { timeout: 120_000 })("packed tarballs", (it) => {
  it.effect("contain sources, build output and license, and nothing else", () =>
    Effect.gen(function*() {
      const { tarballs } = yield* Packed
      assert.includeMembers(
        tarballs.map(({ name }) => name),
        [
          "iiif-ingest",
          "iiif-check",
          ...["iiif", "core", "aws", "lts-http", "node", "sandbox"].map((name) => `@iiif-ingest/${name}`)
        ]
      )
      for (const { files, name } of tarballs) {
        const sources = files.filter((path) => /^src\/.*\.ts$/.test(path))
        const built = sources.flatMap((path) =>
          [".js", ".js.map", ".d.ts", ".d.ts.map"].map((end) => path.replace(/^src\/(.*)\.ts$/, `dist/$1${end}`))
        )
        // If this fails for a file in `dist` without a source, it is left over from a deleted one: remove `dist`.
        const texts = files.filter((path) => /^(?:LICENSE|package\.json|[A-Z]+\.md)$/.test(path))
        // What the sandbox's pages consist of, as it is in its folder.
        const served = name === "@iiif-ingest/sandbox"
          ? ["seed", "static", "vendor"].flatMap((folder) => filesIn(name, folder))
          : []
        // The command, bundled with all that it uses.
        const bundled = files.filter((path) =>
          name === "iiif-ingest" && /^dist\/(?:command\.js|internal\/chunks\/(?:[\w-]+\.js|LICENSES\.txt))$/.test(path)
        )
        assert.sameMembers([...files], [...sources, ...built, ...texts, ...served, ...bundled], name)
        assert.includeMembers(texts, ["LICENSE", "package.json"], name)
        assert.isAbove(sources.length, 0, name)
      }
    }))

  it.effect("export the build output, and depend on each other by version", () =>
    Effect.gen(function*() {
      const { folder, tarballs } = yield* Packed
      for (const { folder: sources, name } of tarballs) {
        const workspace = yield* Schema.decodeEffect(Manifest)(
          Fs.readFileSync(Path.join(root, sources, "package.json"), "utf8")
        )
        const text = Fs.readFileSync(Path.join(folder, "node_modules", name, "package.json"), "utf8")
        const { bin, dependencies, exports, license } = yield* Schema.decodeEffect(Manifest)(text)
        assert.deepStrictEqual(exports, published(workspace.exports), name)
        assert.strictEqual(license, "Apache-2.0")
        assert.notMatch(JSON.stringify(dependencies ?? {}), /workspace:|catalog:|link:/, name)
        for (const path of Object.values(bin ?? {})) assert.match(path, /^\.\/dist\/.*\.js$/, name)
      }
    }))

  it.effect("type-check in a program without skipLibCheck", () =>
    Effect.gen(function*() {
      const { folder } = yield* Packed
      yield* program
      const compilerOptions = {
        target: "ES2022",
        module: "NodeNext",
        moduleResolution: "NodeNext",
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
        types: ["node"]
      }
      Fs.writeFileSync(
        Path.join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["program.ts"] })
      )
      const tsc = Path.join(root, "node_modules/.bin/tsc")
      const { code, stdout } = yield* run(tsc, ["-p", folder, "--pretty", "false"], { cwd: folder })
      assert.strictEqual(code, 0, stdout)
      assert.strictEqual(stdout, "")
    }), 120_000)

  it.effect("do not export internal modules", () =>
    Effect.gen(function*() {
      const { folder, tarballs } = yield* Packed
      const paths = tarballs.flatMap(({ files, name }) => {
        const internal = files.filter((path) => /^dist\/(?:.*\/)?internal\/.*\.js$/.test(path))
        return ["/index", ...internal.map((path) => path.replace(/^dist(.*)\.js$/, "$1"))].map((path) => name + path)
      })
      const script = `
        const codes = await Promise.all(process.argv.slice(1).map((path) =>
          import(path).then(() => path, (error) => error.code)))
        console.log([...new Set(codes)].join())`
      const { stdout } = yield* run(process.execPath, ["--input-type=module", "-e", script, ...paths], { cwd: folder })
      assert.isAbove(paths.length, 50)
      assert.strictEqual(stdout.trim(), "ERR_PACKAGE_PATH_NOT_EXPORTED")
    }))

  it.effect("check a manifest from the command line", () =>
    Effect.gen(function*() {
      const { folder } = yield* Packed
      const command = Path.join(folder, "node_modules/.bin/iiif-check")
      Fs.writeFileSync(Path.join(folder, "manifest.json"), "{\n  \"type\": \"Manifest\"\n}")
      const broken = yield* run(command, ["manifest.json", "https://127.0.0.1:1/"], { cwd: folder })
      assert.strictEqual(broken.stderr, "")
      assert.match(broken.stdout, /^manifest\.json:1:1: error: .* \[missing\]$/m)
      assert.match(broken.stdout, /^https:\/\/127\.0\.0\.1:1\/: cannot be checked: .*--allow-private$/m)
      assert.strictEqual(broken.code, 2)
      const { stdout } = yield* run(command, ["--version"], { cwd: folder })
      assert.strictEqual(stdout, "iiif-check v0.0.0\n")
    }))

  it.effect("ingest a folder from the command line", () =>
    Effect.gen(function*() {
      const { folder } = yield* Packed
      const command = Path.join(folder, "node_modules/.bin/iiif-ingest")
      const shown = yield* run("npx", ["--no-install", "iiif-ingest", "--version"], { cwd: folder })
      assert.strictEqual(shown.stdout, "iiif-ingest v0.0.0\n", shown.stderr)
      const sandboxed = Path.join(folder, "node_modules/.bin/iiif-ingest-sandbox")
      const sandbox = yield* start(sandboxed, ["start", "--port", "0", "--json"], { cwd: folder })
      const env = variables(
        yield* Schema.decodeEffect(Printed)(yield* Effect.promise(() => sandbox.firstLine))
      )
      Fs.mkdirSync(Path.join(folder, "scans"))
      Fs.copyFileSync(pathOf("coffee.png"), Path.join(folder, "scans", "cup.png"))
      const ended = yield* run(command, ["ingest", "scans", "--name", "SCANS"], {
        cwd: folder,
        env: { ...env, LTS_IIIF_JOURNAL: Path.join(folder, "command.sqlite") }
      })
      assert.strictEqual(ended.code, 0, ended.stdout + ended.stderr)
      assert.match(ended.stdout, /^ {2}scans\/cup\.png \(cup\): served, 600 x 400$/m)
      sandbox.process.kill("SIGINT")
      yield* Effect.promise(() => sandbox.ended)
    }).pipe(Effect.scoped), 120_000)

  it.effect("have the command as a bundle that needs nothing else", () =>
    Effect.gen(function*() {
      const { folder } = yield* Packed
      const dist = Path.join(folder, "node_modules/iiif-ingest/dist")
      const chunks = Path.join(dist, "internal/chunks")
      const files = [
        Path.join(dist, "command.js"),
        ...Fs.readdirSync(chunks).filter((name) => name.endsWith(".js")).map((name) => Path.join(chunks, name))
      ]
      assert.isAbove(files.length, 10)
      const needed = files.flatMap((file) =>
        Array.from(
          Fs.readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^"';]*?(?:from)?"([^"]+)";/gm),
          ([, specifier = ""]) => specifier
        )
      )
      assert.isAbove(needed.length, 100)
      assert.deepStrictEqual(needed.filter((specifier) => !specifier.startsWith(".") && !isBuiltin(specifier)), [])
      assert.include(Fs.readFileSync(Path.join(chunks, "LICENSES.txt"), "utf8"), "effect ")
      const command = Path.join(folder, "node_modules/.bin/iiif-ingest")
      const { code, stderr, stdout } = yield* run(command, ["--version"], { cwd: folder })
      assert.deepStrictEqual([code, stderr, stdout], [0, "", "iiif-ingest v0.0.0\n"])
      const wrong = yield* run(command, ["ingest", "no-such-folder"], { cwd: folder })
      assert.strictEqual(wrong.code, 2, wrong.stdout + wrong.stderr)
      assert.include(wrong.stderr, "there is no such file or folder")
    }))

  it.effect("run an ingest in plain Node, against the sandbox from its tarball", () =>
    Effect.gen(function*() {
      const { folder } = yield* Packed
      const file = yield* program
      const command = Path.join(folder, "node_modules/.bin/iiif-ingest-sandbox")
      const sandbox = yield* start(command, ["start", "--port", "0", "--json"], { cwd: folder })
      const env = variables(
        yield* Schema.decodeEffect(Printed)(yield* Effect.promise(() => sandbox.firstLine))
      )
      const images = ["coffee.png", "falcon9-strips.tif"].map(pathOf)
      const { code, stderr, stdout } = yield* run(process.execPath, [file, ...images], {
        cwd: folder,
        env: { ...env, LTS_IIIF_JOURNAL: Path.join(folder, "journal.sqlite") }
      })
      assert.strictEqual(code, 0, stdout + stderr)
      assert.strictEqual(stderr, "")
      assert.match(
        stdout,
        /^manifest http.*\/URN-3:SANDBOX:PACKED:MANIFEST:3: served\njob [0-9a-f]{24}: success\n.*coffee\.png: served, 600 x 400\n.*falcon9-strips\.tif: served, 640 x 427\ncomplete\n$/
      )
      for (
        const path of [
          "",
          "/view/URN-3:SANDBOX:PACKED",
          "/_sandbox/static/style.css",
          "/_sandbox/static/mirador.min.js"
        ]
      ) {
        const { status } = yield* Effect.promise(() => fetch(`${env.LTS_IIIF_MANIFEST_URL}${path}`))
        assert.strictEqual(status, 200, path)
      }
      sandbox.process.kill("SIGINT")
      assert.strictEqual((yield* Effect.promise(() => sandbox.ended)).code, 130)
    }).pipe(Effect.scoped), 120_000)
})
