import { Effect, FileSystem, Path, Schema } from "effect"
import * as Fs from "node:fs"
import { root, run } from "../../support/child.ts"
import { makeLockfile, type Tarball } from "./lockfile.ts"

const Manifest = Schema.fromJsonString(Schema.Struct({
  name: Schema.String,
  private: Schema.optionalKey(Schema.Boolean),
  bin: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  peerDependencies: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  peerDependenciesMeta: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Struct({ optional: Schema.optionalKey(Schema.Boolean) }))
  )
}))

const Packed = Schema.fromJsonString(Schema.Array(Schema.Struct({
  name: Schema.String,
  filename: Schema.String,
  integrity: Schema.String,
  files: Schema.Array(Schema.Struct({ path: Schema.String }))
})))

const Modules = Schema.fromJsonString(Schema.Struct({ storeDir: Schema.String }))

export interface Project {
  readonly folder: string
  readonly tarballs: ReadonlyArray<Tarball & { readonly files: ReadonlyArray<string> }>
}

const read = (...path: ReadonlyArray<string>) => Fs.readFileSync([root, ...path].join("/"), "utf8")

const succeeding = (command: string, args: ReadonlyArray<string>, cwd = root) =>
  Effect.map(run(command, args, { cwd }), ({ code, stderr, stdout }) => {
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`)
    return stdout
  })

/** Runs pnpm as `npm run setup` does. */
const pnpm = (args: ReadonlyArray<string>, cwd?: string) => {
  const [pinned] = /pnpm@[\d.]+/.exec(read("package.json")) ?? []
  return succeeding("npx", ["--yes", "--prefer-offline", pinned ?? "pnpm", ...args], cwd)
}

/** Builds and packs every package that is published. */
const pack = Effect.fnUntraced(function*(destination: string) {
  const manifests = Fs.readdirSync(`${root}/packages`).map((name) => ({
    folder: `packages/${name}`,
    manifest: Schema.decodeSync(Manifest)(read("packages", name, "package.json"))
  })).filter(({ manifest }) => manifest.private !== true)
  const filters = manifests.flatMap(({ manifest }) => ["--filter", manifest.name])
  const out = yield* pnpm(["--recursive", ...filters, "pack", "--json", "--pack-destination", destination])
  // The output of the build comes before pnpm's.
  const answer = out.slice(Math.max(0, out.search(/^\[$/m)))
  return (yield* Schema.decodeEffect(Packed)(answer)).map(({ filename, files, integrity, name }) => {
    const found = manifests.find(({ manifest }) => manifest.name === name)
    return {
      name,
      file: filename,
      integrity,
      files: files.map(({ path }) => path),
      folder: found?.folder ?? "",
      hasBin: found?.manifest.bin !== undefined,
      // A user without the optional ones is the case to test.
      peers: Object.keys(found?.manifest.peerDependencies ?? {}).filter((name) =>
        found?.manifest.peerDependenciesMeta?.[name]?.optional !== true
      )
    }
  })
})

/** An empty project in a temporary folder, with the tarballs installed from the workspace's pnpm store. */
export const makeProject = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  // The real path, since TypeScript and Node would otherwise see the packages under two paths.
  const folder = yield* Effect.flatMap(fs.makeTempDirectoryScoped({ prefix: "packed-" }), fs.realPath)
  const tarballs = yield* pack(path.join(folder, "tarballs"))
  const { dependencies, lockfile } = makeLockfile(read("pnpm-lock.yaml"), tarballs, [
    "@effect/platform-node",
    "@types/node",
    "effect"
  ])
  const files = {
    "pnpm-lock.yaml": lockfile,
    "pnpm-workspace.yaml": `overrides: ${
      JSON.stringify(Object.fromEntries(tarballs.map(({ file, name }) => [name, `file:${file}`])))
    }\n`,
    "package.json": JSON.stringify({ name: "empty", private: true, type: "module", dependencies })
  }
  for (const [name, text] of Object.entries(files)) yield* fs.writeFileString(path.join(folder, name), text)

  const { storeDir } = yield* Schema.decodeEffect(Modules)(read("node_modules/.modules.yaml"))
  yield* pnpm(["install", "--offline", "--frozen-lockfile", "--trust-lockfile", "--store-dir", storeDir], folder)
  const project: Project = { folder, tarballs }
  return project
})
