/**
 * Bundles the command for publishing, with all that it uses: Node's loader takes more than half of the time of a short
 * run if every module is a file of its own. What a command does not need stays in files that it does not load.
 *
 * Writes `dist/command.js`, its chunks in `dist/internal/chunks`, and the licenses of what is in them.
 */
import * as Esbuild from "esbuild"
import * as Fs from "node:fs"
import * as Path from "node:path"

const folder = import.meta.dirname
const out = Path.join(folder, "dist")
const chunks = Path.join(out, "internal", "chunks")

Fs.rmSync(chunks, { recursive: true, force: true })

const { metafile } = await Esbuild.build({
  absWorkingDir: folder,
  entryPoints: [{ in: "src/bin.ts", out: "command" }],
  outdir: out,
  chunkNames: "internal/chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  metafile: true,
  // names stay, for whoever has to read a stack
  minifyWhitespace: true,
  minifySyntax: true,
  platform: "node",
  target: "node22.19",
  format: "esm",
  // installed by whoever wants them, with native code and drivers of their own
  external: ["@iiif-ingest/sandbox", "@iiif-ingest/cluster"],
  // CommonJS packages require Node's own modules
  banner: { js: "import { createRequire } from \"node:module\";const require = createRequire(import.meta.url);" },
  logLevel: "warning"
})

/** The folder of the package that a file is of, unless it is one of ours. */
const packageOf = (file: string): string | undefined => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]

const textOf = (bundled: string): string => {
  const path = Path.resolve(folder, bundled)
  const { license, name, version } = JSON.parse(Fs.readFileSync(Path.join(path, "package.json"), "utf8"))
  const files = Fs.readdirSync(path).filter((file) => /^(?:licen[cs]e|notice)/i.test(file)).toSorted()
  const texts = files.map((file) => Fs.readFileSync(Path.join(path, file), "utf8").trim())
  return [`${name} ${version} (${license})`, ...texts].join("\n\n")
}

const bundled = new Set(Object.keys(metafile.inputs).flatMap((file) => packageOf(file) ?? []))
Fs.writeFileSync(
  Path.join(chunks, "LICENSES.txt"),
  `${[...bundled].map(textOf).toSorted().join(`\n\n${"-".repeat(80)}\n\n`)}\n`
)
