import { NodeFileSystem } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import {
  Credentials,
  ImageHeader,
  ImageSource,
  IngestImage,
  IngestProgram,
  ObjectStore,
  Progress,
  Upload
} from "@iiif-ingest/core"
import { Manifest } from "@iiif-ingest/iiif"
import { Deferred, Effect, FileSystem, Layer, Option, Redacted, Stream } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Zlib from "node:zlib"
import { pathOf } from "../../support/pictures.ts"
import { everythingSaid } from "../support/everythingSaid.ts"
import { inMemory, requestOf } from "../support/memory.ts"
import { privatePem, signed } from "../support/signing.ts"
import { type Trap, trap } from "./Trap.ts"

const coffee = pathOf("coffee.png")

/** An uncompressed 8-bit gray TIFF whose single strip is a hole in a sparse file. */
const hollowTiff = (path: string, width: number, height: number): void => {
  const entries = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 256],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, width * height]
  ] as const
  const head = Buffer.alloc(256)
  head.write("II*\0", "latin1")
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(entries.length, 8)
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = 10 + index * 12
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(type, at + 2)
    head.writeUInt32LE(1, at + 4)
    head.writeUInt32LE(value, at + 8)
  }
  Fs.writeFileSync(path, head)
  Fs.truncateSync(path, 256 + width * height)
}

const rights = (uri: string) =>
  Effect.map(
    requestOf({
      images: [IngestImage.file(coffee)],
      manifest: { name: "ONE", label: { "en-US": ["One"] }, rights: uri }
    }),
    ({ manifest }) => [manifest, Manifest.check(manifest).map(({ code }) => code)] as const
  )

export const secrets: ReadonlyArray<Trap> = [
  trap(
    28,
    "closed",
    "no log level shows the token or a key; Debug shows the request and the reply",
    Effect.gen(function*() {
      const { output, secrets } = yield* everythingSaid
      for (const secret of secrets) assert.notInclude(output, secret)
      assert.notMatch(output, /Bearer|eyJ[\w-]{8,}/)
      assert.include(output, "initialize: sending")
    })
  ),

  trap(
    29,
    "closed",
    "lifetimes are above zero and under 8 hours; keys are parsed up front, with or without escaped line breaks",
    Effect.gen(function*() {
      for (const lifetime of ["8 hours", "0 seconds", "30 days"] as const) {
        assert.match(String((yield* Effect.flip(signed({ lifetime }))).message), /MPS rejects a token lifetime/)
        assert.match(String((yield* Effect.flip(signed({}, { lifetime }))).message), /MPS rejects a token lifetime/)
      }
      const escaped = Credentials.keyText(Redacted.make(privatePem.replaceAll("\n", "\\n")))
      assert.strictEqual((yield* signed({ key: escaped })).header.alg, "RS256")
      const broken = Credentials.make({ issuer: "a", kid: "a", key: Credentials.keyText(Redacted.make("no key")) })
      const error = yield* Effect.flip(broken.pipe(Effect.provide(NodeFileSystem.layer)))
      assert.strictEqual(error.reason._tag, "KeyInvalid")
    })
  ),

  trap(
    30,
    "closed",
    "sizes come from headers: a few reads for 400 megapixels, any file extension, no native code",
    Effect.gen(function*() {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      hollowTiff(`${folder}/large.scan`, 20_000, 20_000)
      const { format, height, width } = yield* ImageHeader.fromFile(`${folder}/large.scan`)
      assert.deepStrictEqual([format, width, height], ["tiff", 20_000, 20_000])
      const manifest: unknown = JSON.parse(
        Fs.readFileSync(Path.resolve(import.meta.dirname, "../../../packages/core/package.json"), "utf8")
      )
      assert.notMatch(JSON.stringify(manifest), /sharp|libmagic|mmmagic/)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  ),

  trap(
    31,
    "closed",
    "uploads are concurrent, streams unbuffered, with media type and CRC-32; existing objects are not sent again",
    Effect.gen(function*() {
      const both = yield* Deferred.make<void>()
      let started = 0
      // Each upload waits until the other has started, so sequential uploads would time out.
      const together = (event: Progress.Event) =>
        event._tag !== "UploadStarted"
          ? Effect.void
          : Effect.suspend(() =>
            ++started < 2 ? Deferred.await(both) : Effect.asVoid(Deferred.succeed(both, undefined))
          )
      const upload = yield* Upload.Upload
      const store = yield* ObjectStore.ObjectStore
      const bytes = Fs.readFileSync(coffee)
      const pieces = Stream.fromIterable(
        Array.from({ length: 10 }, (_, i) => bytes.subarray(i * 50_000, (i + 1) * 50_000))
      )
      const sources = [ImageSource.stream(pieces, { name: "stream.png" }), ImageSource.file(coffee)]
      yield* upload.all(sources).pipe(
        Effect.provide(Progress.layer(together)),
        Effect.timeout("5 seconds")
      )
      const [stored] = Option.toArray(yield* store.head("images/coffee.png"))
      assert.deepStrictEqual([stored?.contentType, stored?.crc32], ["image/png", Zlib.crc32(bytes)])
      const again = yield* upload.all(sources)
      assert.deepStrictEqual(
        again.map((outcome) => outcome._tag === "Uploaded" ? outcome.uploaded.how : outcome._tag),
        ["identical", "resumed"]
      )
    }).pipe(Effect.provide(inMemory()))
  ),

  trap(
    32,
    "cannot occur",
    "messages are derived from typed fields: each says what, where and why",
    Effect.gen(function*() {
      const upload = yield* Upload.Upload
      yield* upload.all([ImageSource.file(coffee)])
      const [second] = yield* upload.all([
        ImageSource.file(pathOf("falcon9-strips.tif"), { id: "coffee", key: "coffee.png" })
      ])
      assert.strictEqual(second?._tag, "Failed")
      if (second?._tag === "Failed") {
        assert.match(second.error.message, /falcon9-strips\.tif: images\/coffee\.png already holds different bytes/)
        assert.notMatch(second.error.message, /[{}]/)
      }
    }).pipe(Effect.provide(Layer.provideMerge(IngestProgram.layerUpload({ concurrency: 1 }), inMemory())))
  ),

  trap(
    33,
    "closed",
    "CC0, https URIs and tags such as en-US are accepted; whatever is doubtful is a finding, never an assertion",
    Effect.gen(function*() {
      const [cc0, none] = yield* rights("http://creativecommons.org/publicdomain/zero/1.0/")
      assert.deepStrictEqual([cc0["rights"], none], ["http://creativecommons.org/publicdomain/zero/1.0/", []])
      assert.deepStrictEqual(cc0["label"], { "en-US": ["One"] })
      const [https, nothing] = yield* rights("https://creativecommons.org/licenses/by/4.0/")
      assert.deepStrictEqual([https["rights"], nothing], ["http://creativecommons.org/licenses/by/4.0/", []])
    })
  )
]
