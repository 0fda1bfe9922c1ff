/** Jobs: a card for the dashboard, and a page with the fate of every asset. */
import type { ChildJob, Job, StateChange } from "../../Job.ts"
import { type Child, type Html, html } from "../http/html.ts"
import type { Reply } from "../http/reply.ts"
import { urnOf, viewerOf } from "./contentsPage.ts"
import * as Page from "./page.ts"
import * as Section from "./section.ts"
import * as Thumbnail from "./thumbnail.ts"
import * as Units from "./units.ts"

const MAX_JOBS = 20
const MAX_REMARKS = 5

export const state = (name: string): Html => html`<span class="state ${name}">${name}</span>`

/** A job is `ready` from its start; the steps after that are in its timeline. */
const timeline = (start: number, changes: ReadonlyArray<StateChange>, name: string): Html =>
  html`<ol class="timeline" aria-label="${name}">
<li>${state("ready")} ${Section.time(start)}</li>
${changes.map((change) => html`<li>${state(change.state)} <span>${Units.after(change.at - start)}</span></li>\n`)}</ol>`

export const jobOf = (id: string): string => `/_sandbox/jobs/${id}`

const tally = (children: ReadonlyArray<ChildJob>): string => {
  const byState = Map.groupBy(children, (child) => child.state)
  return Array.from(byState, ([name, all]) => `${Units.count(all.length)} ${name}`).join(", ")
}

/** Why assets failed, and what was odd about others. */
const remarks = (children: ReadonlyArray<ChildJob>): ReadonlyArray<Html> =>
  children.flatMap(({ identifier, reason, warnings }) => [
    ...(reason === undefined ? [] : [html`<li class="bad"><b>${identifier}</b> ${reason}</li>\n`]),
    ...warnings.map((warning) => html`<li class="odd"><b>${identifier}</b> ${warning}</li>\n`)
  ])

/** Errors of the job itself; those of its assets are with the assets. */
const ownErrors = ({ children, errors }: Job): ReadonlyArray<string> =>
  errors.filter((error) => !children.some(({ identifier, reason }) => error === `${identifier}: ${reason}`))

const remarkList = (job: Job, limit: number): Child => {
  const all = [...ownErrors(job).map((error) => html`<li class="bad">${error}</li>\n`), ...remarks(job.children)]
  return all.length > 0 &&
    html`<ul class="remarks">\n${all.slice(0, limit)}${
      all.length > limit && html`<li><a href="${jobOf(job.id)}">and ${Units.count(all.length - limit)} more</a></li>\n`
    }</ul>`
}

const manifestLink = ({ manifest, state }: Job): Child =>
  manifest !== undefined &&
  (state === "success"
    ? html`<a href="${viewerOf(manifest)}">${urnOf(manifest)}</a>`
    : html`<span>${urnOf(manifest)}</span>`)

const card = (job: Job): Html =>
  html`<li id="job-${job.id}" class="card">
<p class="first"><a class="code" href="${jobOf(job.id)}" aria-label="Job ${job.id}">${job.id}</a> ${
    state(job.state)
  }</p>
${timeline(job.createdAt, job.timeline ?? [], `States of job ${job.id}`)}
<p class="quiet">${Units.plural(job.children.length, "asset")}${
    job.children.length > 0 && html`: ${tally(job.children)}`
  }</p>
${job.manifest !== undefined && html`<p class="quiet">Manifest ${manifestLink(job)}</p>`}
${remarkList(job, MAX_REMARKS)}
</li>
`

/** The section of the dashboard; newest first. */
export const section = (jobs: ReadonlyArray<Job>): Html => {
  const shown = jobs.slice(-MAX_JOBS).reverse()
  return Section.make({
    name: "jobs",
    title: "Jobs",
    shown: shown.length,
    total: jobs.length,
    empty: "No job yet. An ingest request starts one.",
    body: html`<ol class="cards">\n${shown.map(card)}</ol>`
  })
}

const child = (job: Job, ingested: (identifier: string) => boolean) => (one: ChildJob): Html =>
  html`<li class="card">
<p class="first"><b>${
    ingested(one.identifier)
      ? html`<a href="${Thumbnail.viewOf(one.identifier)}">${one.identifier}</a>`
      : one.identifier
  }</b> ${state(one.state)}</p>
${timeline(job.createdAt, one.timeline ?? [], `States of asset ${one.identifier}`)}
${remarkList({ ...job, errors: [], children: [one] }, Infinity)}
</li>
`

/** The page of one job; `calls` are the requests that started it and asked for it. */
export const page = (job: Job, ingested: (identifier: string) => boolean, calls: Child): Reply =>
  Page.reply({
    title: `Job ${job.id}`,
    body: html`<h1>Job <span class="code">${job.id}</span> ${state(job.state)}</h1>
${timeline(job.createdAt, job.timeline ?? [], "States of the job")}
${job.manifest !== undefined && html`<p>Manifest ${manifestLink(job)}</p>`}
${remarkList({ ...job, children: [] }, Infinity)}
<h2>Assets <small>${Units.count(job.children.length)}</small></h2>
<ol class="cards">\n${job.children.map(child(job, ingested))}</ol>
<h2>Requests</h2>
${calls}`
  })
