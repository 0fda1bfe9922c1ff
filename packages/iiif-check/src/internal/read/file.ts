/** Reads files and streams up to a limit. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Fs from "node:fs"
import type { Readable } from "node:stream"
import type { Problem } from "../checked.ts"
import { failure, tooLarge } from "./failure.ts"
import type { FilePath } from "./path.ts"

/**
 * Up to this size a file is read at once: a call into Node's thread pool costs more than reading it, and several are
 * needed for each file.
 */
const small = 1024 * 1024

/** Reads a stream to its end, or until it exceeds the limit. */
export const readStream = (
  open: () => Readable,
  maxBytes: number
): Effect.Effect<Uint8Array, Problem> =>
  Effect.callback<Uint8Array, Problem>((resume) => {
    const stream = open()
    const chunks: Array<Uint8Array> = []
    let length = 0
    stream.on("data", (chunk: Uint8Array) => {
      chunks.push(chunk)
      length += chunk.length
      if (length <= maxBytes) return
      stream.destroy()
      resume(Effect.fail(tooLarge(maxBytes)))
    })
    stream.once("end", () => resume(Effect.sync(() => Buffer.concat(chunks, length))))
    stream.on("error", (error) => resume(Effect.fail(failure(error))))
    return Effect.sync(() => void stream.destroy())
  })

const readSmall = (path: FilePath): Effect.Effect<Uint8Array, Problem> =>
  Effect.try({ try: () => Fs.readFileSync(path), catch: failure })

/** Whether the other end of a named pipe could be opened for a moment, for which somebody must be waiting at this end. */
const isWokenUp = (path: FilePath): boolean => {
  try {
    Fs.closeSync(Fs.openSync(path, Fs.constants.O_WRONLY | Fs.constants.O_NONBLOCK))
    return true
  } catch {
    return false
  }
}

/** How often, and how long, to wait until a thread has begun to open the pipe. */
const attempts = { schedule: Schedule.spaced("10 millis"), times: 100 }

/**
 * Opening a named pipe waits for somebody who writes to it, in a thread that would keep the process from ending. Opening
 * the other end for a moment ends the wait, once the thread has got that far.
 */
const stopWaiting = (path: FilePath): Effect.Effect<void> =>
  Effect.suspend(() => isWokenUp(path) ? Effect.void : Effect.fail("not yet")).pipe(
    Effect.retry(attempts),
    Effect.ignore
  )

/** Reads a file. What is not a regular file, such as a named pipe, is read to its end. */
export const readFile = Effect.fnUntraced(function*(
  path: FilePath,
  maxBytes: number
): Effect.fn.Return<Uint8Array, Problem> {
  const stat = yield* Effect.try({ try: () => Fs.statSync(path), catch: (error) => failure(error, path) })
  if (stat.isFile() && stat.size > maxBytes) return yield* tooLarge(maxBytes)
  if (stat.isFile() && stat.size <= small) return yield* readSmall(path)
  const read = readStream(() => Fs.createReadStream(path), maxBytes)
  return yield* (stat.isFIFO() ? Effect.onInterrupt(read, () => stopWaiting(path)) : read)
})
