/** Sources of images: files that libvips reads, and JPEG 2000, which is decoded first. */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { open, rm } from "node:fs/promises"
import * as Derive from "./derive.ts"
import * as Jpeg2000 from "./jpeg2000/decode.ts"
import * as Header from "./jpeg2000/header.ts"

const isJpeg2000 = (file: string): Effect.Effect<boolean, Derive.Unreadable> =>
  Effect.tryPromise({
    try: async () => {
      const handle = await open(file, "r")
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(Header.MAGIC_BYTES), 0, Header.MAGIC_BYTES, 0)
        return Header.isJpeg2000(buffer.subarray(0, bytesRead))
      } finally {
        await handle.close()
      }
    },
    catch: () => new Derive.Unreadable({ reason: "The object cannot be read" })
  })

type Use<A, E> = (file: string, source: Derive.Source) => Effect.Effect<A, E>

const useFile = <A, E>(file: string, use: Use<A, E>) =>
  Effect.flatMap(Derive.probe(file), (source) => use(file, source))

const useDecoded = <A, E>(file: string, scratch: string, use: Use<A, E>) =>
  Effect.acquireUseRelease(
    Effect.interruptible(Jpeg2000.decode(file, scratch)).pipe(
      Effect.mapError(({ message }) => new Derive.Unreadable({ reason: message }))
    ),
    () => useFile(scratch, (decoded, source) => use(decoded, { ...source, format: "jp2" })),
    () => Effect.promise(() => rm(scratch, { force: true }))
  )

export interface Sources {
  /** Passes a file that libvips can read to `use`, with what its header says; `scratch` is a path for a decoded file. */
  readonly use: <A, E>(file: string, scratch: string, use: Use<A, E>) => Effect.Effect<A, E | Derive.Unreadable>
}

export const make: Effect.Effect<Sources> = Effect.map(
  // Decoding JPEG 2000 takes up to 2 GB.
  Semaphore.make(1),
  (decoders): Sources => ({
    use: (file, scratch, use) =>
      Effect.flatMap(
        isJpeg2000(file),
        (isCoded) => isCoded ? decoders.withPermits(1)(useDecoded(file, scratch, use)) : useFile(file, use)
      )
  })
)
