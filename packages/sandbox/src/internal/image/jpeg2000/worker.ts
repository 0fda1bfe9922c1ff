/** The thread that decodes one file: decoding blocks, needs much memory, and may have to be stopped halfway. */
import { readFileSync, statSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { parentPort, workerData } from "node:worker_threads"
import * as Codec from "./codec.ts"
import * as Header from "./header.ts"
import type { Message } from "./message.ts"
import * as Plan from "./plan.ts"
import type { Decoded } from "./samples.ts"
import { interleave } from "./samples.ts"
import * as Tiff from "./tiff.ts"

const MAX_BYTES = 1024 ** 3

const failed = (reason: string): Message => ({ type: "failed", reason })

const decodeFile = async (source: string, target: string): Promise<Message> => {
  const load = Codec.load()
  if (load === undefined) return { type: "unavailable" }
  if (statSync(source).size > MAX_BYTES) return failed("the file is larger than 1 GiB")
  const file = readFileSync(source)
  const header = Header.read(file)
  if (typeof header === "string") return failed(header)
  const obstacle = Plan.obstacle(header)
  if (obstacle !== undefined) return failed(obstacle)
  const parts: Array<Decoded> = []
  for (const pass of Plan.passes(file, header)) {
    const decoded = await Codec.decode(load, pass.input, header)
    if (typeof decoded === "string") return failed(decoded)
    parts.push(decoded)
  }
  const { bits, data } = interleave(parts)
  const channels = parts.reduce((sum, part) => sum + part.channels, 0)
  const raster = { width: header.width, height: header.height, channels, bits }
  await writeFile(target, Tiff.parts(raster, data))
  return { type: "decoded", raster }
}

const isPaths = (value: unknown): value is { readonly file: string; readonly target: string } =>
  typeof value === "object" && value !== null && "file" in value && "target" in value &&
  typeof value.file === "string" && typeof value.target === "string"

if (isPaths(workerData)) {
  const { file, target } = workerData
  const message = await decodeFile(file, target).catch((error: unknown) =>
    failed(error instanceof Error ? error.message : String(error))
  )
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
  parentPort?.postMessage(message)
}
