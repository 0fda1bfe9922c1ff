/** Text from elsewhere as it can be shown, and how many columns of a terminal it takes. */

/** What a terminal may act on, or what hides or turns the text around it. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`

/** A text on one line, without anything that a terminal would act on. */
export const printable = (text: string): string => text.replace(invisible, escaped)

/** The first characters of a text, as they can be shown. */
export const shortened = (text: string, length: number): string =>
  text.length > length ? `${printable(text.slice(0, length))}…` : printable(text)

const combining = /^\p{M}$/u

const wide =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]$/u

const columnsOf = (character: string): number => combining.test(character) ? 0 : wide.test(character) ? 2 : 1

/** A character of a source line, with tabs as spaces. */
export const shown = (character: string): string => character === "\t" ? "    " : printable(character)

/** How many columns a text takes that is shown. */
export const columns = (text: string): number => {
  let sum = 0
  for (const character of text) sum += columnsOf(character)
  return sum
}
