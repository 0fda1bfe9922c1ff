/**
 * Builds, checks and encodes a manifest with the given number of canvases: as text once in the fresh process and three
 * more times, then three times as a value, and checks the manifest as read back. Instead of all this, with `file` it
 * writes the text to a file piece by piece, and with `value` it builds the manifest once as a value and does not encode
 * it. Prints the CPU seconds of each step as JSON.
 */
import * as Ids from "@iiif-ingest/core/base/Ids"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Result from "effect/Result"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

const [, , number = "10", mode] = process.argv

const uri = Ids.ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:BENCH:MANIFEST:3")

const description: Manifest.Description = {
  label: { en: ["A book"], none: ["A book"] },
  rights: "http://creativecommons.org/licenses/by/4.0/",
  requiredStatement: { label: "Held by", value: "A library" }
}

const page = (n: number): Manifest.Page => ({
  id: Ids.AssetId.make(`p${n}`),
  imageService: `https://mps-qa.lib.harvard.edu/assets/images/AT:p${n}`,
  width: 4000,
  height: 6000,
  label: `Page ${n}`
})

const pages = Array.from({ length: Number(number) }, (_, n) => page(n))

const options = Manifests.buildOptions()

const seconds = (work: () => void): number => {
  const start = process.cpuUsage()
  work()
  const { system, user } = process.cpuUsage(start)
  return (system + user) / 1e6
}

const text = (): void => {
  let length = 0
  for (const piece of Result.getOrThrow(Manifest.buildText(uri, description, pages, options))) length += piece.length
  if (length < pages.length * 1000) throw new Error("the benchmark's text is incomplete")
}

const value = (): string => JSON.stringify(Result.getOrThrow(Manifest.build(uri, description, pages, options)))

const write = (): void => {
  const path = Path.join(Fs.mkdtempSync(Path.join(Os.tmpdir(), "iiif-ingest-bench-")), "manifest.json")
  const file = Fs.openSync(path, "w")
  for (const piece of Result.getOrThrow(Manifest.buildText(uri, description, pages, options))) Fs.writeSync(file, piece)
  Fs.closeSync(file)
  Fs.rmSync(Path.dirname(path), { recursive: true })
}

const build = (): void => {
  const { items } = Result.getOrThrow(Manifest.build(uri, description, pages, options))
  if (items.length < pages.length) throw new Error("the benchmark's manifest is incomplete")
}

if (mode === "file") console.log(JSON.stringify({ first: seconds(write) }))
else if (mode === "value") console.log(JSON.stringify({ first: seconds(build) }))
else {
  const first = seconds(text)
  const later = [seconds(text), seconds(text), seconds(text)]
  const values = [seconds(value), seconds(value), seconds(value)]
  const manifest: unknown = JSON.parse(value())
  const check = () => {
    if (Manifests.check(manifest).length > 0) throw new Error("the benchmark's manifest is invalid")
  }
  const checks = [seconds(check), seconds(check), seconds(check)]
  console.log(JSON.stringify({ first, later, values, checks }))
}
