/** Chromium shows tiles that are passed through in their right colors, to a page of another origin. */
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import sharp from "sharp"
import { ingest } from "../conformance/support/ingest.ts"
import { Chrome, skip } from "./support/browser.ts"

const TILE = 512

/** One color a tile, three tiles a row. */
const colors: ReadonlyArray<readonly [number, number, number]> = [
  [250, 10, 10],
  [10, 240, 20],
  [20, 30, 245],
  [240, 220, 30],
  [255, 255, 255],
  [90, 90, 90]
]

const picture = Effect.promise(() => {
  const tiles = colors.map(([r, g, b], i) => ({
    input: { create: { width: TILE, height: TILE, channels: 3 as const, background: { r, g, b } } },
    left: (i % 3) * TILE,
    top: Math.floor(i / 3) * TILE
  }))
  return sharp({ create: { width: 3 * TILE, height: 2 * TILE, channels: 3, background: "#000" } })
    .composite(tiles).png().toBuffer()
})

/** The color in the middle of a picture, as a canvas has it. Runs in the browser. */
const middleOf = async (url: string): Promise<ReadonlyArray<number>> => {
  const image = new Image()
  image.crossOrigin = "anonymous"
  image.src = url
  await image.decode()
  const canvas = document.createElement("canvas")
  canvas.width = image.naturalWidth
  canvas.height = image.naturalHeight
  const context = canvas.getContext("2d")
  if (context === null) throw new Error("no canvas")
  context.drawImage(image, 0, 0)
  return [...context.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data, canvas.width, canvas.height]
}

describe.skipIf(skip)("tiles in Chromium", () => {
  it.live("have the colors of the picture", () =>
    Sandbox.Sandbox.use(Effect.fnUntraced(function*(sandbox) {
      yield* ingest(sandbox, { id: "colors", bytes: yield* picture })
      const other = sandbox.url.replace("127.0.0.1", "localhost")
      const { page } = yield* (yield* Chrome).open(other, { also: sandbox.url })
      yield* Effect.promise(() => page.goto(`${other}/assets/images/SANDBOX:colors/info.json`))
      for (const [i, color] of colors.entries()) {
        const region = [(i % 3) * TILE, Math.floor(i / 3) * TILE, TILE, TILE].join(",")
        for (const [prefix, size] of [["", `${TILE},`], ["3/", `${TILE},${TILE}`]]) {
          const url = `${sandbox.url}/assets/images/${prefix}SANDBOX:colors/${region}/${size}/0/default.jpg`
          const [r = 0, g = 0, b = 0, alpha, width, height] = yield* Effect.promise(() => page.evaluate(middleOf, url))
          assert.deepStrictEqual([alpha, width, height], [255, TILE, TILE])
          const difference = Math.max(Math.abs(r - color[0]), Math.abs(g - color[1]), Math.abs(b - color[2]))
          assert.isAtMost(difference, 4, `${url}: ${[r, g, b]}, expected ${color}`)
        }
      }
    }, Effect.scoped)).pipe(Effect.provide(Layer.merge(Sandbox.Sandbox.layer(), Chrome.layer()))), 60_000)
})
