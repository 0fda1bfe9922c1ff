/**
 * One program, two stores: first S3 (a sandbox's), then memory. Which it is, is decided where the layers are put
 * together; the program does not know.
 *
 *     tsx examples/02-memory-instead-of-s3.ts
 */
import { NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Path } from "effect"
import { Crc32, ImageSource, Main, TestMps, Upload } from "iiif-ingest"
import { withSandbox } from "./support/sandboxLayers.ts"

const uploadTwo = Effect.gen(function*() {
  const path = yield* Path.Path
  const upload = yield* Upload.Upload
  const images = ["coffee.png", "retina-pyramid.tif"].map((name) =>
    ImageSource.file(path.join(import.meta.dirname, "images", name))
  )
  for (const outcome of yield* upload.all(images)) {
    if (outcome._tag === "Failed") return yield* outcome.error
    const { asset, crc32 } = outcome.uploaded
    yield* Console.log(`${asset.key.padEnd(24)} ${asset.fingerprint.size} bytes, CRC-32 ${Crc32.toHex(crc32)}`)
  }
})

const inMemory = TestMps.layer().pipe(Layer.provideMerge(NodeServices.layer))

const program = Effect.gen(function*() {
  yield* Console.log("S3")
  yield* Effect.provide(uploadTwo, withSandbox)
  yield* Console.log("memory")
  yield* Effect.provide(uploadTwo, inMemory)
})

Main.run(program)
