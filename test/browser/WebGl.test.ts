/** Pictures are drawn with WebGL too, which is particular about where pixels come from. */
import { assert, describe, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { Chrome, screenshot, skip } from "./support/browser.ts"
import { CANVAS, drawn, isTileOf, unknownComplaints } from "./support/drawn.ts"
import { filled } from "./support/sandbox.ts"

describe.skipIf(skip)("WebGL", () => {
  layer(Layer.merge(filled, Chrome.layer({ webGl: true })), { excludeTestServices: true, timeout: 60_000 })((it) => {
    for (const id of ["URN-3:SANDBOX:FIVEPICTURES", "SANDBOX:hubbledeepfield"]) {
      it.effect(`draws ${id}`, () =>
        Effect.gen(function*() {
          const sandbox = yield* Sandbox.Sandbox
          const { complaints, page } = yield* (yield* Chrome).open(sandbox.url)
          const first = page.waitForResponse(isTileOf("hubbledeepfield"))
          yield* Effect.promise(() => page.goto(sandbox.viewerUrl(id)))
          yield* Effect.promise(() => first)
          yield* drawn(page, CANVAS)
          yield* screenshot(page, `webgl-${id.split(":").at(-1)}`, false)
          assert.deepStrictEqual(unknownComplaints(complaints), [])
        }))
    }
  })
})
