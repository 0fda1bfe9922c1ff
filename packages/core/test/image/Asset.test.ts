import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import type { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import * as Asset from "@iiif-ingest/core/image/Asset"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import { Effect, FileSystem, Layer, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { asset } from "../support/assets.ts"
import { config } from "../support/config.ts"
import { jpeg, png, tiff } from "../support/imageCorpus.ts"

const platform = Layer.merge(NodeFileSystem.layer, SecureRandom.layerWebCrypto)

const probe = (
  source: ImageSource.ImageSource,
  options: Asset.ProbeOptions = {},
  settings: Partial<MpsConfig["Service"]> = {}
) => Asset.probe({ ...config, ...settings }, source, options).pipe(Effect.provide(platform))

const picture = png(40, 30)

const named = (name: string, description: ImageSource.SourceOptions = {}) =>
  ImageSource.bytes(picture, { name, ...description })

const reasonOf = <A, R>(effect: Effect.Effect<A, Asset.AssetError, R>) =>
  Effect.map(Effect.flip(effect), (error) => error.reason)

describe("an asset's id", () => {
  it.effect.each(
    [
      ["page1.tif", "page1"],
      ["falcon9-strips.tif", "falcon9strips"],
      ["a/b c/001.tif", "abc001"],
      ["a\\b\\001.tif", "ab001"],
      ["scan.2026.11.tif", "scan202611"],
      ["v1.0/page", "v10page"],
      [".hidden.png", "hidden"],
      ["\u00C9tude n\u00BA5.png", "tuden5"],
      ["stra\u00DFe\u6771\u4EAC7.png", "strae7"],
      ["noextension", "noextension"]
    ] as const
  )("is derived from the name: %j becomes %j", ([name, id]) =>
    Effect.gen(function*() {
      assert.strictEqual<string>((yield* probe(named(name))).id, id)
    }))

  it.effect.each(["\u6771\u4EAC.tif", "---.tif", " .tif", ".tif"])(
    "cannot be derived from %j",
    (name) =>
      Effect.gen(function*() {
        const reason = yield* reasonOf(probe(named(name)))
        if (reason._tag !== "IdInvalid") return assert.strictEqual(reason._tag, "IdInvalid")
        assert.include(reason.message, "give it an id")
      })
  )

  it.effect("is used unchanged if it is given, or rejected", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* probe(named("x.png", { id: "Given1" }))).id, "Given1")
      for (const id of ["with-dash", "", "a b", "\u0430", "a.b", "x".repeat(1000)]) {
        const reason = yield* reasonOf(probe(named("x.png", { id })))
        assert.strictEqual(reason._tag, "IdInvalid", id)
        assert.isBelow(reason.message.length, 250)
      }
    }))

  it.effect("has at most 200 characters including prefix and random part, and the message gives its length", () =>
    Effect.gen(function*() {
      assert.lengthOf((yield* probe(named(`${"n".repeat(200)}.png`))).id, 200)
      const long = yield* reasonOf(probe(named(`${"n".repeat(1000)}.png`)))
      assert.include(long.message, "1000 characters")
      const prefixed = yield* reasonOf(probe(named(`${"n".repeat(198)}.png`), {}, { assetPrefix: "myapp" }))
      assert.include(prefixed.message, "203 characters")
      const random = yield* reasonOf(probe(named(`${"n".repeat(190)}.png`), { randomIds: true }))
      assert.include(random.message, "212 characters")
    }))

  it.effect("starts with the prefix, whether it was given or not", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* probe(named("one.png"), {}, { assetPrefix: "myapp" })).id, "myappone")
      assert.strictEqual((yield* probe(named("one.png", { id: "two" }), {}, { assetPrefix: "myapp" })).id, "myapptwo")
    }))

  it.effect("is taken as it is if it is given as assetId: no prefix, no random part", () =>
    Effect.gen(function*() {
      const source = named("x.png", { assetId: "mcih235dad6fd15742bc91d167cbd59c7756" })
      const found = yield* probe(source, { randomIds: true }, { assetPrefix: "myapp" })
      assert.deepStrictEqual<ReadonlyArray<string>>([found.id, found.key], [
        "mcih235dad6fd15742bc91d167cbd59c7756",
        "images/mcih235dad6fd15742bc91d167cbd59c7756.png"
      ])
      assert.deepStrictEqual((yield* probe(named("\u6771\u4EAC.png", { assetId: "a" }))).warnings, [])
      for (const assetId of ["", "no-dashes", "\u00E9", "x".repeat(201)]) {
        const reason = yield* reasonOf(probe(named("x.png", { assetId }), {}, { assetPrefix: "myapp" }))
        if (reason._tag !== "IdInvalid") return assert.strictEqual(reason._tag, "IdInvalid", assetId)
        assert.strictEqual(reason.id, assetId)
      }
    }))

  it.effect("cannot be given both as id and as assetId, and the error says which is which", () =>
    Effect.gen(function*() {
      for (const id of ["one", "two"]) {
        const error = yield* Effect.flip(probe(named("x.png", { id, assetId: "two" })))
        assert.strictEqual(
          error.message,
          `x.png: "two" cannot be an asset id: it is given as assetId, and "${id}" as id: give assetId for an id that ` +
            "is used as it is, or id for one that gets the asset prefix"
        )
      }
    }))

  it.effect("is the same in every run, unless random ids are requested", () =>
    Effect.gen(function*() {
      const same = yield* Effect.all(Array.from({ length: 3 }, () => probe(named("one.png"))))
      assert.strictEqual(new Set(same.map(({ id }) => id)).size, 1)
      const random = yield* Effect.all(Array.from({ length: 100 }, () => probe(named("one.png"), { randomIds: true })))
      for (const { id, key } of random) {
        assert.match(id, /^one[A-Za-z0-9]{22}$/)
        assert.strictEqual(key, `images/${id}.png`)
      }
      assert.strictEqual(new Set(random.map(({ id }) => id.toLowerCase())).size, 100)
    }))
})

describe("an asset's key and format", () => {
  it.effect("are derived from the bytes, not from the name", () =>
    Effect.gen(function*() {
      const found = yield* probe(named("scan.tif"), {}, { keyPrefix: "a/b" })
      assert.deepStrictEqual([found.key, found.mediaType, found.width, found.height], [
        "a/b/scan.png",
        "image/png",
        40,
        30
      ])
      assert.isTrue(found.warnings.some((warning) => warning.includes("png")))
      const photo = yield* probe(ImageSource.bytes(jpeg(), { name: "photo.jpeg" }))
      assert.deepStrictEqual([photo.key, photo.mediaType], ["images/photo.jpg", "image/jpeg"])
      assert.deepStrictEqual(photo.warnings, [])
    }))

  it.effect("are in the folder of the image, or else of the call, or else of the configuration", () =>
    Effect.gen(function*() {
      const keyOf = (source: ImageSource.SourceOptions, call: Asset.ProbeOptions, keyPrefix: string) =>
        Effect.map(probe(named("one.png", source), call, { keyPrefix }), ({ key }) => key)
      assert.strictEqual(yield* keyOf({ keyPrefix: "a/b" }, { keyPrefix: "c" }, "d"), "a/b/one.png")
      assert.strictEqual(yield* keyOf({}, { keyPrefix: "c" }, "d"), "c/one.png")
      assert.strictEqual(yield* keyOf({ key: "x/y.tif" }, { keyPrefix: "c" }, "d"), "c/x/y.tif")
      assert.strictEqual(yield* keyOf({ keyPrefix: "/" }, { keyPrefix: "c" }, "d"), "one.png")
      assert.strictEqual(yield* keyOf({ key: "y.tif" }, { keyPrefix: "/" }, "d"), "y.tif")
      assert.strictEqual(yield* keyOf({}, {}, "/"), "one.png")
      assert.strictEqual(yield* keyOf({ keyPrefix: "a" }, {}, "/"), "a/one.png")
    }))

  it.effect.each(["", "//", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a b", "\u00E9", "x".repeat(501)])(
    "are never at the root or elsewhere by accident: the key prefix %j is refused wherever it is given",
    (keyPrefix) =>
      Effect.gen(function*() {
        for (
          const effect of [
            probe(named("one.png", { keyPrefix })),
            probe(named("one.png"), { keyPrefix }),
            probe(named("one.png"), {}, { keyPrefix })
          ]
        ) {
          const reason = yield* reasonOf(effect)
          if (reason._tag !== "KeyPrefixInvalid") return assert.strictEqual(reason._tag, "KeyPrefixInvalid")
          assert.match(reason.message, /cannot be a key prefix: use a folder name such as images, or \/ for the root/)
        }
      })
  )

  it.effect("are not read if size and media type are given", () =>
    Effect.gen(function*() {
      const given = { width: 7, height: 8, mediaType: "image/tiff" }
      const unreadable = ImageSource.stream(Stream.fail(new Error("was read")), {
        name: "a/one.TIFF",
        length: 99,
        ...given
      })
      const found = yield* probe(unreadable)
      assert.deepStrictEqual(
        [found.key, found.width, found.height, found.mediaType, found.fingerprint],
        ["images/aone.tiff", 7, 8, "image/tiff", { size: 99 }]
      )
    }))

  it.effect("are rejected if the given size is not the image's", () =>
    Effect.gen(function*() {
      for (const given of [{ width: 41 }, { height: 31 }, { width: 30, height: 40 }]) {
        const reason = yield* reasonOf(probe(named("one.png", given)))
        if (reason._tag !== "SizeDiffers") return assert.strictEqual(reason._tag, "SizeDiffers")
        assert.strictEqual(reason.found, "40 x 30")
      }
      assert.strictEqual((yield* probe(named("one.png", { width: 40, height: 30 }))).width, 40)
    }))

  it.effect("of a file that is not an image fail with an error that names the source", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(probe(ImageSource.bytes(new Uint8Array([1, 2, 3]), { name: "notes.txt" })))
      assert.strictEqual(error.source, "notes.txt")
      assert.include(error.message, "notes.txt: ")
    }))
})

describe("sources", () => {
  const chunks = (bytes: Uint8Array, size: number) =>
    Stream.fromIterable(
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
    )

  it.effect("the fingerprint of a file has its length and modification time", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = `${yield* fs.makeTempDirectoryScoped()}/one.png`
      yield* fs.writeFile(path, picture)
      yield* fs.utimes(path, 1_700_000_000, 1_700_000_000)
      const found = yield* probe(ImageSource.file(path))
      assert.deepStrictEqual(found.fingerprint, { size: picture.length, modifiedMillis: 1_700_000_000_000 })
      const missing = yield* Effect.flip(probe(ImageSource.file(`${path}x`)))
      assert.strictEqual(missing.source, `${path}x`)
      assert.strictEqual(missing.reason._tag, "Unreadable")
    }).pipe(Effect.provide(platform)))

  it.effect("the fingerprint of bytes has their length", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* probe(named("one.png"))).fingerprint, { size: picture.length })
    }))

  it.effect.each([1, 7, 1000])(
    "the length of a stream in chunks of %s is measured if it is unknown",
    (size) =>
      Effect.gen(function*() {
        const found = yield* probe(ImageSource.stream(chunks(picture, size), { name: "one" }))
        assert.deepStrictEqual([found.width, found.height, found.fingerprint.size], [40, 30, picture.length])
        assert.strictEqual(found.key, "images/one.png")
      })
  )

  it.effect("the length of a stream is that of its bytes, not the given one", () =>
    Effect.gen(function*() {
      const found = yield* probe(ImageSource.stream(chunks(picture, 8), { name: "one", length: 7 }))
      assert.strictEqual(found.fingerprint.size, picture.length)
    }))

  /** A TIFF with its directory before its pixels, or after more than a MiB. */
  const tiffWithDirectory = (place: "front" | "end") => {
    const small = tiff({ little: true, big: false }, [{ width: 900, height: 800 }], { front: place === "front" })
    if (place === "front") return small
    const gap = 1_200_000
    const moved = new Uint8Array(small.length + gap)
    const view = new DataView(small.buffer, small.byteOffset)
    const directory = view.getUint32(4, true)
    moved.set(small.subarray(0, directory))
    moved.set(small.subarray(directory), directory + gap)
    new DataView(moved.buffer).setUint32(4, directory + gap, true)
    return moved
  }

  it.effect("a stream of any length with its header in the first MiB is probed", () =>
    Effect.gen(function*() {
      const bytes = new Uint8Array(3_000_000)
      bytes.set(tiffWithDirectory("front"))
      const found = yield* probe(ImageSource.stream(chunks(bytes, 65_536), { name: "one" }))
      assert.deepStrictEqual([found.width, found.height, found.fingerprint.size], [900, 800, 3_000_000])
    }))

  it.effect("a stream with its header at the end is probed", () =>
    Effect.gen(function*() {
      for (const size of [1000, 65_536, 2_000_000]) {
        const found = yield* probe(ImageSource.stream(chunks(tiffWithDirectory("end"), size), { name: "one" }))
        assert.strictEqual(found.width, 900)
      }
    }))

  it.effect("a stream with its header between the first MiB and the end needs size and media type", () =>
    Effect.gen(function*() {
      const bytes = new Uint8Array(2_500_000)
      bytes.set(tiffWithDirectory("end"))
      assert.deepStrictEqual((yield* probe(ImageSource.bytes(bytes, { name: "one" }))).width, 900)
      const reason = yield* reasonOf(probe(ImageSource.stream(chunks(bytes, 65_536), { name: "one" })))
      assert.include(reason.message, "give width, height, mediaType")
    }))

  it.effect("a stream that fails is an error with its message", () =>
    Effect.gen(function*() {
      const source = ImageSource.stream(Stream.fail(new Error("the line is dead")), { name: "one" })
      const reason = yield* reasonOf(probe(source))
      assert.include(reason.message, "the line is dead")
    }))

  it("are located by path or name", () => {
    assert.strictEqual(ImageSource.location(ImageSource.file("a/b.tif")), "a/b.tif")
    assert.strictEqual(ImageSource.location(named("c.png")), "c.png")
    assert.strictEqual(ImageSource.file("a\\b\\c.tif").name, "c.tif")
    assert.strictEqual(ImageSource.file("a/b.tif", { name: "x/b.tif" }).name, "x/b.tif")
  })
})

describe("Asset.collisions", () => {
  it("returns every asset of every collision with the others in it, ignoring case", () => {
    const from = (id: string, name: string) => asset(id, {}, { source: named(name) })
    const assets = [
      from("one", "1.png"),
      from("two", "2.png"),
      from("ONE", "3.png"),
      from("x", "4.png"),
      from("oNe", "5.png"),
      from("TWO", "6.png")
    ]
    const errors = Asset.collisions(assets)
    const reported = assets.map((a) => {
      const error = errors.get(a)
      return error?.reason._tag === "IdCollision" ? [error.source, error.reason.others] : undefined
    })
    assert.deepStrictEqual(reported, [
      ["1.png", ["3.png", "5.png"]],
      ["2.png", ["6.png"]],
      ["3.png", ["1.png", "5.png"]],
      undefined,
      ["5.png", ["1.png", "3.png"]],
      ["6.png", ["2.png"]]
    ])
  })

  const messagesOf = (assets: ReadonlyArray<Asset.Asset>) => {
    const errors = Asset.collisions(assets)
    return assets.map((one) => errors.get(one)?.message)
  }

  const file = (id: string, path: string, key?: string) =>
    asset(id, {}, { source: ImageSource.file(path), ...(key === undefined ? {} : { key }) })

  it("says of the same file given again that it is, however its path is written", () => {
    const twice =
      "it is the same file given twice, each time with the id p1: give it once, or each time an id of its own"
    assert.deepStrictEqual(messagesOf([file("p1", "a/p1.jpg"), file("p1", "./a//p1.jpg"), file("p2", "a/p2.jpg")]), [
      `a/p1.jpg: ${twice}`,
      `./a//p1.jpg: ${twice}`,
      undefined
    ])
    const [thrice] = messagesOf(["p1.jpg", "p1.jpg", "./p1.jpg"].map((path) => file("p1", path)))
    assert.match(thrice ?? "", /^p1\.jpg: it is the same file given 3 times/)
  })

  it("takes the same file with ids and keys of its own each time", () => {
    assert.deepStrictEqual(messagesOf([file("one", "p1.jpg"), file("two", "p1.jpg")]), [undefined, undefined])
  })

  it("names the other files, and each once", () => {
    const given = [file("p1", "p1.jpg"), file("p1", "p1.jpg"), file("p1", "b/p1.tif", "images/p1.jpg")]
    assert.deepStrictEqual(messagesOf(given.slice(1)), [
      "p1.jpg: the id p1 is also used by b/p1.tif: give each image its own id",
      "b/p1.tif: the id p1 is also used by p1.jpg: give each image its own id"
    ])
    assert.deepStrictEqual(messagesOf(given).slice(1), [
      "p1.jpg: it is the same file given twice, each time with the id p1, and the id p1 is also used by b/p1.tif: " +
      "give it once, or each time an id of its own",
      "b/p1.tif: the id p1 is also used by p1.jpg: give each image its own id"
    ])
  })

  it("tells images in memory apart that have the same name", () => {
    const [message] = messagesOf(["p1", "p1"].map((id) => asset(id, {}, { source: named("p1.png") })))
    assert.strictEqual(
      message,
      "p1.png: the id p1 is also used by another image named p1.png: give each image its own id"
    )
  })

  it("says when ids differ only by case", () => {
    assert.deepStrictEqual(messagesOf([file("p1", "p1.jpg"), file("P1", "P1.jpg")]), [
      "p1.jpg: the id p1 is also used by P1.jpg (ignoring case): give each image its own id",
      "P1.jpg: the id P1 is also used by p1.jpg (ignoring case): give each image its own id"
    ])
  })

  it("compares whole keys, with their prefixes", () => {
    const [a, b, c] = [file("a", "1.jpg", "x.jpg"), file("b", "2.jpg", "images/x.jpg"), file("c", "3.jpg", "x.jpg")]
    assert.deepStrictEqual(messagesOf([a, b, c]), [
      "1.jpg: the key x.jpg is also used by 3.jpg: one would overwrite the other",
      undefined,
      "3.jpg: the key x.jpg is also used by 1.jpg: one would overwrite the other"
    ])
    assert.match(
      messagesOf([file("a", "1.jpg", "x.jpg"), file("b", "1.jpg", "x.jpg")]).join(),
      /^1\.jpg: it is the same file given twice, each time with the key x\.jpg: give each a key of its own,/
    )
  })

  it("is empty for no assets and for different ids", () => {
    assert.strictEqual(Asset.collisions([]).size, 0)
    assert.strictEqual(Asset.collisions([asset("a"), asset("b")]).size, 0)
  })
})
