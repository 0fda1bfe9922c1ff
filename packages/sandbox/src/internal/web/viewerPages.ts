/** The pages with a viewer: a manifest in Mirador, one asset in OpenSeadragon; and the plain page of an asset. */
import { type Html, html } from "../http/html.ts"
import type { Reply } from "../http/reply.ts"
import type { Audience } from "../image/audience.ts"
import type { Asset } from "../ingest/assets.ts"
import * as View from "../presentation/view.ts"
import * as AudienceViews from "./audienceViews.ts"
import { contentsOf, urnOf } from "./contentsPage.ts"
import type { Document } from "./documents.ts"
import * as Page from "./page.ts"
import * as Texts from "./texts.ts"
import * as Thumbnail from "./thumbnail.ts"
import * as Units from "./units.ts"

/** The manifest's address for a viewer: with the sandbox's own images, as the audience sees them where it matters. */
const manifestFor = (base: string, { key, namesMps, version }: Document, audience: Audience | undefined): string =>
  `${base}/iiif/${version}/${urnOf(key)}${View.toQuery({ hosts: namesMps ? "sandbox" : "as-sent", audience })}`

export interface ManifestPage {
  readonly document: Document
  readonly base: string
  /** The number of the page to open it at. */
  readonly page: number | undefined
  readonly audience: Audience
  /** Those of its assets of which somebody does not see everything. */
  readonly limited: ReadonlyArray<Asset>
}

/** A manifest in Mirador. */
export const manifest = ({ audience: viewer, base, document, limited, page }: ManifestPage): Reply => {
  const { key, namesMps, version, view } = document
  const audience = limited.length === 0 ? undefined : viewer
  return Page.reply({
    kind: "mirador",
    title: Texts.plain(view?.label ?? [], urnOf(key)),
    scripts: ["mirador.min.js", "viewer.js"],
    links: html`<a href="${contentsOf(key, audience)}">Contents</a>
<a href="${base}/iiif/${version}/${urnOf(key)}">Manifest</a>`,
    body: html`<section aria-labelledby="title">
<h1 class="title" id="title">${Texts.short(view?.label ?? [], urnOf(key))}</h1>
${AudienceViews.ofManifest(limited, viewer, page)}
<p class="hint">“Reset zoom” brings a picture back: the viewer keeps the zoom when the page turns, and a smaller picture may
then be out of sight.${
      namesMps &&
      " The manifest names hosts of MPS; the viewer gets it with the sandbox's addresses instead."
    }</p>
<noscript><p class="hint">The viewer needs JavaScript. <a href="${
      contentsOf(key, audience)
    }">The page of contents</a> does not.</p></noscript>
</section>
<div id="viewer" data-manifest="${manifestFor(base, document, audience)}" data-page="${page ?? 1}"></div>`
  })
}

const facts = (asset: Asset, summary: string | undefined): Html =>
  html`<dl class="pairs">
<div><dt>Size</dt><dd>${asset.width} × ${asset.height} pixels</dd></div>
${
    summary !== undefined && html`<div><dt>Policy</dt><dd>${summary}</dd></div>\n`
  }<div><dt>Format</dt><dd>${asset.format}</dd></div>
<div><dt>Bucket</dt><dd class="code">${asset.bucket}</dd></div>
<div><dt>Key</dt><dd class="code">${asset.key}</dd></div>
<div><dt>ETag</dt><dd class="code">${asset.etag}</dd></div>
</dl>`

const BUTTONS = [["zoom-in", "Zoom in"], ["zoom-out", "Zoom out"], ["reset", "Reset zoom"], [
  "rotate",
  "Rotate"
]] as const

/** The page of details, for the same audience. */
const detailsOf = (identifier: string, audience: Audience | undefined): string =>
  `${Thumbnail.viewOf(identifier)}/contents${AudienceViews.queryOf(undefined, audience)}`

/** One asset in OpenSeadragon. */
export const asset = (one: Asset, base: string, viewer: Audience): Reply => {
  const { identifier } = one
  const audience = one.limits === undefined ? undefined : viewer
  const info = `${Thumbnail.imageOf(base, identifier, audience)}/info.json`
  return Page.reply({
    kind: "asset",
    title: identifier,
    scripts: ["openseadragon.min.js", "asset.js"],
    links: html`<a href="${detailsOf(identifier, audience)}">Details</a>
<a href="${info}">info.json</a>`,
    body: html`<h1 class="title">${identifier}</h1>
<p class="hint">${one.width} × ${one.height} pixels, ${one.format}, from <bdi class="code">${
      Texts.cut(one.key, 160)
    }</bdi></p>
${AudienceViews.ofAsset(one, viewer)}
<div class="controls" role="group" aria-label="Picture">
${BUTTONS.map(([id, name]) => html`<button type="button" class="light" id="${id}">${name}</button>\n`)}</div>
<noscript><p class="hint">Deep zoom needs JavaScript. <a href="${
      detailsOf(identifier, audience)
    }">The page of details</a> does not.</p></noscript>
<div id="viewer" role="region" aria-label="Picture ${identifier}" data-info="${info}"></div>`
  })
}

/** Sizes at which a link to a whole picture makes sense. */
const WIDTHS = [200, 800, 1600]

/** What is known of an asset. */
export const assetContents = (one: Asset, base: string, viewer: Audience): Reply => {
  const { identifier } = one
  const audience = one.limits === undefined ? undefined : viewer
  const image = Thumbnail.imageOf(base, identifier, audience)
  const viewerOfIt = Thumbnail.viewOf(identifier) + AudienceViews.queryOf(undefined, audience)
  const largest = one.limits?.[viewer] ?? one
  return Page.reply({
    title: `${identifier}: details`,
    links: html`<a href="${viewerOfIt}">Viewer</a>`,
    body: html`<h1>${identifier}</h1>
<p class="actions"><a class="button" href="${viewerOfIt}">Open in the viewer</a>
<a href="${image}/info.json">info.json</a></p>
${AudienceViews.ofAsset(one, viewer)}
<div class="beside">
<div class="frame">${
      Thumbnail.image(Thumbnail.addressOf(base, identifier, audience), `Thumbnail of ${identifier}`)
    }</div>
${facts(one, AudienceViews.summary(one))}
</div>
<h2>Whole picture</h2>
<ul class="plain">
${
      WIDTHS.filter((width) => width < largest.width).map((width) =>
        html`<li><a href="${image}/full/${width},/0/default.jpg">${width} pixels wide</a></li>\n`
      )
    }<li><a href="${image}/full/max/0/default.jpg">As large as it is delivered</a>, ${
      Units.megapixels(largest.width * largest.height)
    }</li>
</ul>`
  })
}
