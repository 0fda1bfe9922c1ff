/** The programs' arguments: where to send, a list of files (one per line), and arguments of the program's own. */
import * as Fs from "node:fs"
import * as Path from "node:path"

export const [endpoint = "", list = "", ...more] = process.argv.slice(2)

export const files: ReadonlyArray<string> = Fs.readFileSync(list, "utf8").split("\n").filter((line) => line !== "")

export const bucket = "edu.harvard.huit.lts.mps.at-bench-sandbox"

/** The default concurrency of `Upload`. */
export const concurrency = 8

export const keyOf = (path: string): string => `images/${Path.basename(path)}`

/** The media type of the benchmark's files. */
export const typeOf = (path: string): string => path.endsWith(".tif") ? "image/tiff" : "image/jpeg"

/** Runs something for each file, with the given concurrency. */
export const forEachFile = async (run: (path: string) => Promise<void>): Promise<void> => {
  const left = files[Symbol.iterator]()
  const worker = async () => {
    for (const path of left) await run(path)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, worker))
}

/** The keys for signing requests to a sink, which ignores them. */
export const credentials = { accessKeyId: "SANDBOXBENCH", secretAccessKey: "bench" }
