/** Which package may import what. */
import { assert, describe, it } from "@effect/vitest"
import * as Path from "node:path"
import { declared, exportsOf, importsOf, packageOf, packages, root, type Source, sourcesOf } from "./support.ts"

const ours = "@iiif-ingest/"

/** The workspace packages that each package may import. */
const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
  iiif: [],
  "iiif-check": ["iiif", "lts-http"],
  core: ["iiif"],
  aws: ["core"],
  "lts-http": ["core", "iiif"],
  node: ["core"],
  sandbox: ["core", "iiif"],
  cluster: ["core", "node"],
  "iiif-ingest": ["iiif", "core", "aws", "lts-http", "node", "sandbox", "cluster"]
}

/** Which other areas of core an area may import; all may import base. */
const areas: Readonly<Record<string, ReadonlyArray<string>>> = {
  base: [],
  config: [],
  image: [],
  upload: ["image"],
  mps: ["image", "upload", "config"],
  batch: ["mps", "upload", "image", "config"],
  testing: ["mps", "upload", "image", "config", "batch", ""],
  /** The root composes all, and no area but testing imports it. */
  "": ["mps", "upload", "image", "config", "batch"]
}

/** The area of a module of core: its first folder; the root has none, and an `internal` of its own. */
const areaOf = (module: string): string => {
  const [folder = "", ...rest] = module.split("/")
  return rest.length === 0 || folder === "internal" ? "" : folder
}

/** What is internal to its folder: to an area of core, or to a package. What base holds inside serves all areas. */
const isClosed = (from: Source, to: string): boolean => {
  if (!/(?:^|\/)internal\//.test(to)) return false
  return from.package === "core" && areaOf(to) !== "base" && areaOf(from.module) !== areaOf(to)
}

const areaProblems = (from: Source, to: string): ReadonlyArray<string> => {
  const [own, other] = [areaOf(from.module), areaOf(to)]
  if (!(own in areas)) return [`is in an area that has no rule: ${own}`]
  const isAllowed = own === other || other === "base" || (areas[own] ?? []).includes(other)
  return [
    ...(isAllowed ? [] : [`may not know ${other === "" ? "the root" : other}: ${to}`]),
    ...(isClosed(from, to) ? [`reaches into another area: ${to}`] : [])
  ]
}

/** Modules that only the listed packages may import. */
const reserved: ReadonlyArray<readonly [specifier: RegExp, importers: ReadonlyArray<string>]> = [
  [/^node:/, ["aws", "node", "sandbox", "iiif-ingest", "iiif-check", "cluster"]],
  [/^(?:@aws-sdk|@smithy)\//, ["aws"]],
  [/^sharp$/, ["sandbox"]],
  [/^@effect\/platform-node(?:$|\/)/, ["node", "sandbox", "iiif-ingest", "iiif-check", "cluster"]],
  [/^effect\/http(?:-api)?(?:$|\/)/, ["aws", "lts-http", "node", "sandbox", "iiif-ingest", "iiif-check", "cluster"]],
  [/^effect\/(?:sql|cluster|workflow)(?:$|\/)|^@effect\/sql/, ["cluster"]],
  [/^effect\/cli(?:$|\/)/, ["sandbox", "iiif-ingest", "iiif-check"]]
]

/** Ambient state that libraries must get from Effect instead. */
const ambient = [/\bprocess\.env\b/, /\bDate\.now\s*\(/, /\bnew Date\(\s*\)/, /\bMath\.random\s*\(/]

const problemsOf = (source: Source): ReadonlyArray<string> => {
  const src = Path.join(root, "packages", source.package, "src")
  return source.imports.flatMap(({ specifier }): ReadonlyArray<string> => {
    if (specifier === undefined) return ["imports a specifier that is not a string literal"]
    if (specifier.startsWith(".")) {
      const target = Path.resolve(Path.dirname(source.file), specifier)
      if (!target.startsWith(src + Path.sep)) return [`imports from outside its package: ${specifier}`]
      if (target === Path.join(src, "index.ts")) return [`imports its own barrel: ${specifier}`]
      if (!specifier.endsWith(".ts")) return [`imports a path without .ts: ${specifier}`]
      if (source.package !== "core" || source.module === "index.ts") return []
      return areaProblems(source, Path.relative(src, target).replaceAll(Path.sep, "/"))
    }
    if (specifier === "effect") return ["imports the barrel effect"]
    const problems = reserved
      .filter(([reserved, importers]) => reserved.test(specifier) && !importers.includes(source.package))
      .map(() => `may not import ${specifier}`)
    if (!specifier.startsWith(ours)) return problems
    const [to = "", ...path] = specifier.slice(ours.length).split("/")
    if (to === source.package) return [`imports itself by name: ${specifier}`]
    if (!(allowed[source.package] ?? []).includes(to)) return [`may not import ${specifier}`]
    // What users install offers the modules of all packages.
    if (path.length === 0) {
      return source.package === "iiif-ingest" && source.module === "index.ts"
        ? []
        : [`imports the barrel ${specifier}`]
    }
    if (path.includes("internal")) return [`imports an internal module: ${specifier}`]
    if (source.package === "sandbox" && to === "core" && specifier !== `${ours}core/base/Ids`) {
      return [`imports more than core/Ids from core: ${specifier}`]
    }
    return source.package === "core" && to === "iiif" &&
        !["mps", "batch", "testing", ""].includes(areaOf(source.module))
      ? [`is no place for IIIF documents: ${specifier}`]
      : problems
  })
}

const located = (source: Source, problems: ReadonlyArray<string>) =>
  problems.map((problem) => `packages/${source.package}/src/${source.module} ${problem}`)

/** Cycles of run-time imports, each as `A.ts > B.ts > A.ts`. */
const cycles = (sources: ReadonlyArray<Source>): ReadonlyArray<string> => {
  const byFile = new Map(sources.map((source) => [source.file, source]))
  const done = new Set<Source>()
  const found: Array<string> = []
  const visit = (source: Source, path: ReadonlyArray<Source>): void => {
    const start = path.indexOf(source)
    if (start !== -1) found.push([...path.slice(start), source].map(({ module }) => module).join(" > "))
    if (start !== -1 || done.has(source)) return
    for (const { specifier } of source.imports) {
      if (specifier === undefined || !specifier.startsWith(".")) continue
      const next = byFile.get(Path.resolve(Path.dirname(source.file), specifier))
      if (next !== undefined) visit(next, [...path, source])
    }
    done.add(source)
  }
  for (const source of sources) visit(source, [])
  return found
}

describe("imports between packages", () => {
  it("are declared for every package", () => {
    assert.deepStrictEqual(packages.filter((name) => !(name in allowed)), [])
    assert.includeMembers([...packages], ["iiif", "iiif-check", "core", "aws", "lts-http", "node", "sandbox"])
  })

  it.each(packages)("packages/%s imports only what it may", (name) => {
    const sources = sourcesOf(name)
    assert.isNotEmpty(sources)
    assert.deepStrictEqual(sources.flatMap((source) => located(source, problemsOf(source))), [])
  })

  it.each(packages)("packages/%s declares what it imports", (name) => {
    const known = declared(name)
    const missing = sourcesOf(name).flatMap((source) =>
      located(
        source,
        source.imports.flatMap(({ specifier }) =>
          specifier === undefined || /^(?:\.|node:)/.test(specifier) || known.has(packageOf(specifier))
            ? []
            : [`imports ${specifier}, which is not in its package.json`]
        )
      )
    )
    assert.deepStrictEqual(missing, [])
  })

  it.each(packages)("packages/%s has no import cycles", (name) => {
    assert.deepStrictEqual(cycles(sourcesOf(name)), [])
  })

  it.each(packages)(
    "packages/%s gets time, randomness and variables from Effect",
    (name) => {
      const found = sourcesOf(name).flatMap((source) =>
        located(source, ambient.filter((what) => what.test(source.code)).map((what) => `uses ${what.source}`))
      )
      assert.deepStrictEqual(found, [])
    }
  )
})

describe("the check itself", () => {
  const source = (name: string, module: string, text: string): Source => ({
    package: name,
    module,
    file: Path.join(root, "packages", name, "src", module),
    code: text,
    imports: importsOf(text)
  })

  it("finds every form of import, and none in comments", () => {
    const text = `
      import * as A from "a"
      import type { B } from "b"
      import { type C, d } from "c"
      import {
        e // from "not this"
      } from "e"
      export * as F from "f"
      export { g } from "g"
      export type { H } from "h"
      import "side-effect"
      const i = await import("i")
      const j = require('j')
      const k = await import(k_)
      // import "no"
      /* import "no" */
      /** import { x } from "no" */
      const url = "https://x.example//y" // import "no"
      export const from = "not an import"
    `
    assert.deepStrictEqual(importsOf(text).map(({ specifier }) => specifier), [
      "a",
      "b",
      "c",
      "e",
      "f",
      "g",
      "h",
      "side-effect",
      "i",
      undefined,
      "j"
    ])
    assert.deepStrictEqual(
      importsOf(text).filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier),
      ["b", "h"]
    )
  })

  it.each([
    ["core", "node:fs"],
    ["core", "@aws-sdk/client-s3"],
    ["core", "@effect/platform-node/NodeFileSystem"],
    ["core", "effect/http/HttpClient"],
    ["core", "effect"],
    ["core", "./index.ts"],
    ["core", "./Ids"],
    ["core", "../../aws/src/S3Client.ts"],
    ["core", "@iiif-ingest/core/base/Ids"],
    ["iiif", "@iiif-ingest/core/base/Ids"],
    ["aws", "@iiif-ingest/lts-http/HttpDelivery"],
    ["lts-http", "@iiif-ingest/aws/S3Client"],
    ["lts-http", "node:http"],
    ["iiif-check", "@iiif-ingest/core/base/Reason"],
    ["iiif-check", "@iiif-ingest/node/ProxiedHttpClient"],
    ["node", "@iiif-ingest/sandbox/Sandbox"],
    ["sandbox", "@iiif-ingest/core/mps/Manifests"],
    ["sandbox", "@iiif-ingest/aws/S3Client"],
    ["aws", "@iiif-ingest/core"],
    ["aws", "@iiif-ingest/iiif/Manifest"],
    ["aws", "@iiif-ingest/core/image/internal/crc32"],
    ["aws", "sharp"]
  ])("packages/%s may not import %s", (name, specifier) => {
    assert.lengthOf(problemsOf(source(name, "X.ts", `import { x } from "${specifier}"`)), 1)
  })

  it.each([
    ["core", "./Ids.ts"],
    ["core", "effect/Effect"],
    ["core", "effect/crypto/SecureRandom"],
    ["core", "jose"],
    ["aws", "@iiif-ingest/core/upload/ObjectStore"],
    ["aws", "node:zlib"],
    ["sandbox", "@iiif-ingest/core/base/Ids"],
    ["cluster", "@iiif-ingest/node/NodeJournal"],
    ["sandbox", "@iiif-ingest/iiif/Presentation2"],
    ["lts-http", "@iiif-ingest/iiif/Manifest"],
    ["iiif-check", "@iiif-ingest/lts-http/DocumentReader"],
    ["iiif-ingest", "@iiif-ingest/sandbox/Sandbox"]
  ])("packages/%s may import %s", (name, specifier) => {
    assert.deepStrictEqual(problemsOf(source(name, "X.ts", `import { x } from "${specifier}"`)), [])
  })

  it.each([
    ["base/Reason.ts", "../image/Asset.ts"],
    ["image/Asset.ts", "../config/MpsConfig.ts"],
    ["image/Asset.ts", "../config/internal/url.ts"],
    ["image/Asset.ts", "@iiif-ingest/iiif/Manifest"],
    ["upload/Upload.ts", "../mps/IngestRequest.ts"],
    ["upload/Upload.ts", "../image/internal/crc32.ts"],
    ["upload/internal/parts.ts", "../../Progress.ts"],
    ["mps/Verify.ts", "../IngestReport.ts"],
    ["mps/Verify.ts", "../batch/Plan.ts"],
    ["IngestProgram.ts", "./testing/TestMps.ts"],
    ["IngestProgram.ts", "./mps/internal/submitOnce.ts"],
    ["elsewhere/Thing.ts", "../base/Ids.ts"]
  ])("core/src/%s may not import %s", (module, specifier) => {
    assert.isNotEmpty(problemsOf(source("core", module, `import type { x } from "${specifier}"`)))
  })

  it.each([
    ["base/Reason.ts", "./internal/text.ts"],
    ["image/Asset.ts", "../base/internal/text.ts"],
    ["upload/Upload.ts", "../image/Asset.ts"],
    ["mps/Verify.ts", "@iiif-ingest/iiif/Manifest"],
    ["mps/Manifests.ts", "../config/MpsConfig.ts"],
    ["batch/Plan.ts", "../mps/Ingest.ts"],
    ["testing/TestMps.ts", "../IngestProgram.ts"],
    ["IngestProgram.ts", "./mps/Verify.ts"],
    ["IngestProgram.ts", "./internal/leftBehind.ts"],
    ["index.ts", "./image/Asset.ts"]
  ])("core/src/%s may import %s", (module, specifier) => {
    assert.deepStrictEqual(problemsOf(source("core", module, `import type { x } from "${specifier}"`)), [])
  })

  it("finds import cycles, type-only imports included", () => {
    const of = (module: string, text: string) => source("core", module, text)
    const ways = (third: string) =>
      cycles([
        of("A.ts", `import { b } from "./B.ts"`),
        of("B.ts", `import { type c } from "./C.ts"`),
        of("C.ts", third)
      ])
    assert.deepStrictEqual(ways(`import { d } from "./D.ts"`), [])
    assert.deepStrictEqual(ways(`import type { a } from "./A.ts"`), ["A.ts > B.ts > C.ts > A.ts"])
    assert.deepStrictEqual(ways(`export { a } from "./A.ts"`), ["A.ts > B.ts > C.ts > A.ts"])
  })
})

describe("the exports of a package", () => {
  const foldersOf = (name: string) => [
    ...new Set(sourcesOf(name).flatMap(({ module }) => /^((?:.*\/)?internal)\//.exec(module)?.[1] ?? []))
  ]

  it.each(packages)("packages/%s lets nobody in where it is internal", (name) => {
    const folders = foldersOf(name)
    for (const exported of exportsOf(name)) {
      const closed = Object.entries(exported).filter(([, target]) => target === null).map(([path]) => path)
      assert.includeMembers(closed, [
        ...folders.map((folder) => `./${folder.replace(/(internal)\/.*$/, "$1")}/*`),
        "./index"
      ])
    }
  })

  it.each([
    "@iiif-ingest/core/image/internal/crc32",
    "@iiif-ingest/core/base/internal/text",
    "@iiif-ingest/iiif/internal/fields"
  ])(
    "%s cannot be imported",
    async (specifier) => {
      const error: unknown = await import(/* @vite-ignore */ specifier).then(() => "it can", (error: unknown) => error)
      assert.match(String(error), /not exported|Missing "|Cannot find/)
    }
  )
})
