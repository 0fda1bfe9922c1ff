/** The pages with a viewer: a manifest in Mirador, one asset in OpenSeadragon; and the plain page of an asset. */
import type { Asset } from "../assets.ts"
import { type Html, html } from "../html.ts"
import type { Reply } from "../reply.ts"
import { urnOf, viewerOf } from "./contentsPage.ts"
import type { Document } from "./documents.ts"
import * as Page from "./page.ts"
import * as Texts from "./texts.ts"
import * as Thumbnail from "./thumbnail.ts"
import * as Units from "./units.ts"

/** The manifest's address for a viewer: with the sandbox's own images where it names MPS's. */
const manifestFor = (base: string, { key, namesMps, version }: Document): string =>
  `${base}/iiif/${version}/${urnOf(key)}${namesMps ? "?hosts=sandbox" : ""}`

/** A manifest in Mirador, open at a page if its number is given. */
export const manifest = (document: Document, base: string, page: number | undefined): Reply => {
  const { key, namesMps, version, view } = document
  return Page.reply({
    kind: "mirador",
    title: Texts.plain(view?.label ?? [], urnOf(key)),
    scripts: ["mirador.min.js", "viewer.js"],
    links: html`<a href="${viewerOf(key)}/contents">Contents</a>
<a href="${base}/iiif/${version}/${urnOf(key)}">Manifest</a>`,
    body: html`<section aria-labelledby="title">
<h1 class="title" id="title">${Texts.short(view?.label ?? [], urnOf(key))}</h1>
<p class="hint">“Reset zoom” brings a picture back: the viewer keeps the zoom when the page turns, and a smaller picture may
then be out of sight.${
      namesMps &&
      " The manifest names hosts of MPS; the viewer gets it with the sandbox's addresses instead."
    }</p>
<noscript><p class="hint">The viewer needs JavaScript. <a href="${
      viewerOf(key)
    }/contents">The page of contents</a> does not.</p></noscript>
</section>
<div id="viewer" data-manifest="${manifestFor(base, document)}" data-page="${page ?? 1}"></div>`
  })
}

const facts = (asset: Asset): Html =>
  html`<dl class="pairs">
<div><dt>Size</dt><dd>${asset.width} × ${asset.height} pixels</dd></div>
<div><dt>Format</dt><dd>${asset.format}</dd></div>
<div><dt>Bucket</dt><dd class="code">${asset.bucket}</dd></div>
<div><dt>Key</dt><dd class="code">${asset.key}</dd></div>
<div><dt>ETag</dt><dd class="code">${asset.etag}</dd></div>
</dl>`

const BUTTONS = [["zoom-in", "Zoom in"], ["zoom-out", "Zoom out"], ["reset", "Reset zoom"], [
  "rotate",
  "Rotate"
]] as const

/** One asset in OpenSeadragon. */
export const asset = (one: Asset, base: string): Reply => {
  const { identifier } = one
  return Page.reply({
    kind: "asset",
    title: identifier,
    scripts: ["openseadragon.min.js", "asset.js"],
    links: html`<a href="${Thumbnail.viewOf(identifier)}/contents">Details</a>
<a href="${Thumbnail.imageOf(base, identifier)}/info.json">info.json</a>`,
    body: html`<h1 class="title">${identifier}</h1>
<p class="hint">${one.width} × ${one.height} pixels, ${one.format}, from <bdi class="code">${
      Texts.cut(one.key, 160)
    }</bdi></p>
<div class="controls" role="group" aria-label="Picture">
${BUTTONS.map(([id, name]) => html`<button type="button" class="light" id="${id}">${name}</button>\n`)}</div>
<noscript><p class="hint">Deep zoom needs JavaScript. <a href="${
      Thumbnail.viewOf(identifier)
    }/contents">The page of details</a> does not.</p></noscript>
<div id="viewer" role="region" aria-label="Picture ${identifier}" data-info="${
      Thumbnail.imageOf(base, identifier)
    }/info.json"></div>`
  })
}

/** Sizes at which a link to a whole picture makes sense. */
const WIDTHS = [200, 800, 1600]

/** What is known of an asset. */
export const assetContents = (one: Asset, base: string): Reply => {
  const { identifier } = one
  const image = Thumbnail.imageOf(base, identifier)
  return Page.reply({
    title: `${identifier}: details`,
    links: html`<a href="${Thumbnail.viewOf(identifier)}">Viewer</a>`,
    body: html`<h1>${identifier}</h1>
<p class="actions"><a class="button" href="${Thumbnail.viewOf(identifier)}">Open in the viewer</a>
<a href="${image}/info.json">info.json</a></p>
<div class="beside">
<div class="frame">${Thumbnail.image(Thumbnail.addressOf(base, identifier), `Thumbnail of ${identifier}`)}</div>
${facts(one)}
</div>
<h2>Whole picture</h2>
<ul class="plain">
${
      WIDTHS.filter((width) => width < one.width).map((width) =>
        html`<li><a href="${image}/full/${width},/0/default.jpg">${width} pixels wide</a></li>\n`
      )
    }<li><a href="${image}/full/max/0/default.jpg">As large as it is delivered</a>, ${
      Units.megapixels(one.width * one.height)
    }</li>
</ul>`
  })
}
