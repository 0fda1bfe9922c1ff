/**
 * Compiles the programs to JavaScript, since stripping types at run time would count as their own cost. The packages
 * that they import are built by `tsc`, as for publishing, and one program is bundled with all that it imports.
 */
import * as Esbuild from "esbuild"
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Module from "node:module"
import * as Path from "node:path"

const bench = Path.join(import.meta.dirname, "..")
const root = Path.join(bench, "..")
const built = Path.join(bench, "dist")

const strip = (folder: string, name: string) => {
  const source = Fs.readFileSync(Path.join(bench, folder, name), "utf8")
  const script = Module.stripTypeScriptTypes(source).replace(/(from "\.[^"]*)\.ts"/g, "$1.js\"")
  Fs.mkdirSync(Path.join(built, folder), { recursive: true })
  Fs.writeFileSync(Path.join(built, folder, name.replace(/\.ts$/, ".js")), script)
}

/** Our packages as they are published: bundlers know nothing of `onDist.ts`. */
const published = {
  "iiif-ingest": Path.join(root, "packages", "iiif-ingest", "dist"),
  ...Object.fromEntries(
    ["aws", "core", "iiif", "lts-http", "node"].map((name) => [
      `@iiif-ingest/${name}`,
      Path.join(root, "packages", name, "dist")
    ])
  )
}

/** Bundles a program into `programs/bundled`. What it imports dynamically stays in files of its own. */
const bundle = (name: string) =>
  Esbuild.buildSync({
    entryPoints: [Path.join(built, "programs", `${name}.js`)],
    outdir: Path.join(built, "programs", "bundled"),
    alias: published,
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    format: "esm",
    // undici is CommonJS, and requires Node's own modules
    banner: { js: "import { createRequire } from \"node:module\";const require = createRequire(import.meta.url);" },
    logLevel: "warning"
  })

/** Builds the packages, programs and the command. Fails if they do not compile. */
export const build = (): void => {
  const tsc = Path.join(root, "node_modules", ".bin", "tsc")
  const projects = ["iiif-ingest", "iiif-check", "sandbox"].map((name) => Path.join(root, "packages", name))
  const compiled = spawnSync(tsc, ["-b", ...projects], { encoding: "utf8" })
  if (compiled.status !== 0) throw new Error(`the packages do not compile:\n${compiled.stdout}`)
  Fs.rmSync(built, { recursive: true, force: true })
  for (const name of Fs.readdirSync(Path.join(bench, "programs"))) strip("programs", name)
  for (const name of ["upload.ts", "ours.ts", "onDist.ts"]) strip("support", name)
  bundle("live")
  const command = spawnSync(Path.join(root, "node_modules", ".bin", "tsx"), ["bundle.ts"], {
    cwd: Path.join(root, "packages", "iiif-ingest"),
    encoding: "utf8"
  })
  if (command.status !== 0) throw new Error(`the command cannot be bundled:\n${command.stderr}`)
}
