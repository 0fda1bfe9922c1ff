import { isObject } from "effect/Predicate"
import { hasOnly } from "../fields.ts"
import { canvasOf } from "./canvas.ts"
import type { ServedImage } from "./content.ts"
import type { Page } from "./description.ts"
import type { Form } from "./form.ts"
import { thumbnail } from "./image.ts"

/** Placeholders for the values of a page: characters that no address, language or media type contains. */
const placeholders = {
  id: "\u0001",
  imageService: "\u0002",
  label: "\u0003",
  thumbnail: "\u0004",
  height: "\u0005",
  width: "\u0006"
}

const slot = /"\\u000([3-6])"|\\u000([12])/

/** What most pages are: an image with a service, and a label without a language. */
type Usual = ServedImage & { readonly id: string; readonly label: string }

const usualFields = new Set(["id", "imageService", "width", "height", "mediaType", "label"])

const isUsual = (page: unknown): page is Usual =>
  isObject(page) && hasOnly(page, usualFields) && page["imageService"] !== undefined &&
  typeof page["label"] === "string"

/** The text of a canvas, split at its placeholders; every other part is the number of the value that goes there. */
const templateOf = (manifest: string, form: Form): ReadonlyArray<string> => {
  // The builder only copies these values, so they need not be sizes or images.
  const page = { ...placeholders, thumbnail: undefined } as unknown as Page
  const canvas = { ...canvasOf(manifest, page, form), thumbnail: [placeholders.thumbnail] }
  return JSON.stringify(canvas).split(slot).filter((part) => part !== undefined)
}

/** Escapes a string for use inside a JSON string. */
const escaped = (value: string): string => JSON.stringify(value).slice(1, -1)

/** Encodes the canvas of a page. Those of usual pages differ in only a few values, which are filled into a template. */
export const canvasTexts = (manifest: string, form: Form): (page: Page) => string => {
  // The template has a placeholder for a thumbnail, but none for a format.
  const template = form.thumbnails && form.bodyFormat === "jpeg" ? templateOf(manifest, form) : undefined
  return (page) => {
    if (template === undefined || !isUsual(page)) return JSON.stringify(canvasOf(manifest, page, form))
    const { height, id, imageService, label, width } = page
    const thumbnailText = JSON.stringify(thumbnail(page, form))
    const values = ["", escaped(id), escaped(imageService), JSON.stringify(label), thumbnailText, height, width]
    let text = ""
    for (let index = 0; index < template.length; index++) {
      text += index % 2 === 0 ? template[index] : values[Number(template[index])]
    }
    return text
  }
}
