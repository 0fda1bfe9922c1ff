/** The workspace as the tests of the documentation see it: its packages, modules and pages. */
import * as Fs from "node:fs"
import * as Path from "node:path"

/** The workspace's root folder. */
export const root = Path.resolve(import.meta.dirname, "../../..")

const find = (pattern: string): ReadonlyArray<string> =>
  Fs.globSync(pattern, { cwd: root, exclude: ["**/node_modules", "**/dist"] }).map((path) =>
    path.replaceAll(Path.sep, "/")
  ).sort()

/** Public modules of all packages, as paths from the root. What lies in `internal/` is not among them. */
export const modules = find("packages/*/src/*.ts")

/** All source files of all packages. */
export const sources = find("packages/*/src/**/*.ts")

/** Pages in Markdown that readers are led to. */
export const pages = [
  ...find("*.md"),
  ...find("docs/**/*.md"),
  ...find("packages/*/*.md"),
  ...find("examples/**/*.md"),
  ...find("bench/**/*.md")
]

export const read = (path: string): string => Fs.readFileSync(Path.join(root, path), "utf8")
