/** What all pages have in common: head, banner, way back, and header fields. */
import { type Child, type Html, html } from "../http/html.ts"
import type { Reply } from "../http/reply.ts"
import * as Headers from "./headers.ts"

export interface Page {
  readonly title: string
  readonly body: Html
  readonly status?: number
  /** Which policy the page needs, and how it is laid out. */
  readonly kind?: Headers.Kind
  /** Names of static files. */
  readonly scripts?: ReadonlyArray<string>
  /** Links beside the way back to the dashboard. */
  readonly links?: Child
}

export const STATIC = "/_sandbox/static"

/** Mirador brings its own `main`, of which a page has one. */
const content = (kind: Headers.Kind, body: Html): Html =>
  kind === "mirador"
    ? html`<div id="main" tabindex="-1">\n${body}\n</div>`
    : html`<main id="main" tabindex="-1">\n${body}\n</main>`

const document = ({ body, kind = "plain", links, scripts = [], title }: Page): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${STATIC}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${STATIC}/style.css">
${scripts.map((name) => html`<script src="${STATIC}/${name}" defer></script>\n`)}</head>
<body class="${kind}">
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<p class="banner">Local sandbox: nothing here is published</p>
<nav aria-label="Sandbox"><a class="home" href="/">MPS sandbox</a>${links}</nav>
</header>
${content(kind, body)}
</body>
</html>
`

export const reply = (page: Page): Reply => ({
  status: page.status ?? 200,
  headers: { "content-type": "text/html; charset=utf-8", ...Headers.of(page.kind ?? "plain") },
  body: document(page).text
})

/** A page that says why there is nothing else to show. */
export const problem = (status: number, title: string, explanation: Child): Reply =>
  reply({
    status,
    title,
    body: html`<h1>${title}</h1>\n<p>${explanation}</p>\n<p><a href="/">To the dashboard</a></p>`
  })
