/** Validates all manifests in a folder with the official JSON Schema, compiled once. Fails if one is invalid. */
import { Ajv } from "ajv"
import addFormats from "ajv-formats"
import * as Fs from "node:fs"
import * as Path from "node:path"

const [, , schema = "", folder = ""] = process.argv

const readJson = (path: string) => JSON.parse(Fs.readFileSync(path, "utf8"))

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
const validate = ajv.compile(readJson(schema))

for (const name of Fs.readdirSync(folder)) {
  if (!validate(readJson(Path.join(folder, name)))) throw new Error(`${name} is invalid by the official schema`)
}
