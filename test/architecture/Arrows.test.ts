/**
 * Who may import what: the rooms of the house and the arrows between them.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Path from "node:path"
import { declared, importsOf, packageOf, packages, root, type Source, sourcesOf } from "./support.ts"

const ours = "@iiif-ingest/"

/** A package's arrows to others of ours. */
const arrows: Readonly<Record<string, ReadonlyArray<string>>> = {
  core: [],
  aws: ["core"],
  "lts-http": ["core"],
  node: ["core"],
  sandbox: ["core"],
  cluster: ["core", "node"],
  cli: ["core", "aws", "lts-http", "node", "sandbox", "cluster"]
}

/** What only these may touch. */
const reserved: ReadonlyArray<readonly [what: RegExp, who: ReadonlyArray<string>]> = [
  [/^node:/, ["aws", "node", "sandbox", "cli", "cluster"]],
  [/^(?:@aws-sdk|@smithy)\//, ["aws"]],
  [/^sharp$/, ["sandbox"]],
  [/^@effect\/platform-node(?:$|\/)/, ["node", "sandbox", "cli", "cluster"]],
  [/^effect\/http(?:-api)?(?:$|\/)/, ["aws", "lts-http", "node", "sandbox", "cli", "cluster"]],
  [/^effect\/(?:sql|cluster|workflow)(?:$|\/)|^@effect\/sql/, ["cluster"]],
  [/^effect\/cli(?:$|\/)/, ["sandbox", "cli"]]
]

/** What libraries get from Effect instead. */
const ambient = [/\bprocess\.env\b/, /\bDate\.now\s*\(/, /\bnew Date\(\s*\)/, /\bMath\.random\s*\(/]

const problemsOf = (source: Source): ReadonlyArray<string> => {
  const src = Path.join(root, "packages", source.package, "src")
  return source.imports.flatMap(({ specifier }): ReadonlyArray<string> => {
    if (specifier === undefined) return ["imports what is not written out"]
    if (specifier.startsWith(".")) {
      const target = Path.resolve(Path.dirname(source.file), specifier)
      if (!target.startsWith(src + Path.sep)) return [`reaches out of its package: ${specifier}`]
      if (target === Path.join(src, "index.ts")) return [`imports its own barrel: ${specifier}`]
      return specifier.endsWith(".ts") ? [] : [`names no file: ${specifier}`]
    }
    if (specifier === "effect") return ["imports the barrel of effect"]
    const problems = reserved
      .filter(([what, who]) => what.test(specifier) && !who.includes(source.package))
      .map(() => `is not the place for ${specifier}`)
    if (!specifier.startsWith(ours)) return problems
    const [to = "", module, ...rest] = specifier.slice(ours.length).split("/")
    if (to === source.package) return [`imports itself by name: ${specifier}`]
    if (!(arrows[source.package] ?? []).includes(to)) return [`may not know ${specifier}`]
    if (module === undefined) return [`imports the barrel ${specifier}`]
    if (module === "internal" || rest.length > 0) return [`imports what is internal: ${specifier}`]
    return source.package === "sandbox" && specifier !== `${ours}core/Ids`
      ? [`takes more than ids from core: ${specifier}`]
      : problems
  })
}

const told = (source: Source, problems: ReadonlyArray<string>) =>
  problems.map((problem) => `packages/${source.package}/src/${source.module} ${problem}`)

/** Modules that need each other at run time, as the way round: `A.ts > B.ts > A.ts`. */
const cycles = (sources: ReadonlyArray<Source>): ReadonlyArray<string> => {
  const byFile = new Map(sources.map((source) => [source.file, source]))
  const done = new Set<Source>()
  const found: Array<string> = []
  const visit = (source: Source, way: ReadonlyArray<Source>): void => {
    const start = way.indexOf(source)
    if (start !== -1) found.push([...way.slice(start), source].map(({ module }) => module).join(" > "))
    if (start !== -1 || done.has(source)) return
    for (const { specifier, typeOnly } of source.imports) {
      if (typeOnly || specifier === undefined || !specifier.startsWith(".")) continue
      const next = byFile.get(Path.resolve(Path.dirname(source.file), specifier))
      if (next !== undefined) visit(next, [...way, source])
    }
    done.add(source)
  }
  for (const source of sources) visit(source, [])
  return found
}

describe("arrows", () => {
  it("are known of every package", () => {
    assert.deepStrictEqual(packages.filter((name) => !(name in arrows)), [])
    assert.includeMembers([...packages], ["core", "aws", "lts-http", "sandbox"])
  })

  it.each(packages)("packages/%s keeps to them", (name) => {
    const sources = sourcesOf(name)
    assert.isNotEmpty(sources)
    assert.deepStrictEqual(sources.flatMap((source) => told(source, problemsOf(source))), [])
  })

  it.each(packages)("packages/%s declares what it imports", (name) => {
    const known = declared(name)
    const missing = sourcesOf(name).flatMap((source) =>
      told(
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

  it.each(packages)("packages/%s has no modules that need each other", (name) => {
    assert.deepStrictEqual(cycles(sourcesOf(name)), [])
  })

  it.each(packages.filter((name) => name !== "cli"))(
    "packages/%s takes time, chance and variables from Effect",
    (name) => {
      const found = sourcesOf(name).flatMap((source) =>
        told(source, ambient.filter((what) => what.test(source.code)).map((what) => `uses ${what.source}`))
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

  it("sees every form of import, and none in comments", () => {
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
    ["core", "@iiif-ingest/core/Ids"],
    ["aws", "@iiif-ingest/lts-http/HttpDelivery"],
    ["lts-http", "@iiif-ingest/aws/S3Client"],
    ["lts-http", "node:http"],
    ["node", "@iiif-ingest/sandbox/Sandbox"],
    ["sandbox", "@iiif-ingest/core/Manifest"],
    ["sandbox", "@iiif-ingest/aws/S3Client"],
    ["aws", "@iiif-ingest/core"],
    ["aws", "@iiif-ingest/core/internal/crc32"],
    ["aws", "sharp"]
  ])("packages/%s may not import %s", (name, specifier) => {
    assert.lengthOf(problemsOf(source(name, "X.ts", `import { x } from "${specifier}"`)), 1)
  })

  it.each([
    ["core", "./Ids.ts"],
    ["core", "effect/Effect"],
    ["core", "effect/crypto/SecureRandom"],
    ["core", "jose"],
    ["aws", "@iiif-ingest/core/ObjectStore"],
    ["aws", "node:zlib"],
    ["sandbox", "@iiif-ingest/core/Ids"],
    ["cluster", "@iiif-ingest/node/NodeJournal"],
    ["cli", "@iiif-ingest/sandbox/Sandbox"]
  ])("packages/%s may import %s", (name, specifier) => {
    assert.deepStrictEqual(problemsOf(source(name, "X.ts", `import { x } from "${specifier}"`)), [])
  })

  it("sees modules that need each other, and not those that only name each other's types", () => {
    const of = (module: string, text: string) => source("core", module, text)
    const c = of("C.ts", `import type { a } from "./A.ts"`)
    assert.deepStrictEqual(
      cycles([of("A.ts", `import { b } from "./B.ts"`), of("B.ts", `import { c } from "./C.ts"`), c]),
      []
    )
    assert.deepStrictEqual(
      cycles([of("A.ts", `import { b } from "./B.ts"`), of("B.ts", `import { type a } from "./A.ts"`)]),
      ["A.ts > B.ts > A.ts"]
    )
  })
})
