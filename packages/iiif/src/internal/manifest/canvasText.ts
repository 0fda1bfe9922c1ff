import type { Canvas, Image } from "../../Presentation3.ts"
import { hasOnly } from "../fields.ts"
import { canvasOf } from "./canvas.ts"
import type { ServedImage } from "./content.ts"
import type { Page } from "./description.ts"
import type { Form } from "./form.ts"
import { servicesOf, thumbnailSize } from "./image.ts"
import { isServed } from "./kinds.ts"

/** Placeholders for the values of a page: characters that no address, language or media type contains. */
const placeholders = {
  id: "\u0001",
  imageService: "\u0002",
  label: "\u0003",
  height: "\u0004",
  width: "\u0005",
  thumbnailHeight: "\u0006",
  thumbnailWidth: "\u0007",
  thumbnailSize: "\u000b"
}

/** Values that take the place of a whole string, and values within one. */
const slot = /"\\u000([34567])"|\\u000([12b])/

/** What most pages are: an image with a service, and a label without a language. */
type Usual = ServedImage & { readonly id: string; readonly label: string }

const usualFields = new Set(["id", "imageService", "width", "height", "mediaType", "label"])

const isUsual = (page: object): page is Usual =>
  hasOnly(page, usualFields) && isServed(page) && "label" in page && typeof page.label === "string"

/** The text of a canvas between its placeholders, and for each of these the number of the value that goes there. */
interface Template {
  readonly texts: ReadonlyArray<string>
  readonly slots: ReadonlyArray<number>
}

const templateOf = (manifest: string, form: Form): Template => {
  const { height, id, imageService, label, thumbnailHeight, thumbnailSize: size, thumbnailWidth, width } = placeholders
  // The builder only copies these values, so they need not be numbers.
  const page = { id, imageService, label, height, width } as unknown as Page & ServedImage
  const canvas: Canvas = canvasOf(manifest, page, form)
  const thumbnail = {
    id: `${imageService}/full/${size}/0/default.jpg`,
    type: "Image",
    format: "image/jpeg",
    height: thumbnailHeight,
    width: thumbnailWidth,
    service: servicesOf(page, form)
  } as unknown as Image
  const parts = JSON.stringify({ ...canvas, thumbnail: [thumbnail] }).split(slot).filter((part) => part !== undefined)
  return {
    texts: parts.filter((_, index) => index % 2 === 0),
    slots: parts.filter((_, index) => index % 2 === 1).map((part) => "1234567b".indexOf(part) + 1)
  }
}

/** Escapes a string for use inside a JSON string. */
const escaped = (value: string): string => JSON.stringify(value).slice(1, -1)

/** The values of a page, each at the number of its placeholder. */
const valuesOf = (page: Usual): ReadonlyArray<string | number> => {
  const { height, parameter, width } = thumbnailSize(page)
  const label = JSON.stringify(page.label)
  return ["", page.id, escaped(page.imageService), label, page.height, page.width, height, width, parameter]
}

/** Encodes the canvas of a page. Those of usual pages differ in only a few values, which are filled into a template. */
export const canvasTexts = (manifest: string, form: Form): (page: Page) => string => {
  // The template has placeholders for a thumbnail, but none for a format.
  const template = form.thumbnails && form.bodyFormat === "jpeg" ? templateOf(manifest, form) : undefined
  return (page) => {
    if (template === undefined || !isUsual(page)) return JSON.stringify(canvasOf(manifest, page, form))
    const { slots, texts } = template
    const values = valuesOf(page)
    let text = texts[0] ?? ""
    for (let index = 0; index < slots.length; index++) text += `${values[slots[index] ?? 0]}${texts[index + 1]}`
    return text
  }
}
