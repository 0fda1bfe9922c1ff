import type { Content } from "./content.ts"
import type { Extent, InnerPage } from "./description.ts"
import { isImage, isKind } from "./kinds.ts"
import { paintedSize } from "./picture.ts"

const pick = ({ duration, height, width }: Extent): Extent => ({
  ...(height === undefined ? {} : { height }),
  ...(width === undefined ? {} : { width }),
  ...(duration === undefined ? {} : { duration })
})

/** The extent of content as it is painted, if it says it; that of a choice is that of the first. */
const extentOf = (content: Content): Extent => {
  if (isImage(content)) return paintedSize(content)
  if (isKind(content, "sound")) return content.duration === undefined ? {} : { duration: content.duration }
  if (isKind(content, "video")) return pick(content)
  const [first] = content.choices ?? []
  return first === undefined ? {} : extentOf(first)
}

/** The size and duration of a page's canvas. */
export const canvasExtent = (page: InnerPage): Extent =>
  page.canvas ?? (isImage(page) ? paintedSize(page) : extentOf(page as Content))

/** Whether a page has a duration. */
export const isTimed = (page: InnerPage): boolean =>
  page !== null && typeof page === "object" && !("imageService" in page && page.canvas === undefined) &&
  canvasExtent(page).duration !== undefined
