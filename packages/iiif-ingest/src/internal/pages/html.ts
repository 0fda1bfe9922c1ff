/** HTML as a value: the tag `html` escapes everything that is put into it, except HTML that it made itself. */
import { visible } from "@iiif-ingest/core/base/Reason"

/** Text that is safe to write as HTML. */
export class Html {
  readonly text: string

  /** Only for text that is HTML already; everything else goes through {@link html}. */
  constructor(text: string) {
    this.text = text
  }
}

/** What a template can hold. `undefined` and `false` leave nothing. */
export type Child = Html | string | number | undefined | false | ReadonlyArray<Child>

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;",
  "'": "&#39;",
  "`": "&#96;"
}

// Parsers of HTML drop or reinterpret these, so they would make a text look like another.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

const escape = (text: string): string =>
  text.toWellFormed().replace(CONTROL, "\u{fffd}").replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? "")

const render = (child: Child): string => {
  if (child === undefined || child === false) return ""
  if (child instanceof Html) return child.text
  return typeof child === "object" ? child.map(render).join("") : escape(String(child))
}

/** A template. Attribute values must be in quotes, and addresses checked with {@link link}. */
export const html = (strings: TemplateStringsArray, ...children: ReadonlyArray<Child>): Html =>
  new Html(strings.map((text, index) => text + render(children[index])).join(""))

/** A text in any script: it does not change the direction of what is around it. */
export const isolated = (text: string): Html => html`<bdi>${text}</bdi>`

/** A name of a file, an id, or a message, in which nothing may be hidden. */
export const exact = (text: string): Html => html`<bdi>${visible(text)}</bdi>`

const follows = (address: string): boolean =>
  URL.canParse(address) && ["http:", "https:"].includes(new URL(address).protocol)

/** A link, if the address is one that a browser should follow from here, and otherwise the text alone. */
export const link = (address: string | undefined, text: Child): Html =>
  address !== undefined && follows(address)
    ? html`<a href="${new URL(address).href}" rel="noopener noreferrer">${text}</a>`
    : html`${text}`
