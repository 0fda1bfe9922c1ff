/** The first part of the report page: what became of the images, what that means, and what to do. */
import type { BatchReport, ImageOutcome, ManifestOutcome } from "@iiif-ingest/core/batch/BatchReport"
import { type Child, exact, type Html, html } from "./html.ts"
import { count, plural } from "./numbers.ts"
import { fateOf, meaningOf, remedyOf } from "./outcomes.ts"

/** How many are named; all are further down. */
const NAMED = 5

interface Group {
  readonly title: Child
  readonly meaning: string
  readonly names: ReadonlyArray<string>
}

const imageGroups = (images: ReadonlyArray<ImageOutcome>): ReadonlyArray<Group> =>
  [...Map.groupBy(images, ({ fate }) => fate._tag).values()].flatMap((same) => {
    const [first] = same
    if (first === undefined || first.fate._tag === "Served") return []
    const title = `${plural(same.length, "image")}: ${fateOf(first.fate)}`
    return [{ title, meaning: meaningOf(first.fate), names: same.map(({ file }) => file) }]
  })

const manifestGroups = (manifests: ReadonlyArray<ManifestOutcome>): ReadonlyArray<Group> => {
  const failed = manifests.flatMap(({ name, problem }) => problem === undefined ? [] : [{ name, problem }])
  return [...Map.groupBy(failed, ({ problem }) => `${problem.kind}\n${problem.message}`).values()].flatMap((same) => {
    const [first] = same
    if (first === undefined) return []
    const title = html`${plural(same.length, "manifest")}: ${exact(first.problem.message)}`
    return [{ title, meaning: remedyOf[first.problem.kind], names: same.map(({ name }) => name) }]
  })
}

const names = (all: ReadonlyArray<string>): Html => {
  const more = all.length - NAMED
  return html`<p class="quiet">${all.slice(0, NAMED).map((name, index) => [index > 0 && ", ", exact(name)])}${
    more > 0 && `, and ${count(more)} more`
  }</p>`
}

const groupView = (group: Group): Html =>
  html`<li class="card"><h3>${group.title}</h3>\n<p>${group.meaning}</p>\n${names(group.names)}</li>\n`

const table = (images: ReadonlyArray<ImageOutcome>): Html => {
  const byFate = Map.groupBy(images, ({ fate }) => fateOf(fate))
  return html`<table>
<caption class="quiet">What became of the images</caption>
<tbody>
${
    [...byFate].map(([fate, same]) => html`<tr><th scope="row">${fate}</th><td>${count(same.length)}</td></tr>\n`)
  }</tbody>
</table>`
}

/** Counts and groups of like problems. */
export const summary = ({ manifests }: BatchReport): Html => {
  const images = manifests.flatMap((manifest) => manifest.images)
  const groups = [...manifestGroups(manifests), ...imageGroups(images)]
  return html`${images.length > 0 && table(images)}
${
    groups.length > 0 && html`<section aria-labelledby="attention">
<h2 id="attention">What to do</h2>
<ul>
${groups.map(groupView)}</ul>
</section>`
  }`
}
