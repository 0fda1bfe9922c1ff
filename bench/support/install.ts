/** The `iiif-ingest` package as `npm install` leaves it: the files of the tarball, and what it depends on beside it. */
import * as Fs from "node:fs"
import * as Path from "node:path"

const packages = Path.join(import.meta.dirname, "..", "..", "packages")

/** The command's own package, and those of ours that it depends on. */
const names = ["iiif-ingest", "aws", "core", "iiif", "lts-http", "node"]

const link = (target: string, path: string) => {
  if (Fs.existsSync(path)) return
  Fs.mkdirSync(Path.dirname(path), { recursive: true })
  Fs.symlinkSync(Fs.realpathSync(target), path)
}

/** Links what is installed for a package, other than ours. */
const linkOthers = (installed: string, modules: string) => {
  for (const entry of Fs.readdirSync(installed)) {
    if (entry === "@iiif-ingest" || entry.startsWith(".")) continue
    const found = entry.startsWith("@")
      ? Fs.readdirSync(Path.join(installed, entry)).map((name) => `${entry}/${name}`)
      : [entry]
    for (const name of found) link(Path.join(installed, name), Path.join(modules, name))
  }
}

/** Installs into a folder; returns the path of the command's script. */
export const install = (folder: string): string => {
  const modules = Path.join(folder, "installed", "node_modules")
  const script = Path.join(modules, "iiif-ingest", "dist", "command.js")
  if (Fs.existsSync(script)) return script
  for (const name of names) {
    const from = Path.join(packages, name)
    const to = Path.join(modules, name === "iiif-ingest" ? name : `@iiif-ingest/${name}`)
    const { publishConfig, ...json } = JSON.parse(Fs.readFileSync(Path.join(from, "package.json"), "utf8"))
    Fs.cpSync(Path.join(from, "dist"), Path.join(to, "dist"), { recursive: true })
    Fs.writeFileSync(Path.join(to, "package.json"), JSON.stringify({ ...json, ...publishConfig }))
    linkOthers(Path.join(from, "node_modules"), modules)
  }
  return script
}
