import { canvasOf } from "./canvas.ts"
import type { Page } from "./description.ts"
import type { Form } from "./form.ts"
import { thumbnail } from "./image.ts"

/** Characters that no address, language or media type has stand for what is put in. */
const blank = {
  id: "\u0001",
  imageService: "\u0002",
  label: "\u0003",
  thumbnail: "\u0004",
  height: "\u0005",
  width: "\u0006"
}

const slot = /"\\u000([3-6])"|\\u000([12])/

/** What most pages are: an image that is served, with a label in no language, and nothing else. */
type Usual = Page & { readonly imageService: string; readonly label: string }

const usual = new Set(["id", "imageService", "width", "height", "mediaType", "label"])

const isUsual = (page: Page): page is Usual => {
  for (const key in page) if (!usual.has(key)) return false
  return "imageService" in page && typeof page.label === "string"
}

/** The text of a canvas in pieces, every other one the number of what goes there. */
const templateOf = (manifest: string, form: Form): ReadonlyArray<string> => {
  // Its values go where they belong unseen, so it matters not that they are no sizes and no image.
  const page = { ...blank, thumbnail: [blank.thumbnail] } as unknown as Page
  return JSON.stringify(canvasOf(manifest, page, form)).split(slot).filter((part) => part !== undefined)
}

/** Within a text of JSON. */
const inText = (value: string): string => JSON.stringify(value).slice(1, -1)

/** The text of the canvas of each page. Those of usual pages differ in a few places only, and are filled in there. */
export const canvasTexts = (manifest: string, form: Form): (page: Page) => string => {
  // The template has a place for a thumbnail, and none for a format.
  const template = form.thumbnails && form.bodyFormat === "jpeg" ? templateOf(manifest, form) : undefined
  return (page) => {
    if (template === undefined || !isUsual(page)) return JSON.stringify(canvasOf(manifest, page, form))
    const { height, id, imageService, label, width } = page
    const small = JSON.stringify(thumbnail(page, form))
    const values = ["", inText(id), inText(imageService), JSON.stringify(label), small, height, width]
    let text = ""
    for (let index = 0; index < template.length; index++) {
      text += index % 2 === 0 ? template[index] : values[Number(template[index])]
    }
    return text
  }
}
