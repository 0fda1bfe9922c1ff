import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Readable } from "node:stream"
import { crc32 } from "node:zlib"

/** S3 wants chunks of at least 8 KiB, all but the last. */
const smallest = 64 * 1024

const wrongLength = (announced: number, came: string) =>
  Effect.fail(new SourceFailed({ detail: `${announced} bytes were announced and ${came} came` }))

/** Bytes on their way out: what the SDK reads from, and who fills it. */
export interface Pump {
  readonly readable: Readable
  /** Ends with the CRC-32 of all bytes. The last ones are let go only when the source has ended well. */
  readonly run: Effect.Effect<Crc32.Crc32, SourceFailed>
}

/** A Readable that says when it wants more. */
const outlet = () => {
  let wake: () => void = () => {}
  const readable = new Readable({ highWaterMark: 1024 * 1024, read: () => wake() })
  // whoever destroys it knows why; without a listener Node would end the process
  readable.on("error", () => {})
  const push = (bytes: Uint8Array): Effect.Effect<void> =>
    Effect.callback((resume) => {
      wake = () => resume(Effect.void)
      if (readable.push(bytes)) resume(Effect.void)
    })
  return { readable, push }
}

/** Small chunks joined until they are worth sending. */
const regroup = (stream: Stream.Stream<Uint8Array, SourceFailed>): Stream.Stream<Uint8Array, SourceFailed> =>
  Stream.suspend(() => {
    let waiting: Array<Uint8Array> = []
    let size = 0
    const flush = () => {
      const joined = waiting.length === 1 ? waiting : size === 0 ? [] : [Buffer.concat(waiting, size)]
      waiting = []
      size = 0
      return joined
    }
    const take = (chunk: Uint8Array) => {
      if (chunk.length > 0) waiting.push(chunk)
      size += chunk.length
      return size < smallest ? [] : flush()
    }
    return Stream.concat(
      Stream.flatMap(stream, (chunk) => Stream.fromIterable(take(chunk))),
      Stream.suspend(() => Stream.fromIterable(flush()))
    )
  })

/**
 * Sends a stream of exactly `length` bytes on. A source that fails, ends early or gives more leaves the body
 * unfinished, so that nothing can be stored of it.
 */
export const make = (stream: Stream.Stream<Uint8Array, SourceFailed>, length: number): Pump => {
  const { push, readable } = outlet()
  const run = Effect.gen(function*() {
    let sum = 0
    let seen = 0
    let held: Uint8Array = new Uint8Array(0)
    yield* Stream.runForEach(regroup(stream), (chunk) => {
      seen += chunk.length
      if (seen > length) return wrongLength(length, "more")
      const ready = held
      sum = crc32(chunk, sum)
      held = chunk
      return ready.length === 0 ? Effect.void : push(ready)
    })
    if (seen !== length) return yield* wrongLength(length, `${seen}`)
    yield* push(held)
    readable.push(null)
    return Crc32.Crc32.make(sum)
  })
  return { readable, run }
}

/** Fills a buffer from a stream of exactly as many bytes. */
export const collect = (
  stream: Stream.Stream<Uint8Array, SourceFailed>,
  into: Uint8Array
): Effect.Effect<void, SourceFailed> =>
  Effect.suspend(() => {
    let seen = 0
    return Stream.runForEach(stream, (chunk) => {
      if (seen + chunk.length > into.length) return wrongLength(into.length, "more")
      into.set(chunk, seen)
      seen += chunk.length
      return Effect.void
    }).pipe(
      Effect.andThen(Effect.suspend(() => seen === into.length ? Effect.void : wrongLength(into.length, `${seen}`)))
    )
  })
