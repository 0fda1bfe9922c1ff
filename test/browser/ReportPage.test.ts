/** The report of a batch as a page, opened from a file as people get it, in Chromium. */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FileSystem, Path } from "effect"
import { Layer } from "effect"
import { pathToFileURL } from "node:url"
import sharp from "sharp"
import { type Options, reportPage } from "../../packages/iiif-ingest/src/internal/pages/reportPage.ts"
import { fates, manifestOf, reportOf, served } from "../../packages/iiif-ingest/test/pages/support/reports.ts"
import * as Hostile from "../../packages/sandbox/test/support/hostile.ts"
import * as Axe from "./support/axe.ts"
import { Chrome, type PageOptions, screenshot, skip } from "./support/browser.ts"

type Report = Parameters<typeof reportPage>[0]

/** Opens the page of a report from a file. */
const open = (report: Report, options: Options = {}, pageOptions: PageOptions = {}) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const file = path.join(yield* fs.makeTempDirectoryScoped(), "report.html")
    yield* fs.writeFileString(file, reportPage(report, options))
    const watched = yield* (yield* Chrome).open(pathToFileURL(path.dirname(file)).href, pageOptions)
    yield* Effect.promise(() => watched.page.goto(pathToFileURL(file).href))
    return watched
  })

const picture = Effect.promise(() =>
  sharp({ create: { width: 200, height: 140, channels: 3, background: "#7a9" } }).jpeg().toBuffer()
).pipe(Effect.map((bytes) => `data:image/jpeg;base64,${bytes.toString("base64")}`))

const pages = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    file: `scans/hamlet/page-${String(index + 1).padStart(4, "0")}.tif`,
    fate: served(`x${index}`),
    row: index + 2
  }))

/** Every fate, and every kind of problem. */
const mixed = reportOf([
  manifestOf("HAMLET", pages(12), { label: "The tragedy of Hamlet, prince of Denmark" }),
  manifestOf(
    "QURAN",
    fates("q").map((fate, index) => ({
      file: `scans/quran/${"averylongfoldername".repeat(index)}/${index}.tif`,
      fate,
      row: index + 20,
      warnings: index === 0 ? ["the EXIF orientation 6 is ignored: the pixels are served as they are stored"] : []
    })),
    { label: "مخطوطة \u{202e}عربية" }
  ),
  manifestOf("LEAR", pages(2), {
    label: "King Lear",
    problem: { kind: "unreachable", message: "mps-ingest-qa.lib.harvard.edu: no answer in 30 s" }
  })
])

const shown = Effect.map(picture, (uri): Options => ({
  thumbnails: new Map([
    ...Array.from({ length: 10 }, (_, index) => [`hamlet${index}`, uri] as const),
    ["hamlet10", "no thumbnail: HTTP 503"]
  ]),
  viewerOf: ({ id }) => `https://viewer.example.edu/viewer?manifest=${encodeURIComponent(id)}`
}))

const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

const openAll = `for (const one of document.querySelectorAll("details")) one.open = true`

describe.skipIf(skip)("the report page", () => {
  layer(Layer.merge(NodeServices.layer, Chrome.layer()), { excludeTestServices: true, timeout: 60_000 })((it) => {
    it.effect("is readable at any width, light, dark and on paper, and asks for nothing", () =>
      Effect.gen(function*() {
        const options = yield* shown
        for (const width of [360, 768, 1280]) {
          for (const colorScheme of ["light", "dark"] as const) {
            yield* Effect.scoped(Effect.gen(function*() {
              const { complaints, outside, page, stopped } = yield* open(mixed, options, { width })
              yield* Effect.promise(() => page.emulateMedia({ colorScheme }))
              yield* Effect.promise(() => page.evaluate(openAll))
              assert.strictEqual(yield* Effect.promise(() => page.evaluate(OVERFLOW)), 0, `${width} px`)
              assert.deepStrictEqual(yield* Axe.violations(page), [], `${width} px, ${colorScheme}`)
              yield* screenshot(page, `report-${width}-${colorScheme}`)
              assert.deepStrictEqual([complaints, outside, stopped], [[], [], []])
            }))
          }
        }
        const { page } = yield* open(mixed, options)
        yield* Effect.promise(() => page.emulateMedia({ media: "print" }))
        const isInPrint = yield* Effect.promise(() =>
          page.evaluate(`document.querySelector("#manifest-1 .images > li").getBoundingClientRect().height > 0`)
        )
        assert.isTrue(isInPrint, "closed manifests are printed too")
        yield* screenshot(page, "report-print")
      }).pipe(Effect.scoped), 60_000)

    it.effect("runs nothing that is in a label, a name, a problem or an address", () =>
      Effect.gen(function*() {
        const rows = Hostile.texts.flatMap((text) => [
          { file: text, fate: served("x"), warnings: [text] },
          ...fates("x").map((fate) => ({ file: text, fate: "problem" in fate ? { ...fate, problem: text } : fate }))
        ])
        const report = reportOf(Hostile.texts.map((text, index) =>
          manifestOf(`H${index}`, index === 0 ? rows : [], {
            name: text,
            label: text,
            problem: { kind: "input", message: text },
            origin: { source: text }
          })
        ))
        for (const withoutPolicy of [false, true]) {
          yield* Effect.scoped(Effect.gen(function*() {
            const { dialogs, outside, page } = yield* open(
              report,
              {
                title: Hostile.texts[41] ?? "",
                thumbnails: new Map(rows.map((_, index) => [`h0${index}`, Hostile.texts[index % 57] ?? ""])),
                viewerOf: ({ name }) => name
              },
              { withoutPolicy, width: 360 }
            )
            yield* Effect.promise(() => page.evaluate(openAll))
            assert.isUndefined(yield* Effect.promise(() => page.evaluate("window.__owned")))
            assert.deepStrictEqual([dialogs, outside], [[], []])
            assert.strictEqual(
              yield* Effect.promise(() => page.locator("script, iframe, object, embed, form").count()),
              0
            )
            assert.strictEqual(yield* Effect.promise(() => page.evaluate(OVERFLOW)), 0)
            const handlers = yield* Effect.promise(() =>
              page.evaluate(
                `[...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames().filter((name) => /^on/i.test(name)))`
              )
            )
            assert.deepStrictEqual(handlers, [])
            const text = yield* Effect.promise(() => page.locator("main").innerText())
            assert.include(text, Hostile.texts[0] ?? "")
            assert.include(text, Hostile.texts[6] ?? "")
          }))
        }
      }), 60_000)

    it.effect("with 10,000 images opens soon and stays usable", () =>
      Effect.gen(function*() {
        const uri = yield* picture
        const manifests = Array.from({ length: 100 }, (_, index) => manifestOf(`M${index}`, pages(100)))
        const [, refused = served("x")] = fates("x")
        const failed = manifestOf("BAD", [...pages(1), { file: "bad.tif", fate: refused }])
        const thumbnails = new Map(manifests.flatMap(({ images }) => images.map(({ id }) => [id, uri] as const)))
        const { page } = yield* open(reportOf([...manifests, failed]), { thumbnails }, { width: 360 })
        assert.strictEqual(yield* Effect.promise(() => page.locator(".images > li").count()), 10_002)
        const first = page.locator("details").first()
        assert.include(yield* Effect.promise(() => first.innerText()), "bad.tif")
        const second = page.locator("details").nth(1)
        yield* Effect.promise(() => second.locator("summary").click())
        yield* Effect.promise(() => second.locator(".images > li").last().scrollIntoViewIfNeeded())
        assert.isTrue(yield* Effect.promise(() => second.locator(".images > li").last().isVisible()))
        yield* Effect.promise(() => page.evaluate(openAll))
        assert.strictEqual(yield* Effect.promise(() => page.evaluate(OVERFLOW)), 0)
      }).pipe(Effect.scoped), 60_000)
  })
})
