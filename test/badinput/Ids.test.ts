import { assert, layer } from "@effect/vitest"
import { IngestImage, IngestReport } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Option } from "effect"
import * as Fs from "node:fs"
import { pathOf } from "../support/pictures.ts"
import {
  assertClear,
  assertNothingSent,
  errorOf,
  fates,
  fresh,
  ops,
  reportOf,
  run,
  type Setup,
  words
} from "./support/runs.ts"

const coffee = new Uint8Array(Fs.readFileSync(pathOf("coffee.png")))
const falcon = new Uint8Array(Fs.readFileSync(pathOf("falcon9-dscovr.jpg")))

/** Strings with a character that an id must not have, by its kind. */
const odd: Readonly<Record<string, string>> = {
  space: "page 1",
  dash: "page-1",
  underscore: "page_1",
  period: "page.1",
  slash: "page/1",
  backslash: "page\\1",
  colon: "AT:page1",
  percent: "page%201",
  quote: "page\"1",
  query: "page?1#2",
  markup: "<b>page</b>",
  newline: "page1\n",
  carriageReturn: "page1\r\nx: y",
  tab: "page\t1",
  nul: "page\u0000",
  escape: "page\u001b[31m",
  delete: "page\u007f",
  c1Control: "page\u009b31m",
  accentNfc: "pag\u00e9",
  accentNfd: "page\u0301",
  fullWidth: "\uff50\uff41\uff47\uff45\uff11",
  arabicDigits: "page\u0661",
  superscript: "page\u00b2",
  cyrillic: "p\u0430ge",
  hebrew: "\u05d3\u05e3",
  rightToLeft: "page\u202egnp",
  zeroWidthSpace: "pa\u200bge",
  softHyphen: "pa\u00adge",
  byteOrderMark: "\ufeffpage",
  noBreakSpace: "page\u00a01",
  lineSeparator: "page\u20281",
  han: "\u9801",
  emoji: "page\u{1f4c4}",
  family: "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  loneSurrogate: "page\ud83d",
  privateUse: "page\ue000",
  parent: "../page1"
}

const bytes = (id: string, name = "coffee.png", content: Uint8Array = coffee) =>
  IngestImage.bytes(content, { id, name })

const prefixed = (assetPrefix: string): Setup => ({ config: (own) => ({ ...own, assetPrefix }) })

layer(Sandbox.Sandbox.layer(), { excludeTestServices: true })("bad ids and names", (it) => {
  it.effect("ids with a forbidden character: all are reported at once, and nothing is sent", () =>
    Effect.gen(function*() {
      yield* fresh()
      const images = Object.entries(odd).map(([kind, id]) => bytes(id, `${kind}.png`))
      const report = reportOf((yield* run({ images })).exit)
      const problems = words(report)
      assert.strictEqual(problems.size, Object.keys(odd).length)
      for (const [source, text] of problems) {
        assert.match(text, /^refused: ".+" cannot be an asset id: use only ASCII letters and digits$/, source)
      }
      yield* assertNothingSent
    }))

  it.effect("ids that are empty or too long, including the prefix: all are reported", () =>
    Effect.gen(function*() {
      yield* fresh()
      const images = [bytes("", "empty.png"), bytes("a".repeat(1000), "long.png"), bytes("a".repeat(201), "longer.png")]
      const problems = [...words(reportOf((yield* run({ images })).exit)).values()]
      assert.match(problems[0] ?? "", /cannot be an asset id: it is empty/)
      assert.match(problems[1] ?? "", /it has 1000 characters, and at most 200 are allowed/)
      assert.isBelow(problems[1]?.length ?? Infinity, 250)
      assert.match(problems[2] ?? "", /it has 201 characters, and at most 200 are allowed/)
      const withPrefix = reportOf((yield* run({ images: [bytes("a".repeat(150))] }, prefixed("p".repeat(60)))).exit)
      assert.match([...words(withPrefix).values()].join(), /it has 210 characters, and at most 200 are allowed/)
      yield* assertNothingSent
    }))

  it.effect("ids of 200 characters are ingested", () =>
    Effect.gen(function*() {
      yield* fresh()
      const report = reportOf((yield* run({ images: [bytes("a".repeat(200))] })).exit)
      assert.isTrue(IngestReport.isComplete(report), JSON.stringify(report))
    }))

  it.effect("file names with any character are ingested if an id is given", () =>
    Effect.gen(function*() {
      yield* fresh()
      const names = [
        ...Object.values(odd),
        "n".repeat(1000),
        "\u{1f4c4}".repeat(500),
        "a\u0301".repeat(500),
        ".",
        "..",
        "/"
      ]
      const images = names.map((name, i) => bytes(`named${i}`, name))
      const report = reportOf((yield* run({ images })).exit)
      assert.deepStrictEqual(fates(report), names.map(() => "Served"))
      assert.strictEqual(report.manifest._tag, "Served")
    }))

  it.effect("names without a letter or digit yield no id: each is reported", () =>
    Effect.gen(function*() {
      yield* fresh()
      const names = ["\u9801.png", "---.png", ".png", "\u{1f4c4}.png", " .png"]
      const images = names.map((name) => IngestImage.bytes(coffee, { name }))
      const report = reportOf((yield* run({ images })).exit)
      assert.deepStrictEqual(report.assets.map(({ source }) => source), names)
      for (const text of words(report).values()) assert.match(text, /no ASCII letters or digits: give it an id/)
      yield* assertNothingSent
    }))

  it.effect("both Unicode forms of a name yield the same id, so that a second run finds the first one's image", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh()
      const named = (name: string) => IngestImage.bytes(coffee, { name })
      const first = reportOf((yield* run({ images: [named("caf\u00e9 1.png")] })).exit)
      const second = reportOf((yield* run({ images: [named("cafe\u0301 1.png")] })).exit)
      assert.deepStrictEqual(second.assets.map(({ id }) => id), first.assets.map(({ id }) => id))
      assert.isTrue(IngestReport.isComplete(second))
      const stored = yield* sandbox.object(sandbox.s3.bucket, `images/${first.assets[0]?.id}.png`)
      assert.isTrue(Option.isSome(stored))
      const both = reportOf((yield* run({ images: [named("caf\u00e9.png"), named("cafe\u0301.png")] })).exit)
      assert.deepStrictEqual(fates(both), ["Refused", "Refused"])
    }))

  it.effect("ids that collide, even if only by case, are reported with each other's names", () =>
    Effect.gen(function*() {
      yield* fresh()
      const pages = ["a/Page1.png", "a/page1.png", "A/PAGE-1.png", "other.png", "o t h e r.jpg", "alone.png"]
      const images = pages.map((name) => IngestImage.bytes(coffee, { name }))
      const report = reportOf((yield* run({ images })).exit)
      assert.deepStrictEqual(fates(report), [...Array.from({ length: 5 }, () => "Refused"), "NotSent"])
      const problems = words(report)
      assert.match(
        problems.get("a/page1.png") ?? "",
        /the id apage1 is also used by a\/Page1\.png, A\/PAGE-1\.png \(ignoring case\)/
      )
      assert.match(problems.get("other.png") ?? "", /also used by o t h e r\.jpg: give each image its own id/)
      yield* assertNothingSent
    }))

  it.effect("an id already used for other bytes: IdTaken, unless the action is update", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh()
      const first = bytes("shelf1", "a.png", coffee)
      const other = IngestImage.bytes(Fs.readFileSync(pathOf("retina-pyramid.tif")), {
        id: "shelf1",
        name: "b.tif",
        key: "shelf1.png"
      })
      assert.isTrue(IngestReport.isComplete(reportOf((yield* run({ images: [first] })).exit)))
      const digest = Effect.map(sandbox.object(sandbox.s3.bucket, "images/shelf1.png"), Option.map(({ etag }) => etag))
      const before = yield* digest
      const jobs = (yield* sandbox.jobs.list).length

      const refused = reportOf((yield* run({ images: [other, bytes("shelf2")] })).exit)
      assert.deepStrictEqual(fates(refused), ["UploadFailed", "NotSubmitted"])
      assert.match(
        words(refused).get("b.tif") ?? "",
        /images\/shelf1\.png already holds different bytes: use another id, or action "update"/
      )
      assert.deepStrictEqual(yield* digest, before)
      assert.strictEqual((yield* sandbox.jobs.list).length, jobs)

      const updated = reportOf((yield* run({ images: [other], action: "update" })).exit)
      assert.isTrue(IngestReport.isComplete(updated), JSON.stringify(updated))
      assert.notDeepEqual(yield* digest, before)
      const [{ fate }] = updated.assets as readonly [IngestReport.AssetReport]
      assert.deepStrictEqual(fate._tag === "Served" ? [fate.width, fate.height] : fate, [1411, 1411])
    }))

  it.effect("invalid keys, and a key that two images share: all are reported, and nothing is sent", () =>
    Effect.gen(function*() {
      yield* fresh()
      const keys = [
        "../up.png",
        "a//b.png",
        "/root.png",
        "a b.png",
        "\u00e9.png",
        "",
        ".hidden",
        "a\u0000.png",
        "x".repeat(1000)
      ]
      const images = [
        ...keys.map((key, i) => IngestImage.bytes(coffee, { id: `k${i}`, name: `${i}.png`, key })),
        IngestImage.bytes(coffee, { id: "twin1", name: "twin1.png", key: "same.png" }),
        IngestImage.bytes(falcon, { id: "twin2", name: "twin2.png", key: "same.png" })
      ]
      const report = reportOf((yield* run({ images })).exit)
      assert.deepStrictEqual(fates(report), images.map(() => "Refused"))
      const problems = [...words(report).values()]
      for (const text of problems.slice(0, keys.length)) {
        assert.match(text, /cannot be an object key: use letters, digits and/)
      }
      for (const text of problems.slice(keys.length)) {
        assert.match(text, /the key images\/same\.png is also used by twin/)
      }
      yield* assertNothingSent
    }))

  // What an address can have without encoding is taken as it is.
  const names = Object.entries(odd).filter(([what]) => !["dash", "underscore", "period"].includes(what))

  it.effect.each([...names, ["empty", ""] as const, ["1,000 characters", "A".repeat(1000)] as const])(
    "a manifest name with %s: refused before anything is sent",
    ([, name]) =>
      Effect.gen(function*() {
        yield* fresh()
        const { exit } = yield* run({ manifest: { name, label: "Odd" } })
        const error = errorOf(exit, /cannot be the name of a manifest: it (?:has|is)/)
        assert.notMatch(error.message, /such as/)
        assert.strictEqual(error._tag, "ManifestError")
        assert.isBelow(error.message.length, 600)
        yield* assertNothingSent
      })
  )

  it.effect("invalid media types given for images: all are reported, and nothing is sent", () =>
    Effect.gen(function*() {
      yield* fresh()
      const types = [
        "image/png\r\nx-amz-acl: public-read",
        "png",
        "",
        "image/",
        "im\u00e4ge/png",
        "text/html",
        `image/${"x".repeat(1000)}`
      ]
      const images = types.map((mediaType, i) =>
        IngestImage.bytes(coffee, { id: `m${i}`, name: `${i}.png`, width: 600, height: 400, mediaType })
      )
      const report = reportOf((yield* run({ images })).exit)
      assert.deepStrictEqual(fates(report), types.map(() => "Refused"))
      for (const text of words(report).values()) {
        assert.match(text, /its description is invalid: mediaType: .*the media type of an image, such as image\/tiff/)
      }
      yield* assertNothingSent
    }))

  it.effect("several invalid fields of one image, from untyped code: all are reported", () =>
    Effect.gen(function*() {
      yield* fresh()
      const odd = {
        width: 0,
        height: -400,
        mediaType: "image/png",
        agent: "",
        createDate: "yesterday",
        thumbSizes: [1.5]
      }
      const report = reportOf(
        (yield* run({ images: [IngestImage.bytes(coffee, { id: "odd", name: "odd.png", ...odd })] })).exit
      )
      const text = [...words(report).values()].join()
      for (const field of ["width", "height", "agent", "createDate", "thumbSizes.0"]) {
        assert.include(text, `${field}: Expected`)
      }
      assert.include(text, "YYYY-MM-DD HH:MM:SS")
      yield* assertNothingSent
    }))

  it.effect("a file name with terminal control characters: the report keeps it, messages escape it", () =>
    Effect.gen(function*() {
      yield* fresh()
      const name = "a\u001b[2Jb\u202egnp.tif"
      const { events, exit } = yield* run({ images: [IngestImage.bytes(new Uint8Array(), { name })] })
      const report = reportOf(exit)
      assert.strictEqual(report.assets[0]?.source, name)
      for (const event of events) if (event._tag === "Refused") assertClear(event.problem)
      assert.deepStrictEqual(yield* ops, [])
    }))
})
