/**
 * A manifest as it is served, compared with the one that was sent. MPS validates manifests and converts them between
 * Presentation 2 and 3 (docs/mps.md, 2.3), and nobody has published what else it changes. So pages and images that are
 * lost, repeated or swapped are a problem, while ids that were all rewritten in the same way are not.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { visible } from "../base/internal/text.ts"
import * as reader from "./internal/canvases.ts"

/**
 * An image that is painted on a canvas: its own `id`, the id of its image `service`, and its `width` and `height` in
 * pixels, each `undefined` if the manifest does not say it.
 *
 * @category models
 * @since 0.1.0
 */
export type Image = reader.Image

/**
 * A canvas: its `id`, its `width` and `height` as they are, and the `images` that are painted on it, in order;
 * `hasContent` is whether the manifest says anything of what is on it.
 *
 * @category models
 * @since 0.1.0
 */
export type Canvas = reader.Canvas

/**
 * The canvases of a manifest in Presentation 3 (`items`) or 2 (`sequences[0].canvases`), in order. It reads leniently:
 * what has another form is left out.
 *
 * @category getters
 * @since 0.1.0
 */
export const canvases: (manifest: Schema.Json) => ReadonlyArray<Canvas> = reader.canvasesOf

/**
 * The id that a manifest declares (`@id` in Presentation 2).
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf: (manifest: Schema.Json) => string | undefined = reader.idOf

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/**
 * What the address of an image service names, such as `AT:coffee`: its last segment.
 *
 * @category getters
 * @since 0.1.0
 */
export const assetOf = (address: string): string =>
  decoded(address.split(/[?#]/, 1)[0]?.replace(/\/(?:info\.json)?$/, "").split("/").at(-1) ?? "")

/** URNs are compared without case, and the version is no part of a name (docs/mps.md, 2.3 and 2.4). */
const urnOf = (id: string | undefined): string | undefined =>
  /(URN-3:[^/?#]+?)(?::MANIFEST(?::[23])?)?(?:[/?#]|$)/i.exec(decoded(id ?? ""))?.[1]?.toUpperCase()

/** An id without what the host, the version and the case add to it. */
const plain = (id: string): string =>
  decoded(id).toUpperCase().replace(/^HTTPS?:\/\/[^/]*/, "").replace(/:MANIFEST(?::[23])?(?=[/?#]|$)/, "")
    .replace(/\/IIIF\/[23]\//, "/")

const sizeOf = ({ height, width }: Canvas): string => `${String(width)} x ${String(height)}`

const pagesProblem = (sent: ReadonlyArray<Canvas>, served: ReadonlyArray<Canvas>): string | undefined => {
  if (sent.length !== served.length) {
    return `the manifest is served with ${served.length} canvases instead of ${sent.length}`
  }
  for (const [i, canvas] of sent.entries()) {
    const [wanted, found] = [sizeOf(canvas), sizeOf(served[i] ?? canvas)]
    if (wanted !== found) return `canvas ${i + 1} is served as ${visible(found)} instead of ${wanted}`
  }
  return undefined
}

/** A page of which both versions can tell what is painted on it. */
interface Painted {
  readonly page: number
  readonly sent: string
  readonly served: string
}

const nameOf = ({ service }: Image): string => assetOf(service ?? "").toUpperCase()

const namesOf = ({ images }: Canvas): string =>
  images.filter(({ service }) => service !== undefined).map(nameOf).join(" and ")

const sameAsset = (sent: string, served: string): boolean => sent === served || served.endsWith(`:${sent}`)

const namespaceOf = (name: string): string => name.slice(0, name.lastIndexOf(":") + 1)

/**
 * Images must be the same, in the same places. If not one of them is, and each that was sent has another name of its own
 * outside its namespace, the service is taken to have renamed all of them.
 */
const imagesProblem = (pages: ReadonlyArray<Painted>): string | undefined => {
  const wrong = pages.filter(({ sent, served }) => !sameAsset(sent, served))
  const [first] = wrong
  if (first === undefined) return undefined
  const names = new Map(pages.map(({ sent, served }) => [sent, served]))
  const isRenamed = wrong.length === pages.length &&
    pages.every(({ sent, served }) =>
      served !== "" && !names.has(served) && names.get(sent) === served &&
      namespaceOf(sent) !== namespaceOf(served)
    ) && new Set(names.values()).size === names.size
  if (isRenamed) return undefined
  const found = first.served === "" ? "no image" : `the image ${visible(first.served)}`
  return `canvas ${first.page} is served with ${found} instead of ${first.sent}`
}

/** Ids may be rewritten, but none may be another's, or two the same. */
const idsProblem = (sent: ReadonlyArray<Canvas>, served: ReadonlyArray<Canvas>): string | undefined => {
  const ids = (canvases: ReadonlyArray<Canvas>) => canvases.map(({ id }) => id === undefined ? undefined : plain(id))
  const [wanted, found] = [ids(sent), ids(served)]
  const places = new Map(wanted.map((id, i) => [id, i]))
  const seen = new Set<string>()
  for (const [i, id] of found.entries()) {
    if (id === undefined) continue
    const place = places.get(id)
    if (id !== wanted[i] && place !== undefined) {
      return `canvas ${i + 1} is served with the id of canvas ${place + 1}`
    }
    if (seen.has(id) && places.size === wanted.length) return `canvas ${i + 1} is served with the id of another canvas`
    seen.add(id)
  }
  return undefined
}

const nameProblem = (sent: Schema.Json, served: Schema.Json): string | undefined => {
  const [wanted, found] = [urnOf(idOf(sent)), urnOf(idOf(served))]
  return wanted === undefined || found === undefined || wanted === found
    ? undefined
    : `the manifest is served as ${visible(found)} instead of ${wanted}`
}

/** Nothing, if what is served says of no page what is on it: a form that this does not read. */
const paintedOf = (sent: ReadonlyArray<Canvas>, served: ReadonlyArray<Canvas>): ReadonlyArray<Painted> =>
  !served.some(({ hasContent }) => hasContent) ? [] : sent.flatMap((canvas, i) => {
    const wanted = namesOf(canvas)
    const found = served[i]
    return wanted === "" || found === undefined ? [] : [{ page: i + 1, sent: wanted, served: namesOf(found) }]
  })

/**
 * What is wrong with a manifest that is served; `undefined` if nothing is. Compared are, in this order: the number of
 * canvases and their sizes, the manifest's own id, the image services that are painted on each canvas, and the ids of
 * the canvases. Hosts, case and `:MANIFEST:2` or `:MANIFEST:3` make no difference, and neither does an id that one of the
 * two lacks.
 *
 * @example
 * ```ts
 * import { ServedManifest } from "@iiif-ingest/core"
 *
 * const sent = { items: [{ type: "Canvas", width: 600, height: 400 }] }
 *
 * ServedManifest.problem(sent, { items: [] }) // => "the manifest is served with 0 canvases instead of 1"
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const problem = (sent: Schema.Json, served: Schema.Json): string | undefined => {
  const [wanted, found] = [canvases(sent), canvases(served)]
  return pagesProblem(wanted, found) ?? nameProblem(sent, served) ?? imagesProblem(paintedOf(wanted, found)) ??
    idsProblem(wanted, found)
}

/**
 * As {@link problem}, for a manifest that the service converted to the other Presentation version. A conversion may give
 * sizes to pages without an image, or leave such pages out, so that only pages with images are compared.
 *
 * @category guards
 * @since 0.1.0
 */
export const problemOfOther = (sent: Schema.Json, served: Schema.Json): string | undefined => {
  const isSilent = !canvases(served).some(({ hasContent }) => hasContent)
  const pages = (manifest: Schema.Json) => canvases(manifest).filter((canvas) => namesOf(canvas) !== "" || isSilent)
  const [wanted, found] = [pages(sent), pages(served)]
  return pagesProblem(wanted, found) ?? nameProblem(sent, served) ?? imagesProblem(paintedOf(wanted, found)) ??
    idsProblem(wanted, found)
}
