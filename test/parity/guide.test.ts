/** docs/from-python.md leaves out no call, option or variable of the Python client. */
import { assert, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Path from "node:path"

const page = (name: string) => Fs.readFileSync(Path.resolve(import.meta.dirname, "../..", name), "utf8")

const guide = page("docs/from-python.md")

const packages = Path.resolve(import.meta.dirname, "../../packages")

/** The public modules of the packages that are not only for tests, as paths by name. */
const modules = new Map(
  Fs.globSync("{aws,core,iiif,iiif-ingest,lts-http,node}/src/**/*.ts", { cwd: packages })
    .filter((path) => !path.includes(`${Path.sep}internal${Path.sep}`))
    .map((path) => [Path.basename(path, ".ts"), Path.join(packages, path)])
)

/** The source of a module of any package. */
const sourceOf = (module: string): string | undefined => {
  const path = modules.get(module)
  return path === undefined ? undefined : Fs.readFileSync(path, "utf8")
}

const words = new Set(guide.match(/[A-Za-z_][A-Za-z0-9_]*/g))

/** What stands in code marks in sections 1.1 to 1.5, without values, modules and paths. */
const names = (): ReadonlyArray<string> => {
  const [, text = ""] = page("docs/mps.md").split(/^### 1\.1 .*$/m)
  const [own = ""] = text.split(/^### 1\.6 /m)
  const spans = [...own.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span)
  const calls = spans.filter((span) => !/^(?:["<{]|\/|auth\/)|\.py$/.test(span))
  return [...new Set(calls.flatMap((span) => span.replace(/"[^"]*"/g, "").match(/[A-Za-z_][A-Za-z0-9_]{2,}/g) ?? []))]
}

/** Words of the page that are no names of the Python client's. */
const others = new Set([
  "Image",
  "image",
  "jpeg",
  "typ",
  "alg",
  "iss",
  "iat",
  "exp",
  "ingest",
  "content",
  "True",
  "example"
])

describe("from the Python client to this one", () => {
  it("has every name of docs/mps.md, 1.1 to 1.5", () => {
    const found = names().filter((name) => !others.has(name))
    assert.isAbove(found.length, 90)
    assert.deepStrictEqual(found.filter((name) => !words.has(name)), [])
  })

  it("names only what the modules of this project have", () => {
    const members = [...guide.matchAll(/\b([A-Z]\w+)\.([A-Za-z]\w+)\b/g)]
    const known = members.flatMap(([, module = "", member = ""]) => {
      const source = sourceOf(module)
      return source === undefined
        ? []
        : [{ name: `${module}.${member}`, has: new RegExp(`\\b${member}\\b`).test(source) }]
    })
    assert.isAbove(known.length, 40)
    assert.deepStrictEqual(known.filter(({ has }) => !has), [])
  })
})
