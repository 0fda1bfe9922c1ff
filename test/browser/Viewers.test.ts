/** The viewers in Chromium: pictures open, turn and zoom as deep as their pixels go. */
import { assert, describe, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { createServer, type Server } from "node:http"
import type { Page, Response } from "playwright-core"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { violations } from "./support/axe.ts"
import { Chrome, screenshot, skip } from "./support/browser.ts"
import { CANVAS, drawn, isTileOf, unknownComplaints } from "./support/drawn.ts"
import { filled, pictures } from "./support/sandbox.ts"

/** Whether the reply is a tile of an asset with as many pixels as the image itself has there. */
const isFullTile = (id: string, image: { readonly width: number; readonly height: number }) => (response: Response) => {
  const match = /\/SANDBOX:(\w+)\/(\d+),(\d+),(\d+),(\d+)\/(\d*),/.exec(decodeURIComponent(response.url()))
  if (match === null || match[1] !== id) return false
  const [x = 0, y = 0, width = 0, height = 0, size = 0] = match.slice(2).map(Number)
  return response.status() === 200 && width === size && x + width <= image.width && y + height <= image.height
}

/** A site of another origin with one page. */
const serve = (html: Effect.Effect<string>) =>
  Effect.flatMap(html, (body) =>
    Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const server = createServer((_, response) => {
          response.setHeader("content-type", "text/html; charset=utf-8")
          response.end(`<!doctype html><body style="height: 90vh">${body}</body>`)
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        })
    )).pipe(Effect.map((server) => {
      const address = server.address()
      return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
    }))

const click = (page: Page, name: string) =>
  Effect.promise(() => page.getByRole("button", { name, exact: true }).first().click())

const THREE_FRAMES = `new Promise((done) => {
  let left = 3
  const next = () => left-- > 0 ? requestAnimationFrame(next) : done()
  next()
})`

const idOf = (file: string) => file.replace(/\.\w+$/, "").replaceAll("-", "")

describe.skipIf(skip)("viewers", () => {
  layer(Layer.merge(filled, Chrome.layer()), { excludeTestServices: true, timeout: 60_000 })((it) => {
    it.effect("Mirador opens the manifest and turns its pages, and nothing leaves this machine", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const chrome = yield* Chrome
        const { complaints, outside, page, refused } = yield* chrome.open(sandbox.url)
        const [first, ...others] = Object.entries(pictures)
        const firstTile = page.waitForResponse(isTileOf(idOf(first?.[0] ?? "")))
        yield* Effect.promise(() => page.goto(sandbox.viewerUrl("URN-3:SANDBOX:FIVEPICTURES")))
        yield* Effect.promise(() => firstTile)
        yield* drawn(page, CANVAS)
        assert.strictEqual(yield* Effect.promise(() => page.locator("h1").first().textContent()), "Five pictures")
        yield* screenshot(page, "mirador-wide", false)
        for (const [file, label] of others) {
          const tile = page.waitForResponse(isTileOf(idOf(file)))
          yield* click(page, "Next item")
          yield* click(page, "Reset zoom")
          yield* Effect.promise(() => page.getByText(label).first().waitFor())
          yield* Effect.promise(() => tile)
          yield* drawn(page, CANVAS)
        }
        assert.deepStrictEqual(unknownComplaints(complaints), [])
        assert.deepStrictEqual(outside, [])
        assert.deepStrictEqual(refused, [])
      }))

    it.effect("Mirador zooms to the last pixel", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        // A window so small that the whole picture is drawn with less than all of its pixels.
        const { page, refused } = yield* (yield* Chrome).open(sandbox.url, { width: 1000, height: 640 })
        const first = page.waitForResponse(isTileOf("hubbledeepfield"))
        yield* Effect.promise(() => page.goto(sandbox.viewerUrl("URN-3:SANDBOX:FIVEPICTURES")))
        yield* Effect.promise(() => first)
        yield* drawn(page, CANVAS)
        const full = page.waitForResponse(isFullTile("hubbledeepfield", { width: 1000, height: 872 }))
        for (let step = 0; step < 4; step++) yield* click(page, "Zoom in")
        yield* Effect.promise(() => full)
        yield* drawn(page, CANVAS)
        yield* screenshot(page, "mirador-zoomed", false)
        assert.deepStrictEqual(refused, [])
      }))

    it.effect("Mirador shows a manifest made for qa with the sandbox's pictures, open at a page", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const made = yield* Effect.promise(() =>
          fetch(`${sandbox.url}/iiif/3/URN-3:SANDBOX:FIVEPICTURES`).then((reply) => reply.text())
        )
        const forQa = made.replaceAll("FIVEPICTURES", "FORQA")
          .replaceAll(`${sandbox.url}/assets/`, "https://mps-qa.lib.harvard.edu/assets/")
          .replaceAll(`${sandbox.url}/URN-3`, "https://nrs-qa.lib.harvard.edu/URN-3")
        assert.notInclude(forQa, sandbox.url)
        yield* Client.ingest(sandbox, Client.ingestRequest([], JSON.parse(forQa)))
        const { outside, page, refused } = yield* (yield* Chrome).open(sandbox.url)
        const tile = page.waitForResponse((response) =>
          isTileOf("coffee")(response) && !response.url().includes("/full/")
        )
        yield* Effect.promise(() => page.goto(`${sandbox.viewerUrl("URN-3:SANDBOX:FORQA")}?n=4`))
        yield* Effect.promise(() => tile)
        yield* drawn(page, CANVAS)
        yield* Effect.promise(() => page.goto(`${sandbox.viewerUrl("URN-3:SANDBOX:FORQA")}/contents`))
        assert.strictEqual(yield* Effect.promise(() => page.locator(".canvas img").count()), 5)
        assert.deepStrictEqual([outside, refused], [[], []])
      }))

    it.effect("Mirador is where another page embeds it, with what the embed API says", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const embedder = yield* serve(
          Effect.promise(() =>
            fetch(`${sandbox.url}/api/mps?urn=URN-3:SANDBOX:FIVEPICTURES`)
              .then((reply) => reply.json()).then((embed: unknown) => String(Client.at(embed, "html")))
          )
        )
        const { page } = yield* (yield* Chrome).open(sandbox.url, { also: embedder })
        const tile = page.waitForResponse(isTileOf("hubbledeepfield"))
        yield* Effect.promise(() => page.goto(`${embedder}/`))
        yield* Effect.promise(() => tile)
        yield* Effect.promise(() =>
          page.frameLocator("iframe").getByRole("button", { name: "Next item" }).first().waitFor()
        )
      }))

    it.effect("axe finds in Mirador what is known", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { page } = yield* (yield* Chrome).open(sandbox.url)
        yield* Effect.promise(() => page.goto(sandbox.viewerUrl("URN-3:SANDBOX:FIVEPICTURES")))
        yield* Effect.promise(() => page.getByRole("button", { name: "Next item" }).first().waitFor())
        const found = yield* violations(page)
        assert.deepStrictEqual(found.filter((one) => !one.startsWith("aria-allowed-attr:")), [])
      }))

    it.effect("OpenSeadragon opens an asset, and zooms to the last pixel with the page's buttons", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { complaints, outside, page, refused } = yield* (yield* Chrome).open(sandbox.url, {
          width: 420,
          height: 560
        })
        const first = page.waitForResponse(isTileOf("retinapyramid"))
        yield* Effect.promise(() => page.goto(sandbox.viewerUrl("SANDBOX:retinapyramid")))
        yield* Effect.promise(() => first)
        yield* drawn(page, CANVAS)
        yield* screenshot(page, "asset-narrow", false)
        const full = page.waitForResponse(isFullTile("retinapyramid", { width: 1411, height: 1411 }))
        for (let step = 0; step < 4; step++) yield* click(page, "Zoom in")
        yield* Effect.promise(() => full)
        yield* drawn(page, CANVAS)
        yield* click(page, "Rotate")
        yield* click(page, "Zoom out")
        yield* click(page, "Reset zoom")
        yield* drawn(page, CANVAS)
        assert.deepStrictEqual(unknownComplaints(complaints), [])
        assert.deepStrictEqual(outside, [])
        assert.deepStrictEqual(refused, [])
      }))

    it.effect("OpenSeadragon's picture has a name, and moves at once where motion is not wanted", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { page } = yield* (yield* Chrome).open(sandbox.url)
        const region = page.locator(".displayregion").first()
        const widths = Effect.fnUntraced(function*(reducedMotion: "reduce" | "no-preference") {
          yield* Effect.promise(() => page.emulateMedia({ reducedMotion }))
          yield* Effect.promise(() => page.goto(sandbox.viewerUrl("SANDBOX:coffee")))
          yield* Effect.promise(() => page.getByRole("application", { name: /^Picture: arrow keys/ }).waitFor())
          yield* drawn(page, CANVAS)
          const before = yield* Effect.promise(() => region.boundingBox())
          yield* Effect.promise(() => page.getByRole("button", { name: "Zoom in" }).click())
          yield* Effect.promise(() => page.evaluate(THREE_FRAMES))
          const early = yield* Effect.promise(() => region.boundingBox())
          yield* Effect.sleep("1500 millis")
          const late = yield* Effect.promise(() => region.boundingBox())
          assert.isBelow(late?.width ?? 0, before?.width ?? 0)
          return { early: early?.width, late: late?.width }
        })
        const calm = yield* widths("reduce")
        assert.strictEqual(calm.early, calm.late)
        const moving = yield* widths("no-preference")
        assert.notStrictEqual(moving.early, moving.late)
      }))

    it.effect("leave room for the picture in a window zoomed to 400 %", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const label = "The label of a book that takes a line of this window for each of its words ".repeat(2)
        yield* Client.ingest(
          sandbox,
          Client.ingestRequest([], { ...Client.manifest(sandbox, "LONGLABEL"), label: { en: [label] } })
        )
        const { page } = yield* (yield* Chrome).open(sandbox.url, { width: 320, height: 256 })
        for (const id of ["URN-3:SANDBOX:LONGLABEL", "SANDBOX:coffee"]) {
          yield* Effect.promise(() => page.goto(sandbox.viewerUrl(id)))
          const box = yield* Effect.promise(() => page.locator("#viewer").boundingBox())
          assert.isAtLeast(box?.height ?? 0, 300, id)
          const width = yield* Effect.promise(() => page.evaluate("document.documentElement.scrollWidth"))
          assert.strictEqual(width, 320, id)
        }
      }))

    it.effect("a script on a viewer's page could not use the switches", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { page } = yield* (yield* Chrome).open(sandbox.url)
        for (const id of ["URN-3:SANDBOX:FIVEPICTURES", "SANDBOX:coffee"]) {
          yield* Effect.promise(() => page.goto(sandbox.viewerUrl(id)))
          const tried = yield* Effect.promise(() =>
            page.evaluate(`Promise.all([
              fetch("/").then((reply) => reply.text(), () => "refused"),
              fetch("/_sandbox/switch", {
                method: "POST", body: new URLSearchParams({ turn: "clear" })
              }).then((reply) => reply.status, () => "refused"),
              Promise.resolve(origin)
            ])`)
          )
          assert.deepStrictEqual(tried, ["refused", "refused", "null"], id)
        }
      }))
  })
})
