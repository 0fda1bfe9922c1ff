/** The modules, sources and pages that the documentation tests check. */
import * as Fs from "node:fs"
import * as Path from "node:path"

/** The workspace's root folder. */
export const root = Path.resolve(import.meta.dirname, "../../..")

const find = (pattern: string): ReadonlyArray<string> =>
  Fs.globSync(pattern, { cwd: root, exclude: ["**/node_modules", "**/dist"] }).map((path) =>
    path.replaceAll(Path.sep, "/")
  ).sort()

/** All source files of all packages. */
export const sources = find("packages/*/src/**/*.ts")

/** The public modules of all packages in all their folders, except `internal/`, as paths from the root. */
export const modules = sources.filter((path) => !path.includes("/internal/"))

/** The Markdown pages for readers. */
export const pages = [
  ...find("*.md"),
  ...find("docs/**/*.md"),
  ...find("packages/*/*.md"),
  ...find("examples/**/*.md"),
  ...find("bench/**/*.md")
]

interface Package {
  readonly folder: string
  readonly name: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export const read = (path: string): string => Fs.readFileSync(Path.join(root, path), "utf8")

/** The packages of the workspace, its root among them. */
export const packages: ReadonlyArray<Package> = [...find("package.json"), ...find("packages/*/package.json")].map(
  (path) => Object.assign(JSON.parse(read(path)), { folder: Path.posix.dirname(path) })
)
