/** Requests and replies: rows for the dashboard, and a page with all that was kept of one. */
import type { RequestLogEntry } from "../../RequestLog.ts"
import { type Child, type Html, html } from "../http/html.ts"
import type { Reply } from "../http/reply.ts"
import { isProblem } from "../log/isProblem.ts"
import * as ParseJson from "../log/parseJson.ts"
import * as Reason from "../log/reason.ts"
import * as Looking from "./looking.ts"
import * as Page from "./page.ts"
import * as Section from "./section.ts"
import * as Texts from "./texts.ts"
import * as Units from "./units.ts"
import { WEB_OP } from "./webParts.ts"

const MAX_ROWS = 50
const PATH_LENGTH = 300

/**
 * Whether an entry is only from looking at the dashboard, a page of it or a thumbnail on it: it would show the looker
 * the looking.
 */
const isOwn = ({ headers, op }: RequestLogEntry): boolean =>
  op === WEB_OP || (op === "Image" && Looking.isThumbnail(headers))

/** Which requests the dashboard shows. */
export type Filter = "all" | "quiet" | "problems"

const FILTERS: Readonly<Record<Filter, readonly [query: string, name: string]>> = {
  all: ["", "Everything"],
  quiet: ["?show=quiet", "Without pictures"],
  problems: ["?show=problems", "Problems"]
}

export const filterOf = (text: string | null): Filter => text === "quiet" || text === "problems" ? text : "all"

const passes = (filter: Filter) => (entry: RequestLogEntry): boolean =>
  !isOwn(entry) && (filter === "all" || (filter === "quiet" ? entry.op !== "Image" : isProblem(entry)))

/** The last entries that pass, newest first. */
const last = (
  entries: ReadonlyArray<RequestLogEntry>,
  passes: (entry: RequestLogEntry) => boolean
): ReadonlyArray<RequestLogEntry> => {
  const found: Array<RequestLogEntry> = []
  for (let index = entries.length - 1; index >= 0 && found.length < MAX_ROWS; index--) {
    const entry = entries[index]
    if (entry !== undefined && passes(entry)) found.push(entry)
  }
  return found
}

export const requestOf = (id: number): string => `/_sandbox/requests/${id}`

const statusClass = ({ outcome, status }: RequestLogEntry): string => {
  if (outcome !== "replied" || status === undefined) return outcome
  return status >= 500 ? "failed" : status >= 400 ? "refused" : status >= 300 ? "moved" : "success"
}

const statusOf = (entry: RequestLogEntry): Html =>
  html`<span class="state ${statusClass(entry)}">${entry.outcome === "replied" ? entry.status : entry.outcome}</span>`

/** The first note on a request that was accepted, and how many more there are. */
const noteOf = ({ notes }: RequestLogEntry): Child => {
  const [first] = notes
  return first !== undefined &&
    html`\n<span class="note">${Texts.cut(first.message, 300)}${
      notes.length > 1 && ` (and ${notes.length - 1} more)`
    }</span>`
}

/** All notes on a request. */
const noteList = ({ notes }: RequestLogEntry): Child =>
  notes.length > 0 && html`<h2>What the client did wrong <small>though it was accepted</small></h2>
<ul class="notes">
${notes.map(({ message, rule }) => html`<li>${message} <small class="code">${rule}</small></li>\n`)}</ul>
`

const row = (entry: RequestLogEntry): Html => {
  const reason = Reason.of(entry)
  return html`<li id="request-${entry.id}" class="request">
<span class="when">${Section.time(entry.at)}</span> ${statusOf(entry)}
<a href="${requestOf(entry.id)}"><b>${entry.method}</b> <bdi class="code">${
    Texts.cut(entry.path, PATH_LENGTH)
  }</bdi></a>
<span class="op">${entry.op}</span>${
    reason !== undefined && html`\n<span class="why">${Texts.cut(reason, 300)}</span>`
  }${noteOf(entry)}
</li>
`
}

const filters = (current: Filter): Html =>
  html`<ul class="filters" aria-label="Which requests to show">
${
    Object.entries(FILTERS).map(([filter, [query, name]]) =>
      html`<li><a href="/${query}#requests"${filter === current && html` aria-current="true"`}>${name}</a></li>\n`
    )
  }</ul>`

const rows = (entries: ReadonlyArray<RequestLogEntry>): Html => html`<ol class="rows">\n${entries.map(row)}</ol>`

/** How many requests the log has that are not from looking at the dashboard. */
export const total = (entries: ReadonlyArray<RequestLogEntry>): number =>
  entries.reduce((sum, entry) => isOwn(entry) ? sum : sum + 1, 0)

/** The section of the dashboard. */
export const section = (entries: ReadonlyArray<RequestLogEntry>, filter: Filter): Html => {
  const passing = passes(filter)
  const shown = last(entries, passing)
  // Counting all is needed only where not all are shown.
  const total = shown.length < MAX_ROWS
    ? shown.length
    : entries.reduce((sum, entry) => passing(entry) ? sum + 1 : sum, 0)
  return Section.make({
    name: "requests",
    title: "Requests",
    shown: shown.length,
    total,
    before: filters(filter),
    empty: filter === "all" ? "No request yet." : "None of this kind.",
    body: rows(shown)
  })
}

/** The requests that belong to a job: that which started it, and the readings of its state. */
export const ofJob = (entries: ReadonlyArray<RequestLogEntry>, id: string): Child => {
  const found = last(
    entries,
    ({ op, path, replyBody }) =>
      op === "JobStatus" ? path.includes(id) : op === "Initialize" && replyBody?.includes(id) === true
  )
  return found.length === 0 ? html`<p class="empty">None that the log still has.</p>` : rows(found)
}

const fields = (headers: Readonly<Record<string, unknown>>): Html =>
  html`<dl class="pairs code">\n${
    Object.entries(headers).map(([name, value]) => html`<div><dt>${name}</dt><dd>${String(value)}</dd></div>\n`)
  }</dl>`

const MAX_NESTING = 50

/** Whether JSON is nested so deep that its indentation would be most of it. */
const isDeep = (text: string): boolean => {
  let depth = 0
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1
    if (depth > MAX_NESTING) return true
  }
  return false
}

const pretty = (text: string): string => {
  const value = isDeep(text) ? undefined : ParseJson.parse(text)
  return value === undefined ? text : JSON.stringify(value, null, 2)
}

const body = (text: string | undefined): Child => text !== undefined && text !== "" && html`<pre>${pretty(text)}</pre>`

/** A token that was refused: what it claims, which nobody has verified. Its signature is not kept. */
const token = ({ token }: RequestLogEntry): Child =>
  token !== undefined && html`<h2>The token <small>decoded, not verified, without its signature</small></h2>
<h3>Header</h3>
<pre>${pretty(token.header)}</pre>
<h3>Payload</h3>
<pre>${pretty(token.payload)}</pre>`

const noReply = ({ outcome, status }: RequestLogEntry): string => {
  if (status !== undefined) return "Only its status was kept."
  return outcome === "open" ? "There is none yet." : "There was none."
}

/** The page of one request. */
export const page = (entry: RequestLogEntry): Reply => {
  const reason = Reason.of(entry)
  return Page.reply({
    title: `Request ${entry.id}`,
    body: html`<h1>Request ${entry.id} ${statusOf(entry)}</h1>
<p class="code long"><b>${entry.method}</b> <bdi>${entry.path}</bdi></p>
${reason !== undefined && html`<p class="why">${reason}</p>`}
<dl class="pairs">
<div><dt>Operation</dt><dd>${entry.op}</dd></div>
${
      entry.at !== undefined && html`<div><dt>Received</dt><dd>${Section.time(entry.at)}</dd></div>\n`
    }<div><dt>Body</dt><dd>${Units.bytes(entry.bytesIn)}</dd></div>
<div><dt>Outcome</dt><dd>${entry.outcome}</dd></div>
<div><dt>Open at the same time</dt><dd>${entry.inFlight} of this operation</dd></div>
</dl>
${noteList(entry)}${token(entry)}
<h2>Request <small>secrets left out</small></h2>
${fields(entry.headers)}
${body(entry.requestBody)}
<h2>Reply</h2>
${
      entry.replyHeaders === undefined
        ? html`<p class="empty">${noReply(entry)}</p>`
        : html`${fields(entry.replyHeaders)}\n${body(entry.replyBody)}`
    }`
  })
}
