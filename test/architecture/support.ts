/** The imports of the packages' sources, parsed from their text. */
import { readdirSync, readFileSync } from "node:fs"
import * as Path from "node:path"

export const root = Path.resolve(import.meta.dirname, "../..")

export interface Import {
  /** As written: `./Ids.ts`, `effect/Effect`, `@iiif-ingest/core/base/Ids`; undefined if it is not a literal. */
  readonly specifier: string | undefined
  /** Erased at run time. */
  readonly typeOnly: boolean
}

/** A source without its comments. Strings stay, since specifiers are strings. */
export const withoutComments = (text: string): string =>
  text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g,
    (_, string: string | undefined) => string ?? ""
  )

export const importsOf = (text: string): ReadonlyArray<Import> => {
  const code = withoutComments(text)
  const found: Array<Import> = []
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*${][^"'`;()]*?\s+from\s+)?["']([^"'\n]+)["']/gm
  for (const [, type, specifier] of code.matchAll(statement)) found.push({ specifier, typeOnly: type !== undefined })
  for (const [, specifier] of code.matchAll(/\bimport\s*\(\s*(?:["'`]([^"'`\n$]+)["'`]\s*[,)])?/g)) {
    found.push({ specifier, typeOnly: false })
  }
  for (const [, specifier] of code.matchAll(/\brequire\s*\(\s*["']([^"'\n]+)["']\s*\)/g)) {
    found.push({ specifier, typeOnly: false })
  }
  return found
}

export interface Source {
  readonly package: string
  /** Path relative to the package's `src`, with forward slashes. */
  readonly module: string
  readonly file: string
  readonly code: string
  readonly imports: ReadonlyArray<Import>
}

export const packages: ReadonlyArray<string> = readdirSync(Path.join(root, "packages"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

export const sourcesOf = (name: string): ReadonlyArray<Source> => {
  const folder = Path.join(root, "packages", name, "src")
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => {
      const file = Path.join(folder, path)
      const text = readFileSync(file, "utf8")
      return {
        package: name,
        module: path.replaceAll("\\", "/"),
        file,
        code: withoutComments(text),
        imports: importsOf(text)
      }
    })
}

type Exports = Readonly<Record<string, string | null>>

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly exports: Exports
  readonly publishConfig: { readonly exports: Exports }
}

const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(Path.join(root, "packages", name, "package.json"), "utf8"))

/** The run-time dependencies in a package's package.json. */
export const declared = (name: string): ReadonlySet<string> => {
  const json = manifestOf(name)
  return new Set([...Object.keys(json.dependencies ?? {}), ...Object.keys(json.peerDependencies ?? {})])
}

/** What can be imported from a package: in the workspace, and once it is published. */
export const exportsOf = (name: string): ReadonlyArray<Exports> => {
  const json = manifestOf(name)
  return [json.exports, json.publishConfig.exports]
}

/** The package of a specifier: `@scope/name` or `name`. */
export const packageOf = (specifier: string): string =>
  specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/")
