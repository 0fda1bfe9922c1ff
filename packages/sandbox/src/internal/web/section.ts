/** A section of the dashboard: a heading with a count, a list of which the last part is shown, words where it is empty. */
import { type Child, type Html, html } from "../http/html.ts"
import * as Units from "./units.ts"

export interface SectionOptions {
  /** Also the id of the heading, and what a live update is for. */
  readonly name: string
  readonly title: string
  readonly shown: number
  readonly total: number
  /** What to say where there is nothing. */
  readonly empty: Child
  readonly body: Child
  readonly before?: Child
  /** Instead of how many there are. */
  readonly count?: string
}

const counts = (shown: number, total: number): string =>
  shown < total ? `last ${Units.count(shown)} of ${Units.count(total)}` : Units.count(total)

/** The content of the element `name`. */
export const make = ({ before, body, count, empty, name, shown, title, total }: SectionOptions): Html =>
  html`<h2 id="${name}-title">${title} <small>${count ?? counts(shown, total)}</small></h2>
${before}
${shown === 0 ? html`<p class="empty">${empty}</p>` : body}
`

export const time = (millis: number): Html => html`<time datetime="${Units.iso(millis)}">${Units.clock(millis)}</time>`
