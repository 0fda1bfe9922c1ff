/** HTML as a value: the tag `html` escapes everything that is put into it, except HTML that it made itself. */

/** Text that is safe to send as HTML. */
export class Html {
  readonly text: string

  /** Only for text that is HTML already; everything else goes through {@link html}. */
  constructor(text: string) {
    this.text = text
  }
}

/** What a template can hold. `undefined`, `null` and `false` leave nothing. */
export type Child = Html | string | number | undefined | null | false | ReadonlyArray<Child>

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;",
  "'": "&#39;",
  "`": "&#96;"
}

// Parsers of HTML drop or reinterpret these, so they would make a label look like another.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/** For text and for attribute values in quotes. */
export const escape = (text: string): string =>
  text.toWellFormed().replace(CONTROL, "\u{fffd}").replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? "")

const render = (child: Child): string => {
  if (child === undefined || child === null || child === false) return ""
  if (child instanceof Html) return child.text
  return typeof child === "object" ? child.map(render).join("") : escape(String(child))
}

/** A template. Attribute values must be in quotes, and addresses checked with `web/links.ts` first. */
export const html = (strings: TemplateStringsArray, ...children: ReadonlyArray<Child>): Html =>
  new Html(strings.map((text, index) => text + render(children[index])).join(""))

/** HTML that was made by {@link html} and has been text in between. */
export const trusted = (text: string | undefined): Html => new Html(text ?? "")
