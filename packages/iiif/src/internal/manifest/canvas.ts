import type { Annotation, AnnotationPage, Canvas, Resource, Service } from "../../Presentation3.ts"
import { hasOnly } from "../fields.ts"
import { canvas as canvasClass } from "../presentation3/structureTables.ts"
import { bodyOf, stylesheetOf, thumbnailsOf } from "./annotations.ts"
import type { Content, Layer, ServedImage } from "./content.ts"
import { describe, type DescribedResource, type Mutable } from "./described.ts"
import type { Described, InnerPage, Page } from "./description.ts"
import { canvasExtent } from "./extent.ts"
import { type Form, textOf } from "./form.ts"
import { imageOf, servicesOf, thumbnail } from "./image.ts"
import { type AnyImage, choicesOf, isImage, isOwn, isServed } from "./kinds.ts"
import { inOrder } from "./order.ts"
import { canvasId, fragmentOf } from "./parts.ts"

/** The services of a page's image, if it has any. */
type Services = ReadonlyArray<Service> | undefined

/** The ids of a canvas, of the page of annotations that paint it, and of the first of these. */
interface Ids {
  readonly canvas: string
  readonly page: string
  readonly annotation: string
}

const idsOf = (manifest: string, page: string): Ids => ({
  canvas: canvasId(manifest, page),
  page: `${manifest}/annotationPage/annopage:${page}`,
  annotation: `${manifest}/annotation/annotation:${page}`
})

const innerIds = (id: string): Ids => ({ canvas: id, page: `${id}/annopage`, annotation: `${id}/annotation` })

const targetOf = (canvas: string, { target, time }: Layer): string =>
  target === undefined && time === undefined
    ? canvas
    : `${canvas}#${fragmentOf({ ...(target && { region: target }), ...(time && { time }) })}`

const painting = (id: string, canvas: string, layer: Layer, body: Resource): Annotation => {
  const target = targetOf(canvas, layer)
  return layer.stylesheet === undefined
    ? { id, type: "Annotation", motivation: "painting", body, target }
    : { id, type: "Annotation", motivation: "painting", ...stylesheetOf(layer.stylesheet), body, target }
}

/**
 * The body that a page is painted with. The only content of a page needs no label, since its canvas has one, and the
 * annotations of a page are those of its canvas.
 */
const ownBody = (page: InnerPage, id: string, form: Form, services: Services): Resource => {
  const isLabeled = choicesOf(page) !== undefined && page.label !== undefined && isOwn(page)
  const label = isLabeled ? textOf(page.label, form) : undefined
  const content = (page.annotations === undefined ? page : { ...page, annotations: undefined }) as Content
  return bodyOf(content, form, id, services === undefined ? { label } : { label, services })
}

/** What a page is painted with: its own content, then its layers. */
const paintings = (page: InnerPage, ids: Ids, form: Form, services: Services): ReadonlyArray<Annotation> => {
  const { layers } = page
  const own = choicesOf(page) !== undefined || isOwn(page)
    ? [painting(ids.annotation, ids.canvas, page as Layer, ownBody(page, ids.annotation, form, services))]
    : []
  if (layers === undefined) return own
  return own.concat(layers.map((layer, index) => {
    const number = own.length + index + 1
    const id = number === 1 ? ids.annotation : `${ids.annotation}:${number}`
    return painting(id, ids.canvas, layer, bodyOf(layer, form, id))
  }))
}

/** The placeholder and accompanying canvases of a resource. Clause 3.1. */
const describeInner = (resource: Mutable<DescribedResource>, input: Described, form: Form, id: string): void => {
  const { accompanyingCanvas, placeholderCanvas } = input
  if (placeholderCanvas !== undefined) {
    resource.placeholderCanvas = innerCanvas(placeholderCanvas, form, `${id}/placeholder`)
  }
  if (accompanyingCanvas !== undefined) {
    resource.accompanyingCanvas = innerCanvas(accompanyingCanvas, form, `${id}/accompanying`)
  }
}

/** Sets all properties that manifests and ranges share with canvases. */
export const describeAll = (
  resource: Mutable<DescribedResource>,
  input: Described,
  form: Form,
  id: string
): void => {
  describe(resource, input, form, id)
  if (input.thumbnail !== undefined) resource.thumbnail = thumbnailsOf(input.thumbnail, form, id)
  describeInner(resource, input, form, id)
}

/** The image that a page's thumbnail is made from: its own, or the first of nothing but choices. */
const thumbnailSource = (page: InnerPage): ServedImage | undefined => {
  if (isServed(page)) return page
  const first = isOwn(page) ? undefined : page.choices?.[0]
  return first !== undefined && isServed(first) ? first : undefined
}

/** The thumbnails of a page: those given, or one made from its image. */
export const pageThumbnails = (
  page: InnerPage,
  form: Form,
  id: string,
  services?: Services
): NonNullable<Canvas["thumbnail"]> | undefined => {
  if (page.thumbnail !== undefined) return thumbnailsOf(page.thumbnail, form, id)
  const source = form.thumbnails ? thumbnailSource(page) : undefined
  if (source === undefined) return undefined
  return [services === undefined ? thumbnail(source, form) : thumbnail(source, form, services)]
}

const startOf = (page: InnerPage, id: string, form: Form): Mutable<Omit<Canvas, "items">> => {
  const { duration, height, width } = canvasExtent(page)
  const canvas: Mutable<Omit<Canvas, "items">> = page.label === undefined
    ? { id, type: "Canvas" }
    : { id, type: "Canvas", label: textOf(page.label, form) }
  if (height !== undefined) canvas.height = height
  if (width !== undefined) canvas.width = width
  if (duration !== undefined) canvas.duration = duration
  return canvas
}

const build = (page: InnerPage, ids: Ids, form: Form): Canvas => {
  const services = isServed(page) ? servicesOf(page, form) : undefined
  const canvas = startOf(page, ids.canvas, form)
  describe(canvas, page, form, ids.canvas)
  const thumbnails = pageThumbnails(page, form, ids.canvas, services)
  if (thumbnails !== undefined) canvas.thumbnail = thumbnails
  describeInner(canvas, page, form, ids.canvas)
  const items = paintings(page, ids, form, services)
  const pages: ReadonlyArray<AnnotationPage> = items.length === 0
    ? []
    : [{ id: ids.page, type: "AnnotationPage", items }]
  return inOrder(canvasClass, Object.assign(canvas, { items: pages }))
}

const innerCanvas = (given: InnerPage | Canvas, form: Form, id: string): Canvas =>
  "type" in given ? given : build(given, innerIds(id), { ...form, thumbnails: false })

/** The canvas of a page, with nothing in it. */
export const emptyCanvas = (manifest: string, page: Page) => {
  const id = canvasId(manifest, page.id)
  const { duration, height, width } = canvasExtent(page)
  return duration === undefined
    ? { id, type: "Canvas", height, width }
    : { id, type: "Canvas", height, width, duration }
}

/** What a page has that is only an image with a label. */
const simpleFields = new Set(["id", "imageService", "url", "width", "height", "mediaType", "label"])

const isSimple = (page: Page): page is AnyImage & Page => isImage(page) && hasOnly(page, simpleFields)

/** The canvas of a page that is only an image with a label, as almost every page is: the same as by any other way. */
const simpleCanvas = (page: AnyImage & Page, { annotation, canvas: id, page: pageId }: Ids, form: Form): Canvas => {
  const { height, label, width } = page
  const services = servicesOf(page, form)
  const body = imageOf(page, form, services)
  const items: Canvas["items"] = [{
    id: pageId,
    type: "AnnotationPage",
    items: [{ id: annotation, type: "Annotation", motivation: "painting", body, target: id }]
  }]
  const canvas: Mutable<Omit<Canvas, "items">> = label === undefined
    ? { id, type: "Canvas", height, width }
    : { id, type: "Canvas", label: textOf(label, form), height, width }
  if (form.thumbnails && isServed(page)) canvas.thumbnail = [thumbnail(page, form, services)]
  return Object.assign(canvas, { items })
}

/** Builds the canvas of a page. */
export const canvasOf = (manifest: string, page: Page, form: Form): Canvas => {
  const ids = idsOf(manifest, page.id)
  return isSimple(page) ? simpleCanvas(page, ids, form) : build(page, ids, form)
}
