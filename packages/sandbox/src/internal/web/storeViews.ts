/** What the sandbox has: manifests, assets and objects, for the dashboard. */
import { type Html, html } from "../http/html.ts"
import type { Asset } from "../ingest/assets.ts"
import type { ListedObject } from "../s3/endpoint.ts"
import * as AudienceViews from "./audienceViews.ts"
import { urnOf, viewerOf } from "./contentsPage.ts"
import type { Document } from "./documents.ts"
import * as Section from "./section.ts"
import * as Texts from "./texts.ts"
import * as Thumbnail from "./thumbnail.ts"
import * as Units from "./units.ts"

const MAX_ASSETS = 24
const MAX_OBJECTS = 50

const strip = (base: string, has: (identifier: string) => boolean, { view }: Document): ReadonlyArray<Html> =>
  (view?.canvases ?? []).slice(0, 5).flatMap(({ assets }) =>
    assets.filter(has).slice(0, 1).map((identifier) => Thumbnail.image(Thumbnail.addressOf(base, identifier), ""))
  )

const manifest = (base: string, has: (identifier: string) => boolean) => (document: Document): Html => {
  const { key, version, versions, view } = document
  const label = Texts.short(view?.label ?? [], urnOf(key))
  return html`<li id="manifest-${key}" class="card manifest">
<div class="strip">${strip(base, has, document)}</div>
<h3>${label}</h3>
<p class="quiet"><span class="code">${urnOf(key)}</span> ${
    view === undefined ? "cannot be read" : Units.plural(view.canvases.length, "canvas", "canvases")
  }, Presentation ${versions.join(" and ")}</p>
<p class="actions"><a class="button" href="${viewerOf(key)}" aria-label="Open in the viewer: ${
    urnOf(key)
  }">Open in the viewer</a>
<a href="${viewerOf(key)}/contents" aria-label="Contents of ${urnOf(key)}">Contents</a>
<a href="${base}/iiif/${version}/${urnOf(key)}" aria-label="Manifest ${urnOf(key)} itself">Manifest</a></p>
</li>
`
}

export const manifests = (
  documents: ReadonlyArray<Document>,
  total: number,
  base: string,
  has: (identifier: string) => boolean
): Html =>
  Section.make({
    name: "manifests",
    title: "Manifests",
    shown: documents.length,
    total,
    empty: "No manifest yet. One appears when its job has succeeded.",
    body: html`<ul class="cards">\n${documents.toReversed().map(manifest(base, has))}</ul>`
  })

/** An id that is too long for its line breaks after its namespace first. */
const broken = (identifier: string): Html => {
  const colon = identifier.indexOf(":") + 1
  return html`${identifier.slice(0, colon)}<wbr>${identifier.slice(colon)}`
}

const asset = (base: string) => (one: Asset): Html => {
  const { format, height, identifier, key, width } = one
  const limited = AudienceViews.summary(one)
  return html`<li id="asset-${identifier}" class="asset">
<a class="frame" href="${Thumbnail.viewOf(identifier)}">${
    Thumbnail.image(Thumbnail.addressOf(base, identifier), `Open ${identifier} in the viewer`)
  }</a>
<h3>${broken(identifier)}</h3>
<p class="quiet">${width} × ${height}, ${format}<br><bdi class="code">${Texts.cut(key, 80)}</bdi></p>
${limited !== undefined && html`<p class="quiet">${limited}</p>`}
<p class="actions"><a href="${Thumbnail.viewOf(identifier)}/contents" aria-label="Details of ${identifier}">Details</a>
<a href="${Thumbnail.imageOf(base, identifier)}/info.json" aria-label="info.json of ${identifier}">info.json</a></p>
</li>
`
}

export const assets = (all: ReadonlyArray<Asset>, base: string): Html => {
  const shown = all.slice(-MAX_ASSETS).reverse()
  return Section.make({
    name: "assets",
    title: "Assets",
    shown: shown.length,
    total: all.length,
    empty: "No asset yet. Assets appear as their jobs run.",
    body: html`<ul class="assets">\n${shown.map(asset(base))}</ul>`
  })
}

export interface Bucket {
  readonly name: string
  readonly objects: ReadonlyArray<ListedObject>
}

const object = ({ contentType, key, lastModified, size }: ListedObject): Html =>
  html`<li class="object"><bdi class="code">${Texts.cut(key, 300)}</bdi> <span class="quiet">${Units.bytes(size)}</span>
<span class="quiet">${Texts.cut(contentType, 80)}</span> <span class="when">${Section.time(lastModified)}</span></li>
`

const bucket = ({ name, objects }: Bucket): Html =>
  html`<h3 class="code">${name}</h3>
${
    objects.length === 0
      ? html`<p class="empty">Empty.</p>`
      : html`<ul class="rows">\n${
        objects.toSorted((a, b) => b.lastModified - a.lastModified).slice(0, MAX_OBJECTS).map(object)
      }</ul>`
  }
`

export const buckets = (all: ReadonlyArray<Bucket>): Html =>
  Section.make({
    name: "objects",
    title: "Objects",
    shown: all.reduce((sum, { objects }) => sum + Math.min(MAX_OBJECTS, objects.length), 0) || all.length,
    total: all.reduce((sum, { objects }) => sum + objects.length, 0),
    empty: "No bucket.",
    body: all.map(bucket)
  })
