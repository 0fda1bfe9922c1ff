/** Decodes JPEG 2000 with an optional codec, in a thread of its own. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rm } from "node:fs/promises"
import { Worker } from "node:worker_threads"
import type { Message, Raster } from "./message.ts"

/** The codec is an optional package, which is not installed. */
export class Jpeg2000Unavailable extends Schema.TaggedError<Jpeg2000Unavailable>()("Jpeg2000Unavailable", {}) {
  override get message() {
    return "The sandbox has no JPEG 2000 decoder: install the package @cornerstonejs/codec-openjpeg beside it"
  }
}

/** The file is broken, or of a kind that the codec cannot decode. */
export class Jpeg2000Failed extends Schema.TaggedError<Jpeg2000Failed>()("Jpeg2000Failed", {
  reason: Schema.String
}) {
  override get message() {
    return `The JPEG 2000 image cannot be decoded: ${this.reason}`
  }
}

const TIME_LIMIT = "60 seconds"

/** The worker has the extension of this file: `.ts` in the sources, `.js` when it is compiled. */
const workerUrl = new URL(`./worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url)

const failed = (reason: string) => Effect.fail(new Jpeg2000Failed({ reason }))

const result = (message: Message): Effect.Effect<Raster, Jpeg2000Unavailable | Jpeg2000Failed> => {
  switch (message.type) {
    case "decoded":
      return Effect.succeed(message.raster)
    case "unavailable":
      return Effect.fail(new Jpeg2000Unavailable())
    case "failed":
      return failed(message.reason)
  }
}

const runWorker = (file: string, target: string) =>
  Effect.callback<Raster, Jpeg2000Unavailable | Jpeg2000Failed>((resume) => {
    // Unread pipes keep what the codec prints by itself away from the sandbox's own output.
    const worker = new Worker(workerUrl, { workerData: { file, target }, stdout: true, stderr: true })
    worker.once("message", (message: Message) => resume(result(message)))
    worker.once("error", (error) => resume(failed(error instanceof Error ? error.message : String(error))))
    worker.once("exit", () => resume(failed("the decoder ended without a result")))
    return Effect.promise(() => worker.terminate())
  })

/**
 * Decodes a file to an uncompressed TIFF file of 8 or 16 bits a sample, which it writes to `target`. Other depths are
 * scaled up. It takes one minute at most, and leaves no `target` unless it succeeds.
 */
export const decode = (
  file: string,
  target: string
): Effect.Effect<Raster, Jpeg2000Unavailable | Jpeg2000Failed> =>
  runWorker(file, target).pipe(
    Effect.timeoutOrElse({ duration: TIME_LIMIT, orElse: () => failed("it took longer than a minute") }),
    Effect.onError(() => Effect.promise(() => rm(target, { force: true })))
  )
