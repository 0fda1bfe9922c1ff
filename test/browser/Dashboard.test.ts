/** The dashboard and the plain pages in Chromium: live, without a mouse, without scripts, on a narrow screen. */
import { assert, describe, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import type { Page } from "playwright-core"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { violations } from "./support/axe.ts"
import { Chrome, screenshot, skip } from "./support/browser.ts"
import { CANVAS, drawn } from "./support/drawn.ts"
import { empty, ingestPictures } from "./support/sandbox.ts"

const goto = (page: Page, url: string) => Effect.promise(() => page.goto(url))
const text = (page: Page, selector: string) => Effect.promise(() => page.locator(selector).first().innerText())
const waitForText = (page: Page, selector: string, text: string) =>
  Effect.promise(() => page.locator(selector, { hasText: text }).first().waitFor())

const version = (url: string) => Effect.promise(() => fetch(`${url}/admin/ingest/version`).then(({ status }) => status))

/** A token of the right form that nobody signed. */
const badToken = [
  { alg: "RS256", typ: "JWT", iss: "sandbox", kid: "nobody", resources: ["ingest"] },
  { iat: 1, exp: 2 }
].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).concat("c2lnbmF0dXJl").join(".")

const sendBadToken = (url: string) =>
  Effect.promise(() =>
    fetch(`${url}/admin/ingest/initialize`, {
      method: "POST",
      headers: { authorization: `Bearer ${badToken}`, "content-type": "application/json" },
      body: "{}"
    }).then(({ status }) => status)
  )

/** What has the focus, and whether one sees it. */
const focused = (page: Page) =>
  Effect.promise(async () => {
    const value: unknown = await page.evaluate(`(() => {
      const element = document.activeElement
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      const { bottom, top, width } = element.getBoundingClientRect()
      return JSON.stringify({
        index: [...document.querySelectorAll("*")].indexOf(element),
        name: (element.getAttribute("aria-label") ?? element.textContent).trim(),
        isBody: element === document.body,
        visible: outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && width > 0 && bottom > 0 && top < innerHeight
      })
    })()`)
    const { index, isBody, name, visible } = JSON.parse(String(value)) as {
      index: number
      isBody: boolean
      name: string
      visible: boolean
    }
    return { index, isBody, name, visible }
  })

/** Presses Tab through the whole page. */
const tabThrough = Effect.fnUntraced(function*(page: Page) {
  const stops: Array<{ readonly index: number; readonly name: string; readonly visible: boolean }> = []
  for (;;) {
    yield* Effect.promise(() => page.keyboard.press("Tab"))
    const stop = yield* focused(page)
    if (stop.isBody || stop.index === stops[0]?.index || stops.length > 500) return stops
    stops.push(stop)
  }
})

/** How far the last line of each value is from both sides of it. Runs in the browser. */
const LAST_LINES = (all: ReadonlyArray<Element>) =>
  all.map((one) => {
    const range = document.createRange()
    range.selectNodeContents(one)
    const line = [...range.getClientRects()].at(-1)
    const box = one.getBoundingClientRect()
    return { left: (line?.left ?? 0) - box.left, right: box.right - (line?.right ?? 0) }
  })

const scrollsSideways = (page: Page) =>
  Effect.promise(() => page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

describe.skipIf(skip)("pages", () => {
  layer(Layer.merge(empty, Chrome.layer()), { excludeTestServices: true, timeout: 60_000 })((it) => {
    it.effect("the dashboard shows an ingest as it happens, without reloading", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { complaints, outside, page } = yield* (yield* Chrome).open(sandbox.url)
        yield* goto(page, sandbox.url)
        yield* waitForText(page, "#live", "Live")
        assert.include(yield* text(page, "#jobs"), "No job yet")
        yield* Effect.promise(() => page.evaluate("window.__same = true"))
        yield* ingestPictures("FIVEPICTURES", "Five pictures")
        yield* waitForText(page, "#manifests", "Five pictures")
        yield* waitForText(page, "#assets", "SANDBOX:coffee")
        yield* waitForText(page, "#jobs", "success")
        yield* waitForText(page, "#requests", "/admin/ingest/initialize")
        yield* waitForText(page, "#objects", "images/coffee.png")
        yield* Effect.promise(() =>
          page.waitForFunction(
            "[...document.querySelectorAll('#assets img')].filter((image) => image.naturalWidth > 0).length === 5"
          )
        )
        assert.isTrue(yield* Effect.promise(() => page.evaluate("window.__same")))
        assert.deepStrictEqual([complaints, outside], [[], []])
      }))

    it.effect("a row keeps the focus while others come", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { page } = yield* (yield* Chrome).open(sandbox.url)
        yield* version(sandbox.url)
        yield* goto(page, sandbox.url)
        yield* waitForText(page, "#live", "Live")
        yield* Effect.promise(() => page.locator(".request a").first().focus())
        const before = yield* focused(page)
        yield* Effect.promise(() => fetch(`${sandbox.url}/admin/ingest/version?later`))
        yield* waitForText(page, "#requests", "?later")
        const after = yield* focused(page)
        assert.strictEqual(after.name, before.name)
        assert.isFalse(after.isBody)
      }))

    it.effect("the dashboard says when it is not connected, and goes on by itself", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { page } = yield* (yield* Chrome).open(sandbox.url)
        yield* Effect.promise(() => page.route("**/_sandbox/events", (route) => route.fulfill({ status: 503 })))
        yield* Effect.promise(() => page.route("**/_sandbox/switch", (route) => route.abort()))
        yield* goto(page, sandbox.url)
        yield* waitForText(page, "[role=status]", "Not connected")
        yield* Effect.promise(() => page.getByRole("button", { name: "Turn on: S3 denies writing" }).click())
        yield* waitForText(page, "[role=status]", "Nothing was switched")
        yield* Effect.promise(() => page.unroute("**/_sandbox/events"))
        yield* waitForText(page, "[role=status]", "Live")
      }))

    it.effect("a filter shows that it is on where the system sets the colors", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { page } = yield* (yield* Chrome).open(sandbox.url)
        yield* Effect.promise(() => page.emulateMedia({ forcedColors: "active" }))
        yield* goto(page, sandbox.url)
        // In one step: an update in between would leave elements that are no longer in the page, and have no style.
        const outlines = yield* Effect.promise(() =>
          page.evaluate(`[...document.querySelectorAll(".filters a")].map((one) => getComputedStyle(one).outlineStyle)`)
        )
        assert.deepStrictEqual(outlines, ["solid", "none", "none"])
      }))

    it.effect("values in Arabic begin at the right", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const summary = { ar: ["مجموعة من القصص الشعبية ".repeat(20)], en: ["Folk tales ".repeat(40)] }
        yield* Client.ingest(
          sandbox,
          Client.ingestRequest([], { ...Client.manifest(sandbox, "ARABIC"), summary })
        )
        const { page } = yield* (yield* Chrome).open(sandbox.url)
        yield* goto(page, `${sandbox.viewerUrl("URN-3:SANDBOX:ARABIC")}/contents`)
        const gaps = yield* Effect.promise(() => page.locator(".lead bdi").evaluateAll(LAST_LINES))
        assert.isBelow(gaps[0]?.right ?? Infinity, 2)
        assert.isBelow(gaps[1]?.left ?? Infinity, 2)
      }))

    it.effect("a fault switched on strikes, and shows its hits", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { complaints, page } = yield* (yield* Chrome).open(sandbox.url)
        yield* goto(page, sandbox.url)
        yield* waitForText(page, "#live", "Live")
        yield* Effect.promise(() => page.getByRole("button", { name: "Turn on: The ingest token has expired" }).click())
        yield* waitForText(page, "#fault-token-expired", "0 hits")
        assert.strictEqual(yield* sendBadToken(sandbox.url), 401)
        yield* waitForText(page, "#fault-token-expired", "1 hit")
        yield* screenshot(page, "dashboard-faults")
        yield* Effect.promise(() => page.getByRole("button", { name: "Turn all faults off" }).click())
        yield* waitForText(page, "#fault-token-expired", "Turn on")
        assert.deepStrictEqual(yield* sandbox.faults.hits, [])
        assert.deepStrictEqual(complaints, [])
      }))

    it.effect("a refused token is decoded, with the reason and without its signature", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { page } = yield* (yield* Chrome).open(sandbox.url)
        assert.strictEqual(yield* sendBadToken(sandbox.url), 401)
        yield* goto(page, `${sandbox.url}/?show=problems`)
        assert.include(yield* text(page, "#requests"), "kid nobody is not registered here")
        yield* Effect.promise(() => page.locator(".request a").first().click())
        yield* waitForText(page, "h1", "Request")
        const all = yield* text(page, "main")
        assert.include(all, `"kid": "nobody"`)
        assert.include(all, `"exp": 2`)
        assert.notInclude(all, "c2lnbmF0dXJl")
        yield* screenshot(page, "request-refused")
      }))

    it.effect("all of it works without scripts", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { page } = yield* (yield* Chrome).open(sandbox.url, { javaScript: false })
        yield* goto(page, sandbox.url)
        assert.include(yield* text(page, "#live"), "Reload")
        yield* Effect.promise(() => page.getByRole("button", { name: "Turn on: Jobs seem to run for ever" }).click())
        yield* waitForText(page, "#fault-never-ends", "0 hits")
        assert.strictEqual((yield* sandbox.faults.hits).length, 1)
        yield* Effect.promise(() => page.getByRole("button", { name: "Turn off: Jobs seem to run for ever" }).click())
        yield* waitForText(page, "#fault-never-ends", "Turn on")
        yield* Effect.promise(() => page.getByRole("link", { name: "Contents of URN-3:SANDBOX:FIVEPICTURES" }).click())
        yield* waitForText(page, "h1", "Five pictures")
        yield* Effect.promise(() => page.getByRole("link", { name: "Open in the viewer" }).click())
        yield* Effect.promise(() => page.getByRole("link", { name: "The page of contents" }).click())
        yield* waitForText(page, ".canvases", "Coffee")
      }))

    it.effect(
      "axe finds nothing on our own pages, and none scrolls sideways at 360 pixels",
      () =>
        Effect.gen(function*() {
          const sandbox = yield* Sandbox.Sandbox
          const [job] = yield* sandbox.jobs.list
          const pages = {
            dashboard: "/",
            contents: "/view/URN-3:SANDBOX:FIVEPICTURES/contents",
            asset: "/view/SANDBOX:coffee",
            "asset-details": "/view/SANDBOX:coffee/contents",
            job: `/_sandbox/jobs/${job?.id}`,
            request: "/_sandbox/requests/5",
            missing: "/view/nothing"
          }
          const chrome = yield* Chrome
          for (const width of [1280, 360]) {
            for (const [name, path] of Object.entries(pages)) {
              yield* Effect.scoped(Effect.gen(function*() {
                const { outside, page } = yield* chrome.open(sandbox.url, { width, height: width === 360 ? 740 : 900 })
                yield* goto(page, `${sandbox.url}${path}`)
                yield* Effect.promise(() =>
                  page.waitForLoadState("networkidle", { timeout: 300 }).catch(() => undefined)
                )
                assert.deepStrictEqual(yield* violations(page), [], `${name} at ${width}`)
                assert.isFalse(yield* scrollsSideways(page), `${name} at ${width}`)
                assert.deepStrictEqual(outside, [])
                yield* screenshot(page, `${name}-${width}`, name !== "asset")
              }))
            }
          }
          const { page } = yield* chrome.open(sandbox.url, { width: 360, height: 740 })
          yield* goto(page, sandbox.viewerUrl("URN-3:SANDBOX:FIVEPICTURES"))
          yield* Effect.promise(() => page.getByRole("button", { name: "Next item" }).first().waitFor())
          yield* drawn(page, CANVAS)
          assert.isFalse(yield* scrollsSideways(page), "Mirador")
          yield* screenshot(page, "mirador-360", false)
        }),
      60_000
    )

    for (
      const [name, path] of [["dashboard", "/"], ["contents", "/view/URN-3:SANDBOX:FIVEPICTURES/contents"]] as const
    ) {
      it.effect(`Tab goes through the ${name} in its order, and shows where it is`, () =>
        Effect.gen(function*() {
          const sandbox = yield* Sandbox.Sandbox
          const { page } = yield* (yield* Chrome).open(sandbox.url, { javaScript: true })
          yield* goto(page, `${sandbox.url}${path}`)
          const stops = yield* tabThrough(page)
          assert.deepStrictEqual(
            stops.slice(0, 2).map(({ name }) => name),
            ["Skip to the content", "MPS sandbox"]
          )
          assert.isAbove(stops.length, 10)
          assert.deepStrictEqual(stops.filter(({ visible }) => !visible), [])
          assert.deepStrictEqual(
            stops.map(({ index }) => index),
            stops.map(({ index }) => index).toSorted((a, b) => a - b)
          )
          yield* goto(page, `${sandbox.url}${path}`)
          yield* Effect.promise(() => page.keyboard.press("Tab"))
          yield* Effect.promise(() => page.keyboard.press("Enter"))
          assert.strictEqual(yield* Effect.promise(() => page.evaluate("document.activeElement.id")), "main")
        }))
    }
  })
})
