/** A manifest of the report page, with its images. */
import type { ImageOutcome, ManifestOutcome } from "@iiif-ingest/core/batch/BatchReport"
import type { Origin } from "@iiif-ingest/core/batch/Plan"
import { type Child, exact, type Html, html, isolated, link } from "./html.ts"
import { count, plural } from "./numbers.ts"
import { fateOf, imageUrlOf, isServed, manifestFateOf, manifestProblems, problemOf, remedyOf } from "./outcomes.ts"

export interface Options {
  readonly thumbnails?: ReadonlyMap<string, string>
  readonly viewerOf?: (manifest: ManifestOutcome) => string | undefined
}

/** The only addresses of images that the page shows. */
const picture = /^data:image\/(?:jpeg|png);base64,[A-Za-z0-9+/]+=*$/

const kindOf = (fate: string): string =>
  fate === "served" ? "good" : /^(?:unknown|not verified|not begun)$/.test(fate) ? "odd" : "bad"

const state = (fate: string): Html => html`<span class="state ${kindOf(fate)}">${fate}</span>`

const thumbnail = (image: ImageOutcome, thumbnails: Options["thumbnails"]): Html => {
  const found = thumbnails?.get(image.id)
  return found !== undefined && picture.test(found)
    ? html`<div class="thumb"><img src="${found}" alt="" decoding="async"></div>`
    : html`<div class="thumb none">${placeholder(image, found)}</div>`
}

/** Why there is no thumbnail. */
const placeholder = ({ fate }: ImageOutcome, reason: string | undefined): Child =>
  fate._tag !== "Served"
    ? fateOf(fate)
    : reason === undefined || reason.startsWith("data:")
    ? "no thumbnail"
    : exact(reason.slice(0, 100))

const where = ({ row, source }: Origin): Html => html`${exact(source)}${row !== undefined && `, row ${row}`}`

const imageView = (image: ImageOutcome, thumbnails: Options["thumbnails"]): Html => {
  const url = imageUrlOf(image)
  const problem = problemOf(image.fate)
  const fate = fateOf(image.fate)
  return html`<li>${thumbnail(image, thumbnails)}
<div><p class="name">${exact(image.file)}</p>
<p class="quiet">${where(image.origin)}</p>
<p class="quiet code">${url === undefined ? exact(image.id) : link(`${url}/info.json`, exact(image.id))}</p></div>
<div><p>${state(fate)}${
    image.fate._tag === "Served" && html` <span class="quiet">${image.fate.width} x ${image.fate.height}</span>`
  }</p>
${problem !== "" && html`<p class="lines">${exact(problem)}</p>`}
${image.warnings.map((warning) => html`<p class="quiet">${exact(warning)}</p>\n`)}</div></li>
`
}

const links = (manifest: ManifestOutcome, { viewerOf }: Options): Html => {
  const isThere = manifest.report !== undefined && manifest.report.manifest._tag !== "None"
  const viewer = isThere ? viewerOf?.(manifest) : undefined
  const job = manifest.report?.job
  return html`<p>${viewer !== undefined && html`${link(viewer, "Open in the viewer")} · `}${
    link(manifest.id, exact(manifest.id))
  }${job !== undefined && html` · job <span class="code">${exact(job.id)}</span>`}</p>`
}

const tally = ({ images }: ManifestOutcome): string => {
  const served = images.filter(({ fate }) => fate._tag === "Served").length
  return served === images.length
    ? plural(images.length, "image")
    : `${count(served)} of ${plural(images.length, "image")} served`
}

/** Open if it is not served as a whole, unless it is long. */
const LONG = 200

const body = (manifest: ManifestOutcome, options: Options): Html =>
  html`${links(manifest, options)}
${manifestProblems(manifest).map((text) => html`<p class="lines">${exact(text)}</p>\n`)}${
    manifest.problem !== undefined && html`<p>${remedyOf[manifest.problem.kind]}</p>\n`
  }<ul class="images" aria-label="Images of ${manifest.name}">
${manifest.images.map((image) => imageView(image, options.thumbnails))}</ul>`

export const make = (manifest: ManifestOutcome, id: string, options: Options): Html =>
  html`<details id="${id}"${!isServed(manifest) && manifest.images.length <= LONG && html` open`}>
<summary><h3>${isolated(manifest.label)}</h3> ${state(manifestFateOf(manifest))} <span class="quiet">${
    exact(manifest.name)
  }, ${tally(manifest)}</span></summary>
${body(manifest, options)}
</details>
`
