/** Whether pictures arrive and are drawn. */
import { Effect } from "effect"
import type { Page, Response } from "playwright-core"
import sharp from "sharp"

/** What Mirador (React, Reselect) and the graphics driver are known to say; anything else fails. */
const KNOWN_COMPLAINTS = [
  /^Accessing element\.ref was removed in React 19\./,
  /GPU stall due to ReadPixels/,
  /^The result function returned its own inputs without modification\./
]

export const unknownComplaints = (complaints: ReadonlyArray<string>) =>
  complaints.filter((text) => !KNOWN_COMPLAINTS.some((known) => known.test(text)))

/** Whether the reply is pixels of an asset. */
export const isTileOf = (id: string) => (response: Response) =>
  response.status() === 200 && response.url().includes(`SANDBOX:${id}/`) && response.url().endsWith(".jpg")

/** How much the pixels of an element differ: next to nothing where nothing is drawn. */
const contrast = (page: Page, selector: string) =>
  Effect.promise(async () => {
    const { channels } = await sharp(await page.locator(selector).first().screenshot()).stats()
    return Math.max(...channels.map(({ stdev }) => stdev))
  })

/** Waits until something is drawn in the middle of the viewer. */
export const drawn = (page: Page, selector: string): Effect.Effect<void> =>
  Effect.flatMap(
    contrast(page, selector),
    (value) => value > 4 ? Effect.void : Effect.flatMap(frame(page), () => drawn(page, selector))
  )

const frame = (page: Page) => Effect.promise(() => page.evaluate("new Promise((done) => requestAnimationFrame(done))"))

/** Where both viewers draw. */
export const CANVAS = ".openseadragon-canvas"
