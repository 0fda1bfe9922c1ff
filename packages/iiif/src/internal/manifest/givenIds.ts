/** The ids of what is given, which must not be those of anything else in the manifest. */
import type { Canvas } from "../../Presentation3.ts"
import { canvasIds, Ids } from "../check/references.ts"
import { pathOf } from "../model/path.ts"
import { type Fields, Walk } from "../model/walk.ts"
import { isAnnotation } from "./annotations.ts"
import type { AnnotationOrPage } from "./content.ts"
import type { InnerPage } from "./description.ts"

const isGiven = (one: AnnotationOrPage): boolean => !isAnnotation(one) || one.id !== undefined

/** Whether there are ids on a page that do not derive from that of the page, which no other page has. */
export const hasGivenIds = ({ accompanyingCanvas, annotations, placeholderCanvas }: InnerPage): boolean =>
  annotations?.some(isGiven) === true ||
  [accompanyingCanvas, placeholderCanvas].some((inner) =>
    inner !== undefined && ("type" in inner || hasGivenIds(inner))
  )

/** An id that may derive from that of a page where it is not given. */
export interface Foreign {
  readonly id: string
  readonly page: string
  readonly path: string
}

/** The ids of pages that have given ones, and of the manifest without its canvases. Those of other pages are not kept. */
export class GivenIds extends Ids {
  readonly foreign: Array<Foreign> = []
  /** The page whose ids are added. */
  page: string | undefined
  readonly #derived: RegExp

  constructor(manifest: string) {
    super()
    this.begin({ id: manifest })
    const start = manifest.replace(/[^\w/]/g, "\\$&")
    this.#derived = new RegExp(`^${start}/(?:canvas/canvas|annotationPage/annopage|annotation/annotation):([\\w.~-]+)`)
  }

  override add(value: Fields, walk: Walk): boolean {
    const { id } = value
    const page = typeof id === "string" ? this.#derived.exec(id)?.[1] : undefined
    if (page !== undefined && page !== this.page) {
      this.foreign.push({ id: String(id), page, path: pathOf([...walk.path(), "id"]) })
    }
    return super.add(value, walk)
  }

  /** Canvases are not kept, so that they need not all be in memory. */
  override addCanvas(canvas: Fields, walk: Walk): boolean {
    return this.add(canvas, walk)
  }
}

/** All ids in a canvas. */
export const idsOf = (canvas: Canvas): Ids => {
  const ids = new Ids()
  const walk = new Walk({})
  walk.begin(canvas, canvasIds(ids))
  walk.finish()
  return ids
}
