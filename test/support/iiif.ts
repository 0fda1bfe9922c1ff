/**
 * Independent implementations to test manifests with: the official JSON Schema and recipes, which are kept next to the
 * project and never in it, and `@iiif/parser`.
 */
import { normalize, serialize, serializeConfigPresentation3, Traverse } from "@iiif/parser/presentation-3"
import { upgrade } from "@iiif/parser/upgrader"
import { Ajv } from "ajv"
import addFormats from "ajv-formats"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { root } from "./child.ts"

/** The folder of the official material, which `IIIF_OFFICIAL` overrides. */
export const official = process.env["IIIF_OFFICIAL"] ?? Path.join(root, "../shared/iiif")

/** Why tests with the official material are skipped; `undefined` if they run. */
export const officialMissing = Fs.existsSync(Path.join(official, "iiif_3_0.json"))
  ? undefined
  : `the official IIIF schema and recipes are missing (${
    process.env["IIIF_OFFICIAL"] === undefined ? "../shared/iiif next to the project" : "the folder in IIIF_OFFICIAL"
  })`

const readJson = (path: string): unknown => JSON.parse(Fs.readFileSync(path, "utf8"))

export interface Recipe {
  readonly name: string
  readonly json: unknown
}

const recipesOf = (folder: string): ReadonlyArray<Recipe> =>
  Fs.readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .toSorted()
    .map((path) => ({ name: path.replaceAll("\\", "/"), json: readJson(Path.join(folder, path)) }))

/** The recipes of the official cookbook; empty if it is missing. */
export const recipes: ReadonlyArray<Recipe> = officialMissing === undefined
  ? recipesOf(Path.join(official, "cookbook"))
  : []

/** The official schema's errors for a document, each with its location; `undefined` if the schema is missing. */
export const officialProblems: ((json: unknown) => ReadonlyArray<string>) | undefined = officialMissing === undefined
  ? (() => {
    const ajv = new Ajv({ strict: false, allErrors: true })
    addFormats.default(ajv)
    const validate = ajv.compile(readJson(Path.join(official, "iiif_3_0.json")) as object)
    return (json: unknown) =>
      validate(json) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  })()
  : undefined

const leaves = (value: unknown, path = ""): ReadonlyArray<readonly [string, unknown]> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}/${key}`))
    : [[path, value]]

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value))

/** What the parser omits by design: the default viewing direction. */
const implied = (path: string, value: unknown): boolean =>
  path.endsWith("/viewingDirection") && value === "left-to-right"

/**
 * What `@iiif/parser` loses of a Presentation 3 manifest when it upgrades (which must change nothing), normalizes and
 * serializes it: the paths of the values that are missing or different.
 */
export const lostByParser = (manifest: object): ReadonlyArray<string> => {
  const upgraded: unknown = upgrade(copy(manifest))
  const { entities, mapping, resource } = normalize(copy(upgraded))
  const written: unknown = serialize({ entities, mapping, requests: {} }, resource, serializeConfigPresentation3)
  return [upgraded, written].flatMap((version) => {
    const found = new Map(leaves(version))
    return leaves(manifest).filter(([path, value]) => found.get(path) !== value && !implied(path, value))
      .map(([path]) => path)
  })
}

/** How many resources of each class the parser visits when it traverses a manifest. */
export const metByParser = (manifest: object) => {
  const met = { canvases: 0, pages: 0, annotations: 0, images: 0, services: 0, ranges: 0 }
  const count = (name: keyof typeof met) => [(one: object) => {
    met[name]++
    return one
  }]
  new Traverse({
    canvas: count("canvases"),
    annotationPage: count("pages"),
    annotation: count("annotations"),
    contentResource: count("images"),
    service: count("services"),
    range: count("ranges")
  }).traverseUnknown(copy(manifest))
  return met
}
