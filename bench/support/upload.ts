/** What the programs are told: where to send, which files (from a list, one per line), and what else one wants to know. */
import * as Fs from "node:fs"
import * as Path from "node:path"

export const [endpoint = "", list = "", ...more] = process.argv.slice(2)

export const files: ReadonlyArray<string> = Fs.readFileSync(list, "utf8").split("\n").filter((line) => line !== "")

export const bucket = "edu.harvard.huit.lts.mps.at-bench-sandbox"

/** As many at a time as `Upload` sends unless told. */
export const concurrency = 8

export const keyOf = (path: string): string => `images/${Path.basename(path)}`

/** The media type, as far as these files go. */
export const typeOf = (path: string): string => path.endsWith(".tif") ? "image/tiff" : "image/jpeg"

/** Does something with each file, so many at a time. */
export const forEachFile = async (run: (path: string) => Promise<void>): Promise<void> => {
  const left = files[Symbol.iterator]()
  const worker = async () => {
    for (const path of left) await run(path)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, worker))
}

/** The keys that sign requests to a sink, which does not look at them. */
export const credentials = { accessKeyId: "SANDBOXBENCH", secretAccessKey: "bench" }
