/** The plain page of a manifest: everything that a viewer shows and what it leaves out, for every reader and browser. */
import { type Child, type Html, html } from "../http/html.ts"
import type { Reply } from "../http/reply.ts"
import * as ImageAddress from "../image/address.ts"
import type { Audience } from "../image/audience.ts"
import type { Asset } from "../ingest/assets.ts"
import * as AudienceViews from "./audienceViews.ts"
import type { Document } from "./documents.ts"
import * as Links from "./links.ts"
import type { CanvasView, LabelledValue, ManifestView, RangeView } from "./manifestView.ts"
import * as Page from "./page.ts"
import * as Sanitize from "./sanitize.ts"
import * as Texts from "./texts.ts"
import * as Thumbnail from "./thumbnail.ts"

const MAX_CANVASES = 2000

interface World {
  readonly key: string
  readonly base: string
  readonly find: (identifier: string) => Asset | undefined
  /** As whom to show the pictures, where it matters. */
  readonly audience: Audience | undefined
  readonly show: (value: string) => Child
}

const pair = ({ show }: World) => ({ label, value }: LabelledValue): Html =>
  html`<div><dt>${Texts.line(label, "(no label)")}</dt><dd>${Texts.block(value, show)}</dd></div>\n`

const MAX_VALUES = 500

const metadata = (world: World, values: ReadonlyArray<LabelledValue>): Child =>
  values.length > 0 &&
  html`<dl class="pairs">\n${values.slice(0, MAX_VALUES).map(pair(world))}</dl>\n${
    values.length > MAX_VALUES && html`<p class="quiet">The first ${MAX_VALUES} of ${values.length}.</p>\n`
  }`

const about = (world: World, view: ManifestView): Html => {
  const href = view.rights === undefined ? undefined : Links.followable(view.rights)
  return html`${view.summary.length > 0 && html`<div class="lead">${Texts.block(view.summary, world.show)}</div>\n`}
${metadata(world, [...view.metadata, ...(view.requiredStatement === undefined ? [] : [view.requiredStatement])])}
${
    (view.rights !== undefined || view.links.length > 0) && html`<dl class="pairs">
${
      view.rights !== undefined &&
      html`<div><dt>Rights</dt><dd>${
        href === undefined ? view.rights : html`<a href="${href}" rel="noreferrer">${view.rights}</a>`
      }</dd></div>\n`
    }${
      view.links.map(({ href, kind, label }) =>
        html`<div><dt>${kind}</dt><dd><a href="${href}" rel="noreferrer">${Texts.line(label, href)}</a></dd></div>\n`
      )
    }</dl>`
  }`
}

const thumbnailOf = ({ audience, base, find }: World, canvas: CanvasView): string | undefined => {
  const own = canvas.assets.find((identifier) => find(identifier) !== undefined)
  if (canvas.thumbnail === undefined) return own && Thumbnail.addressOf(base, own, audience)
  return audience === undefined ? canvas.thumbnail : ImageAddress.seenBy(audience, canvas.thumbnail, base)
}

const assetLinks = ({ audience, base, find }: World, identifier: string): Html => {
  const asset = find(identifier)
  if (asset === undefined) return html`<li>${identifier}, which is not in this sandbox</li>\n`
  const summary = AudienceViews.summary(asset)
  return html`<li><a href="${Thumbnail.viewOf(identifier)}${
    AudienceViews.queryOf(undefined, audience)
  }">Image ${identifier}</a>,
<a href="${Thumbnail.imageOf(base, identifier, audience)}/info.json"
 aria-label="info.json of ${identifier}">info.json</a>${summary !== undefined && html`<br>${summary}`}</li>\n`
}

const canvas = (world: World) => (one: CanvasView, index: number): Html => {
  const src = thumbnailOf(world, one)
  const alternative = Texts.plain(one.alternative, "")
  return html`<li class="canvas" id="canvas-${index + 1}">
<div class="frame">${
    src === undefined ? html`<span class="nothing">No picture</span>` : Thumbnail.image(src, alternative)
  }</div>
<div class="words">
<h3>${Texts.line(one.label, `Canvas ${index + 1}`)}</h3>
<p class="quiet">${index + 1}${one.size !== undefined && html`, ${one.size}`}</p>
${
    one.alternative.length === 0
      ? html`<p class="quiet">The manifest has no alternative text for it.</p>`
      : html`<div class="alternative"><b>Alternative text:</b> ${Texts.block(one.alternative, (value) => value)}</div>`
  }
${metadata(world, one.metadata)}${
    one.assets.length > 0 && html`<ul class="plain">\n${one.assets.map((id) => assetLinks(world, id))}</ul>\n`
  }<p><a href="${viewerOf(world.key, index + 1, world.audience)}">Page ${index + 1} in the viewer</a></p>
</div>
</li>
`
}

/** Its place on this page, or in the viewer where this page stops before it. */
const canvasOf = ({ audience, key }: World, position: number): string =>
  position < MAX_CANVASES ? `#canvas-${position + 1}` : viewerOf(key, position + 1, audience)

const range = (world: World, view: ManifestView) => ({ items, label }: RangeView): Html =>
  html`<li>${Texts.line(label, "(no label)")}${
    items.length > 0 && html`\n<ol>\n${
      items.map((item) =>
        typeof item === "number"
          ? html`<li><a href="${canvasOf(world, item)}">${
            Texts.line(view.canvases[item]?.label ?? [], `Canvas ${item + 1}`)
          }</a></li>\n`
          : range(world, view)(item)
      )
    }</ol>\n`
  }</li>\n`

const canvases = (world: World, { canvases }: ManifestView): Html => {
  const shown = canvases.slice(0, MAX_CANVASES)
  return html`<section aria-labelledby="canvases">
<h2 id="canvases">Canvases <small>${
    shown.length < canvases.length ? `first ${shown.length} of ${canvases.length}` : `${canvases.length}`
  }</small></h2>
${
    canvases.length === 0
      ? html`<p class="quiet">It has none.</p>`
      : html`<ol class="canvases">\n${shown.map(canvas(world))}</ol>`
  }
</section>`
}

/** The addresses of a manifest. */
export const urnOf = (key: string): string => `URN-3:${key}`
export const viewerOf = (key: string, page?: number, audience?: Audience): string =>
  `/view/${urnOf(key)}${AudienceViews.queryOf(page, audience)}`
export const contentsOf = (key: string, audience?: Audience): string =>
  `/view/${urnOf(key)}/contents${AudienceViews.queryOf(undefined, audience)}`

const addresses = ({ audience, base }: World, { key, versions }: Document): Html =>
  html`<p class="actions"><a class="button" href="${viewerOf(key, undefined, audience)}">Open in the viewer</a>
${
    (["3", "2"] as const).map((version) =>
      html`<a href="${base}/iiif/${version}/${urnOf(key)}">Presentation ${version}${
        versions.includes(version) ? ", as it was sent" : ", converted"
      }</a>\n`
    )
  }</p>`

const unread = (problem: string | undefined): Html =>
  html`<p>It cannot be shown, because it cannot be read as Presentation 3. The manifest itself is served as it was sent.</p>
<p class="why">${problem}</p>`

/** `find` finds the sandbox's assets; `audience` is as whom to show those with a limit. */
export const make = (
  document: Document,
  base: string,
  find: (identifier: string) => Asset | undefined,
  audience: Audience
): Reply => {
  const limited = AudienceViews.limitedIn(document, find)
  const sanitize = Sanitize.sanitize(base)
  const world: World = {
    key: document.key,
    base,
    find,
    audience: limited.length === 0 ? undefined : audience,
    show: (value) => Sanitize.isMarkup(value) ? sanitize(value) : value
  }
  const { key, view } = document
  return Page.reply({
    title: `${Texts.plain(view?.label ?? [], urnOf(key))}: contents`,
    links: html`<a href="${viewerOf(key, undefined, world.audience)}">Viewer</a>`,
    body: html`<h1>${Texts.line(view?.label ?? [], urnOf(key))}</h1>
<p class="quiet code">${urnOf(key)}</p>
${addresses(world, document)}
${AudienceViews.ofManifest(limited, audience, undefined)}
${
      view === undefined ? unread(document.problem) : html`${about(world, view)}
${
        view.ranges.length > 0 && html`<section aria-labelledby="ranges">
<h2 id="ranges">Ranges</h2>
<ul class="ranges">\n${view.ranges.map(range(world, view))}</ul>
</section>`
      }
${canvases(world, view)}`
    }`
  })
}
