/** What a policy leaves of a picture, in both viewers in Chromium: as the public and as someone signed in. */
import { assert, describe, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import type { Page, Response } from "playwright-core"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { pathOf } from "../support/pictures.ts"
import { violations } from "./support/axe.ts"
import { Chrome, screenshot, skip } from "./support/browser.ts"
import { CANVAS, drawn, unknownComplaints } from "./support/drawn.ts"

const square = (side: number) => ({ width: side, height: side })

const LIMITED = {
  policy: { authenticated: square(5000), public: square(300) },
  thumbnail: { authenticated: square(250), public: square(250) }
}

const pictures = [
  { id: "RETINA", file: "retina-pyramid.tif", width: 1411, height: 1411, policy: LIMITED },
  { id: "FALCON", file: "falcon9-dscovr.jpg", width: 640, height: 427, policy: LIMITED },
  { id: "FREE", file: "hubble-deep-field.jpg", width: 1000, height: 872, policy: { policyGroupName: "default" } }
]

type Picture = (typeof pictures)[number]

/** One picture is named by version 3 of the Image API. */
const serviceOf = (url: string, id: string) =>
  id === "FALCON"
    ? { id: `${url}/assets/images/3/SANDBOX:${id}`, type: "ImageService3", profile: "level2" }
    : Client.imageService({ url }, id)

const canvas = (url: string) => ({ height, id, width }: Picture) => ({
  ...Client.canvas({ url }, id, width, height, serviceOf(url, id)),
  label: { none: [id] }
})

const filled = Layer.provideMerge(
  Layer.effectDiscard(Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    for (const { file, id } of pictures) yield* Client.put(sandbox, `images/${id}.png`, readFileSync(pathOf(file)))
    const job = yield* Client.ingest(
      sandbox,
      Client.ingestRequest(pictures, {
        ...Client.manifest(sandbox, "LIMITED"),
        label: { en: ["A book that the public sees small"] },
        items: pictures.map(canvas(sandbox.url))
      })
    )
    assert.deepStrictEqual(job.children.map(({ state }) => state), pictures.map(() => "success"))
  })),
  Sandbox.Sandbox.layer()
)

const pixelsOf = (id: string, audience: string) => (response: Response) =>
  response.status() === 200 && response.url().includes(`/${audience}/SANDBOX:${id}/`) && response.url().endsWith(".jpg")

/** A tile with all pixels that the picture has there. */
const fullTile = (id: string, audience: string) => (response: Response) => {
  const match = /\/(\d+),\d+,(\d+),\d+\/(\d*),/.exec(response.url())
  return pixelsOf(id, audience)(response) && match !== null && match[2] === match[3]
}

const click = (page: Page, name: string) =>
  Effect.promise(() => page.getByRole("button", { name, exact: true }).first().click())

describe.skipIf(skip)("a picture with a limit", () => {
  layer(Layer.merge(filled, Chrome.layer()), { excludeTestServices: true, timeout: 60_000 })((it) => {
    it.effect("is small for the public in OpenSeadragon, and deep for someone signed in", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { complaints, page, refused } = yield* (yield* Chrome).open(sandbox.url)
        const asked: Array<string> = []
        page.on("request", (request) => void asked.push(request.url()))
        const small = page.waitForResponse(pixelsOf("RETINA", "public"))
        yield* Effect.promise(() => page.goto(sandbox.viewerUrl("SANDBOX:RETINA")))
        yield* Effect.promise(() => small)
        yield* drawn(page, CANVAS)
        assert.include(
          yield* Effect.promise(() => page.locator(".audience").innerText()),
          "As the public: at most 300 × 300 pixels of 1411 × 1411"
        )
        for (let step = 0; step < 4; step++) yield* click(page, "Zoom in")
        yield* drawn(page, CANVAS)
        yield* screenshot(page, "policy-asset-public", false)
        const images = asked.filter((url) => url.endsWith(".jpg"))
        assert.isNotEmpty(images)
        for (const url of images) assert.match(url, /\/assets\/images\/public\/SANDBOX:RETINA\/full\/\d+,/)

        const deep = page.waitForResponse(fullTile("RETINA", "authenticated"))
        yield* Effect.promise(() => page.getByRole("link", { name: "See it as someone signed in" }).click())
        yield* Effect.promise(() => page.getByText("As someone signed in").first().waitFor())
        yield* Effect.promise(() => page.locator(CANVAS).first().waitFor())
        for (let step = 0; step < 4; step++) yield* click(page, "Zoom in")
        yield* Effect.promise(() => deep)
        yield* drawn(page, CANVAS)
        assert.include(
          yield* Effect.promise(() => page.locator(".audience").innerText()),
          "As someone signed in: all of the 1411 × 1411 pixels"
        )
        yield* screenshot(page, "policy-asset-signed-in", false)
        assert.deepStrictEqual([unknownComplaints(complaints), refused], [[], []])
      }))

    it.effect("is small for the public in Mirador, and deep for someone signed in", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { complaints, page, refused } = yield* (yield* Chrome).open(sandbox.url)
        const small = page.waitForResponse(pixelsOf("RETINA", "public"))
        const versionThree = page.waitForResponse((response) =>
          response.url().endsWith("/assets/images/3/public/SANDBOX:FALCON/info.json")
        )
        yield* Effect.promise(() => page.goto(sandbox.viewerUrl("URN-3:SANDBOX:LIMITED")))
        yield* Effect.promise(() => small)
        yield* drawn(page, CANVAS)
        for (let step = 0; step < 3; step++) yield* click(page, "Zoom in")
        yield* drawn(page, CANVAS)
        yield* screenshot(page, "policy-mirador-public", false)
        // Their pixels may be there already: a thumbnail may have the same address.
        for (const name of ["2 of 3 • FALCON", "3 of 3 • FREE"]) {
          yield* click(page, "Next item")
          yield* Effect.promise(() => page.getByText(name).first().waitFor())
          yield* click(page, "Reset zoom")
          yield* drawn(page, CANVAS)
          yield* screenshot(page, `policy-mirador-${name.slice(0, 1)}`, false)
        }
        assert.strictEqual((yield* Effect.promise(() => versionThree)).status(), 200)
        const deep = page.waitForResponse(fullTile("RETINA", "authenticated"))
        yield* Effect.promise(() => page.getByRole("link", { name: "See it as someone signed in" }).click())
        yield* Effect.promise(() => page.getByText("As someone signed in").first().waitFor())
        yield* Effect.promise(() => page.locator(CANVAS).first().waitFor())
        yield* drawn(page, CANVAS)
        for (let step = 0; step < 4; step++) yield* click(page, "Zoom in")
        yield* Effect.promise(() => deep)
        yield* drawn(page, CANVAS)
        yield* screenshot(page, "policy-mirador-signed-in", false)
        assert.deepStrictEqual([unknownComplaints(complaints), refused], [[], []])
      }))

    it.effect("says on the plain pages who sees how much, and keeps who looks in their links", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { complaints, page, refused } = yield* (yield* Chrome).open(sandbox.url)
        for (const id of ["URN-3:SANDBOX:LIMITED", "SANDBOX:RETINA"]) {
          yield* Effect.promise(() => page.goto(`${sandbox.viewerUrl(id)}/contents`))
          assert.include(
            yield* Effect.promise(() => page.locator("main").innerText()),
            "The public sees 300 × 300 pixels, someone signed in all of it"
          )
          assert.deepStrictEqual(yield* violations(page), [])
          yield* Effect.promise(() => page.getByRole("link", { name: "See it as someone signed in" }).click())
          yield* Effect.promise(() => page.getByText("As someone signed in").first().waitFor())
          yield* screenshot(page, `policy-contents-${id.length}`)
          yield* Effect.promise(() => page.getByRole("link", { name: "Open in the viewer" }).click())
          yield* Effect.promise(() => page.getByRole("link", { name: "See it as the public" }).waitFor())
          yield* drawn(page, CANVAS)
        }
        yield* Effect.promise(() => page.goto(sandbox.url))
        yield* screenshot(page, "policy-dashboard")
        assert.strictEqual(
          yield* Effect.promise(() => page.locator("#assets").getByText("The public sees").count()),
          2
        )
        assert.deepStrictEqual([unknownComplaints(complaints), refused], [[], []])
      }))
  })
})
