import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Readable } from "node:stream"
import { crc32 } from "node:zlib"

/** S3 requires chunks of at least 8 KiB, except for the last. */
const minChunkSize = 64 * 1024

const wrongLength = (expected: number, actual: string) =>
  Effect.fail(new SourceFailed({ detail: `expected ${expected} bytes, got ${actual}` }))

/** A Node stream for the SDK to read, and the effect that fills it. */
export interface Pump {
  readonly readable: Readable
  /** Yields the CRC-32 of all bytes. The last chunk is pushed only after the source has ended successfully. */
  readonly run: Effect.Effect<Crc32.Crc32, SourceFailed>
}

/** A Readable whose `push` waits for demand. */
const makeReadable = () => {
  let wake: () => void = () => {}
  const readable = new Readable({ highWaterMark: 1024 * 1024, read: () => wake() })
  // the error is handled where it is destroyed; without a listener Node would end the process
  readable.on("error", () => {})
  const push = (bytes: Uint8Array): Effect.Effect<void> =>
    Effect.callback((resume) => {
      wake = () => resume(Effect.void)
      if (readable.push(bytes)) resume(Effect.void)
    })
  return { readable, push }
}

/** Joins small chunks. */
const regroup = (stream: Stream.Stream<Uint8Array, SourceFailed>): Stream.Stream<Uint8Array, SourceFailed> =>
  Stream.suspend(() => {
    let pending: Array<Uint8Array> = []
    let size = 0
    const flush = () => {
      const joined = pending.length === 1 ? pending : size === 0 ? [] : [Buffer.concat(pending, size)]
      pending = []
      size = 0
      return joined
    }
    const take = (chunk: Uint8Array) => {
      if (chunk.length > 0) pending.push(chunk)
      size += chunk.length
      return size < minChunkSize ? [] : flush()
    }
    return Stream.concat(
      Stream.flatMap(stream, (chunk) => Stream.fromIterable(take(chunk))),
      Stream.suspend(() => Stream.fromIterable(flush()))
    )
  })

/**
 * Pumps a stream of exactly `length` bytes. If the source fails, ends early or has more bytes, the body stays
 * incomplete, so nothing can be stored.
 */
export const make = (stream: Stream.Stream<Uint8Array, SourceFailed>, length: number): Pump => {
  const { push, readable } = makeReadable()
  const run = Effect.gen(function*() {
    let checksum = 0
    let received = 0
    let held: Uint8Array = new Uint8Array(0)
    yield* Stream.runForEach(regroup(stream), (chunk) => {
      received += chunk.length
      if (received > length) return wrongLength(length, "more")
      const ready = held
      checksum = crc32(chunk, checksum)
      held = chunk
      return ready.length === 0 ? Effect.void : push(ready)
    })
    if (received !== length) return yield* wrongLength(length, `${received}`)
    yield* push(held)
    readable.push(null)
    return Crc32.Crc32.make(checksum)
  })
  return { readable, run }
}

/** Fills a buffer from a stream of exactly its length. */
export const collect = (
  stream: Stream.Stream<Uint8Array, SourceFailed>,
  into: Uint8Array
): Effect.Effect<void, SourceFailed> =>
  Effect.suspend(() => {
    let received = 0
    return Stream.runForEach(stream, (chunk) => {
      if (received + chunk.length > into.length) return wrongLength(into.length, "more")
      into.set(chunk, received)
      received += chunk.length
      return Effect.void
    }).pipe(
      Effect.andThen(
        Effect.suspend(() => received === into.length ? Effect.void : wrongLength(into.length, `${received}`))
      )
    )
  })
