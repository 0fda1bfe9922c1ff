/**
 * The report of a batch as one HTML page for the people who asked for the ingest: how much is served, what is not and
 * why, and every manifest with its images.
 *
 * The page asks for nothing: its style and thumbnails are in it, it has no script, and its policy forbids both requests
 * and scripts, should a text get past the escaping.
 */
import type { BatchReport, ManifestOutcome } from "@iiif-ingest/core/batch/BatchReport"
import * as DateTime from "effect/DateTime"
import { createHash } from "node:crypto"
import { type Child, Html, html } from "./html.ts"
import * as ManifestView from "./manifestView.ts"
import { count, plural } from "./numbers.ts"
import { countsOf, isServed } from "./outcomes.ts"
import { style } from "./style.ts"
import { summary } from "./summaryView.ts"

/**
 * - `title`: the heading; `Report of an ingest` by default.
 * - `thumbnails`: by the ids of assets: a `data:` address, or any other text, which says why there is none.
 * - `viewerOf`: the address of a viewer that shows a manifest.
 */
export interface Options {
  readonly title?: string
  readonly thumbnails?: ReadonlyMap<string, string>
  readonly viewerOf?: (manifest: ManifestOutcome) => string | undefined
}

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'"
].join("; ")

const section = (id: string, title: string, body: ReadonlyArray<Html>): Child =>
  body.length > 0 && html`<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${body}</section>\n`

const verdict = ({ images, manifests, servedImages, servedManifests }: ReturnType<typeof countsOf>): Html =>
  servedImages === images && servedManifests === manifests
    ? html`<p class="verdict good">Everything is served: ${plural(manifests, "manifest")} with ${
      plural(images, "image")
    }.</p>`
    : html`<p class="verdict bad">Not everything is served: ${count(servedManifests)} of ${
      plural(manifests, "manifest")
    } and ${count(servedImages)} of ${plural(images, "image")} are.</p>`

/** The page as text. */
export const reportPage = (report: BatchReport, options: Options = {}): string => {
  const title = options.title ?? "Report of an ingest"
  const views = report.manifests.map((manifest, index) => ({
    served: isServed(manifest),
    view: ManifestView.make(manifest, `manifest-${index + 1}`, options)
  }))
  const of = (served: boolean) => views.filter((one) => one.served === served).map(({ view }) => view)
  const at = DateTime.formatIso(DateTime.makeUnsafe(report.at)).slice(0, 16).replace("T", " ")
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1><bdi>${title}</bdi></h1>
<p class="quiet">Environment ${report.environment}, ${at} UTC</p>
${verdict(countsOf(report))}
${summary(report)}
${section("failed", "Not served as a whole", of(false))}
${section("served", "Served", of(true))}
</main>
</body>
</html>
`.text
}
