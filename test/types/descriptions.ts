/** What the types of the builder's descriptions refuse. Compiled, never run. */
import type * as Manifest from "@iiif-ingest/iiif/Manifest"

type Pages = ReadonlyArray<Manifest.Page>

export const accepted: Pages = [
  { id: "a", imageService: "https://example.org/1", width: 1, height: 2, label: "1r" },
  { id: "b", url: "https://example.org/1.jpg", width: 1, height: 2 },
  { id: "c", canvas: { duration: 5 } },
  { id: "d", choices: [{ sound: "https://example.org/1.mp3", duration: 5 }] },
  { id: "e", video: "https://example.org/1.mp4", duration: 5, layers: [{ text: "x", time: { start: 1 } }] }
]

export const refused: Pages = [
  // @ts-expect-error an image has a width and a height
  { id: "a", imageService: "https://example.org/1" },
  // @ts-expect-error an image has a height
  { id: "b", url: "https://example.org/1.jpg", width: 1 },
  // @ts-expect-error a page has an id
  { imageService: "https://example.org/1", width: 1, height: 2 },
  // @ts-expect-error a page without content has a canvas
  { id: "c" },
  // @ts-expect-error there is no such field
  { id: "d", url: "https://example.org/1.jpg", width: 1, height: 2, lable: "1r" },
  // @ts-expect-error nor within an annotation
  { id: "e", canvas: { duration: 5 }, annotations: [{ motivation: "tagging", text: "x" }] }
]
