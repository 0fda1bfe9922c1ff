/** What is built has its properties in the order of the tables of Presentation 3. */
import { assert, describe, it } from "@effect/vitest"
import { Manifest } from "@iiif-ingest/iiif"
import { Result } from "effect"
import type { Class, Properties } from "../../packages/iiif/src/internal/model/kind.ts"
import { annotation, annotationPage } from "../../packages/iiif/src/internal/presentation3/annotationTables.ts"
import {
  choice,
  contentResource,
  specificResource,
  textualBody
} from "../../packages/iiif/src/internal/presentation3/contentTables.ts"
import { agent } from "../../packages/iiif/src/internal/presentation3/providerTable.ts"
import { canvas, manifest, range } from "../../packages/iiif/src/internal/presentation3/structureTables.ts"

const classes = new Map<unknown, Class<Properties>>(
  [agent, annotation, annotationPage, canvas, choice, manifest, range, specificResource, textualBody].map((
    one: Class<Properties>
  ) => [one.name, one])
)

for (const type of ["Image", "Sound", "Video", "Text"]) classes.set(type, contentResource)

/** The objects whose properties are in another order, with both orders. */
const disordered = (value: unknown, path: string): ReadonlyArray<string> => {
  if (typeof value !== "object" || value === null) return []
  const inner = Object.entries(value).flatMap(([key, one]) => disordered(one, `${path}.${key}`))
  const known = classes.get((value as { readonly type?: unknown }).type)
  if (known === undefined || Array.isArray(value)) return inner
  const names = Object.keys(value).filter((key) => key in known.properties)
  const ordered = Object.keys(known.properties).filter((key) => names.includes(key))
  return names.join() === ordered.join() ? inner : [`${path}: ${names.join()} is not ${ordered.join()}`, ...inner]
}

const pages: ReadonlyArray<Manifest.Page> = [
  {
    id: "a",
    imageService: "https://example.org/a",
    width: 10,
    height: 20,
    label: "A",
    metadata: [{ label: "x", value: "y" }],
    rights: "http://creativecommons.org/licenses/by/4.0/",
    behavior: ["facing-pages"],
    annotations: [{ motivation: "commenting", body: { text: "!", language: "en" } }]
  },
  {
    id: "b",
    video: "https://example.org/b.mp4",
    mediaType: "video/mp4",
    language: "en",
    duration: 5,
    width: 10,
    height: 20,
    label: "B",
    placeholderCanvas: { url: "https://example.org/b.jpg", width: 10, height: 20 },
    annotations: [{
      motivation: "supplementing",
      body: { textFile: "https://example.org/b.vtt", mediaType: "text/vtt", label: "Captions", language: "en" },
      textGranularity: "line",
      stylesheet: "https://example.org/b.css"
    }]
  },
  {
    id: "c",
    url: "https://example.org/c.jpg",
    width: 10,
    height: 20,
    label: "C",
    region: { x: 0, y: 0, width: 5, height: 5 },
    styleClass: "red",
    choices: [{ url: "https://example.org/d.jpg", width: 10, height: 20, label: "D" }]
  }
]

describe("the order of properties", () => {
  it("is that of the tables in what is built of descriptions", () => {
    const built = Manifest.build("https://example.org/m", {
      label: "M",
      summary: "S",
      behavior: ["paged"],
      rights: "http://creativecommons.org/licenses/by/4.0/",
      provider: [{
        id: "https://example.org",
        label: "P",
        logo: [{ url: "https://example.org/logo.png", width: 10, height: 10 }],
        homepage: [{ id: "https://example.org/home", type: "Text", format: "text/html", label: "H", language: ["en"] }]
      }],
      contents: [{ label: "One", items: ["a"], behavior: ["no-nav"], navDate: "2000-01-01T00:00:00Z" }],
      start: "b",
      navDate: "2000-01-01T00:00:00Z"
    }, pages)
    assert.deepStrictEqual(disordered(Result.getOrThrow(built), ""), [])
  })
})
