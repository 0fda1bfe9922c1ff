/** Language maps as HTML: every value, each with its language, and each isolated from the direction of what is around. */
import { type Child, type Html, html } from "../http/html.ts"
import * as ManifestView from "./manifestView.ts"

/** Longer values are cut, and then shown as text. */
const MAX_VALUE = 20_000

/** What looks like a language tag (BCP 47); anything else is not worth telling a screen reader. */
const isTag = (language: string | undefined): language is string =>
  language !== undefined && /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i.test(language)

const inLanguage = (language: string | undefined, child: Child): Html =>
  isTag(language) ? html`<bdi lang="${language}">${child}</bdi>` : html`<bdi>${child}</bdi>`

const mark = (language: string | undefined, several: boolean): Child =>
  several && language !== undefined && html` <small class="lang">${language}</small>`

const each = (texts: ManifestView.Texts, show: (value: string) => Child): ReadonlyArray<Html> =>
  texts.flatMap(({ language, values }) =>
    values.map((value) => html`${inLanguage(language, show(value))}${mark(language, texts.length > 1)}`)
  )

const separated = (children: ReadonlyArray<Html>, separator: Child): Child =>
  children.map((child, index) => [index > 0 && separator, child])

/** All values on one line. */
export const line = (texts: ManifestView.Texts, fallback: string): Child => {
  const all = each(texts, (value) => cut(value, MAX_VALUE))
  return all.length === 0 ? fallback : separated(all, html` <span class="sep">/</span> `)
}

/** All values, one below the other, with `show` for what may be HTML. */
export const block = (texts: ManifestView.Texts, show: (value: string) => Child): Child =>
  each(texts, (value) => value.length > MAX_VALUE ? cut(value, MAX_VALUE) : show(value)).map((child) =>
    html`<div class="value">${child}</div>`
  )

/** The first value, cut where a list has no room for more. */
export const short = (texts: ManifestView.Texts, fallback: string): Child => {
  const first = ManifestView.firstOf(texts)
  const value = first?.values[0]
  return value === undefined ? fallback : inLanguage(first?.language, cut(value, 160))
}

/** Cuts between characters, never inside one. */
export const cut = (text: string, length: number): string => {
  const characters = Array.from(text.slice(0, 2 * length + 1))
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : text
}

/** The first value as plain text, for titles. */
export const plain = (texts: ManifestView.Texts, fallback: string): string =>
  cut(ManifestView.firstOf(texts)?.values[0] ?? fallback, 160)
