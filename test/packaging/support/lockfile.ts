/**
 * A lockfile for a project that has only the packed tarballs. With a lockfile, pnpm needs nothing but its store;
 * without one it would look for the registry's metadata, which may be missing after an install from a lockfile.
 *
 * Everything but the tarballs is copied as text from the workspace's lockfile. JSON is valid YAML.
 */

/** A packed package. `folder` is its path in the workspace, such as `packages/core`; the rest is from its manifest. */
export interface Tarball {
  readonly name: string
  readonly folder: string
  readonly file: string
  readonly integrity: string
  readonly hasBin: boolean
  readonly peers: ReadonlyArray<string>
}

interface Resolved {
  readonly specifier: string
  readonly version: string
}

const between = (text: string, from: string, to: RegExp): string => {
  const start = text.indexOf(from)
  if (start < 0) throw new Error(`no ${JSON.stringify(from)} in the workspace's lockfile`)
  const rest = text.slice(start + from.length)
  const end = rest.search(to)
  return end < 0 ? rest : rest.slice(0, end)
}

const section = (lockfile: string, name: string) => between(lockfile, `\n${name}:\n`, /^\S/m)

const importer = (lockfile: string, folder: string) =>
  between(section(lockfile, "importers"), `  ${folder}:\n`, /^ {2}\S/m)

/** The dependencies of an importer, as resolved by the workspace. */
const resolved = (importer: string, kind: "dependencies" | "devDependencies"): ReadonlyMap<string, string> => {
  if (!importer.includes(`    ${kind}:\n`)) return new Map()
  const entries = between(importer, `    ${kind}:\n`, /^ {4}\S/m)
    .matchAll(/^ {6}'?([^':\n]+)'?:\n {8}specifier: .+\n {8}version: (.+)$/gm)
  return new Map(Array.from(entries, ([, name = "", version = ""]) => [name, version]))
}

/** The lockfile and the dependencies: the tarballs and, for `direct`, the versions in the workspace's root. */
export const makeLockfile = (
  workspace: string,
  tarballs: ReadonlyArray<Tarball>,
  direct: ReadonlyArray<string>
): { readonly lockfile: string; readonly dependencies: Readonly<Record<string, string>> } => {
  const root = resolved(importer(workspace, "."), "devDependencies")
  const version = (name: string): string => {
    const found = root.get(name)
    if (found === undefined) throw new Error(`the workspace's root does not depend on ${name}`)
    return found
  }
  const files = new Map(tarballs.map(({ file, name }) => [name, `file:${file}`]))
  const dependencies = new Map<string, Resolved>([
    ...direct.map((name) => [name, { specifier: version(name).replace(/\(.*$/, ""), version: version(name) }] as const),
    ...Array.from(files, ([name, file]) => [name, { specifier: file, version: file }] as const)
  ])

  const packages = tarballs.map(({ file, hasBin, integrity, name, peers }) => {
    const peerDependencies = Object.fromEntries(peers.map((peer) => [peer, "*"]))
    const entry = { resolution: { integrity, tarball: `file:${file}` }, version: "0.0.0", hasBin, peerDependencies }
    return `  '${name}@file:${file}': ${JSON.stringify(entry)}`
  })
  const snapshots = tarballs.map(({ file, folder, name, peers }) => {
    const own = Array.from(resolved(importer(workspace, folder), "dependencies"))
      .map(([need, version]) => [need, files.get(need) ?? version] as const)
    const needs = Object.fromEntries([
      ...own,
      ...peers.map((peer) => [peer, files.get(peer) ?? version(peer)] as const)
    ])
    return `  '${name}@file:${file}': ${JSON.stringify({ dependencies: needs })}`
  })

  return {
    dependencies: Object.fromEntries(Array.from(dependencies, ([name, { specifier }]) => [name, specifier])),
    lockfile: [
      "lockfileVersion: '9.0'",
      `settings:\n${section(workspace, "settings")}`,
      `overrides: ${JSON.stringify(Object.fromEntries(files))}`,
      `importers: ${JSON.stringify({ ".": { dependencies: Object.fromEntries(dependencies) } })}`,
      `packages:\n${section(workspace, "packages")}`,
      ...packages,
      `snapshots:\n${section(workspace, "snapshots")}`,
      ...snapshots,
      ""
    ].join("\n")
  }
}
