import type { Annotation, Canvas, Resource } from "../../Presentation3.ts"
import { describe, type Mutable } from "./described.ts"
import type { Page, Picture } from "./description.ts"
import { type Form, textOf } from "./form.ts"
import { choice, fragment, labeled, painted, paintedSize, servicesOf, type Size, thumbnail } from "./image.ts"

/** The id of a page's canvas. */
export const canvasId = (manifest: string, page: string): string => `${manifest}/canvas/canvas:${page}`

const annotation = (id: string, canvas: string, { target }: Picture, body: Resource): Annotation => ({
  id,
  type: "Annotation",
  motivation: "painting",
  body,
  target: target === undefined ? canvas : `${canvas}#${fragment(target)}`
})

const layers = (id: string, canvas: string, pictures: ReadonlyArray<Picture>, form: Form): ReadonlyArray<Annotation> =>
  pictures.map((picture, index) => annotation(`${id}:${index + 2}`, canvas, picture, labeled(picture, form)))

/** The size of a page's canvas. */
export const canvasSize = (page: Page): Size => page.canvas ?? paintedSize(page)

/** The canvas of a page, with nothing in it. */
export const emptyCanvas = (manifest: string, page: Page) => {
  const { height, width } = canvasSize(page)
  return { id: canvasId(manifest, page.id), type: "Canvas", height, width }
}

/** Builds the canvas of a page. */
export const canvasOf = (manifest: string, page: Page, form: Form): Canvas => {
  const id = canvasId(manifest, page.id)
  const service = servicesOf(page, form)
  const body = page.choices === undefined ? painted(page, form, service) : choice([page, ...page.choices], form)
  const first = annotation(`${manifest}/annotation/annotation:${page.id}`, id, page, body)
  const { height, width } = canvasSize(page)
  const canvas: Mutable<Omit<Canvas, "items">> = page.label === undefined
    ? { id, type: "Canvas", height, width }
    : { id, type: "Canvas", label: textOf(page.label, form), height, width }
  describe(canvas, page, form)
  const generated = form.thumbnails && page.thumbnail === undefined ? thumbnail(page, form, service) : undefined
  if (page.thumbnail !== undefined) canvas.thumbnail = page.thumbnail
  else if (generated !== undefined) canvas.thumbnail = [generated]
  const items: Canvas["items"] = [{
    id: `${manifest}/annotationPage/annopage:${page.id}`,
    type: "AnnotationPage",
    items: page.layers === undefined ? [first] : [first, ...layers(first.id, id, page.layers, form)]
  }]
  return Object.assign(canvas, { items })
}
