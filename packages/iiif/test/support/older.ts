/** Presentation 2.1 documents to change in one place, and what becomes of that place. */
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect } from "effect"

export const uri = "https://example.org/iiif/hamlet"

export type Fields = { readonly [key: string]: unknown }

export const image = { "@id": `${uri}/1.jpg`, "@type": "dctypes:Image", format: "image/jpeg" }

export const painting = (more: Fields = {}): Fields => ({
  "@id": `${uri}/annotation/1`,
  "@type": "oa:Annotation",
  motivation: "sc:painting",
  resource: image,
  on: `${uri}/canvas/1`,
  ...more
})

export const canvas = (more: Fields = {}): Fields => ({
  "@id": `${uri}/canvas/1`,
  "@type": "sc:Canvas",
  label: "1r",
  width: 640,
  height: 427,
  images: [painting()],
  ...more
})

export const manifest = (more: Fields = {}, canvases: ReadonlyArray<Fields> = [canvas()]): Fields => ({
  "@context": Presentation2.context,
  "@id": `${uri}/manifest`,
  "@type": "sc:Manifest",
  label: "Hamlet",
  sequences: [{ "@type": "sc:Sequence", canvases }],
  ...more
})

export interface Converted {
  /** Any, since the tests look at all kinds of things. */
  readonly manifest: Presentation3.Manifest & Fields
  readonly lost: ReadonlyArray<string>
}

export const converted = (document: unknown): Converted => {
  const { lost, manifest } = Effect.runSync(Presentation2.toPresentation3(document))
  return { manifest: manifest as Presentation3.Manifest & Fields, lost: lost.map(({ path }) => path) }
}

export const refused = (document: unknown): ReadonlyArray<string> =>
  Effect.runSync(Effect.flip(Presentation2.toPresentation3(document))).notes.map(({ path }) => path)

/** The converted canvas, and what was lost of it. */
export const page = (more: Fields) => {
  const { lost, manifest: read } = converted(manifest({}, [canvas(more)]))
  return { canvas: read.items[0] as Presentation3.Canvas & Fields, lost }
}

/** The converted annotation that paints, and what was lost of it. */
export const painted = (more: Fields) => {
  const { canvas, lost } = page({ images: [painting(more)] })
  return { annotation: canvas.items[0]?.items[0] as unknown as Fields, lost }
}

/** The converted annotations of an embedded list. */
export const annotated = (...resources: ReadonlyArray<unknown>) => {
  const { canvas, lost } = page({
    otherContent: [{ "@id": `${uri}/list/1`, "@type": "sc:AnnotationList", resources }]
  })
  return { canvas, annotations: canvas.annotations as unknown as ReadonlyArray<Fields>, lost }
}

export const comment = (more: Fields = {}): Fields => ({
  "@id": `${uri}/comment/1`,
  "@type": "oa:Annotation",
  motivation: "oa:commenting",
  resource: { "@type": "cnt:ContentAsText", chars: "To be", format: "text/plain", language: "en" },
  on: `${uri}/canvas/1`,
  ...more
})

export const none = (...texts: ReadonlyArray<string>) => ({ none: texts })

export const canvasParts = "sequences[0].canvases[0]"

export const resource = `${canvasParts}.images[0].resource`

/** The annotations of a page. */
export const annotationsOf = (page: Fields | undefined): ReadonlyArray<Fields> =>
  Array.isArray(page?.["items"]) ? page["items"] : []
