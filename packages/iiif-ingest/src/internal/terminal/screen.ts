/** What a command prints: results on standard output, everything else on standard error. */
import { redacted } from "@iiif-ingest/core/base/Reason"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Writable } from "node:stream"
import type { Streams } from "./streams.ts"
import type { Style } from "./style.ts"

/**
 * - `result`: a result, as text for people, or with `--json` as a line of JSON.
 * - `document`: a line of JSON, printed with `--json` only.
 * - `note`: what is said beside the results.
 * - `status`: the line that is drawn again and again on a terminal; empty to remove it.
 *
 * Nothing fails where nobody reads the output any more: the work goes on, and its exit code says how it ended.
 */
export class Screen extends Context.Service<Screen, {
  readonly json: boolean
  readonly quiet: boolean
  /** Whether a status line can be drawn. */
  readonly isLive: boolean
  readonly columns: () => number
  /** The style of results, and that of notes. */
  readonly style: Style
  readonly noteStyle: Style
  readonly result: (text: string, document: object) => Effect.Effect<void>
  readonly document: (document: object) => Effect.Effect<void>
  readonly text: (text: string) => Effect.Effect<void>
  readonly note: (text: string) => Effect.Effect<void>
  readonly status: (text: string) => Effect.Effect<void>
}>()("iiif-ingest/internal/terminal/Screen") {}

/** Waits until what is written is taken. */
const write = (stream: Writable, text: string): Effect.Effect<void> =>
  text === ""
    ? Effect.void
    : Effect.callback<void>((resume) => void stream.write(text, () => resume(Effect.void)))

/** JSON as it is except for characters that would turn or hide the text around them. */
const jsonLine = (document: object): string =>
  `${
    JSON.stringify(document).replaceAll(
      /[\p{Cf}\u2028\u2029\u007f-\u009f]/gu,
      (character) =>
        Array.from(
          { length: character.length },
          (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
        ).join("")
    )
  }\n`

const eraseLine = "\r\u001b[2K"

/** `\u001b[2K` clears the whole line; the status line never has more columns than the terminal. */
const makeNotes = (stderr: Writable, isLive: boolean) => {
  let shown = ""
  const put = (text: string) => Effect.sync(() => void stderr.write(text))
  return {
    note: (text: string) => Effect.suspend(() => put(`${shown === "" ? "" : eraseLine}${redacted(text)}\n${shown}`)),
    status: (text: string) =>
      Effect.suspend(() => {
        if (!isLive || text === shown) return Effect.void
        shown = text
        return put(`${eraseLine}${text}`)
      })
  }
}

export const make = (
  { columns, notesAreShown, stderr, stdout }: Streams,
  options: { readonly json: boolean; readonly quiet: boolean; readonly style: Style; readonly noteStyle: Style }
): Screen["Service"] => {
  const isLive = notesAreShown && !options.quiet
  const text = (text: string) => write(stdout, text === "" || text.endsWith("\n") ? text : `${text}\n`)
  const document = (document: object) => options.json ? write(stdout, jsonLine(document)) : Effect.void
  return {
    ...options,
    isLive,
    columns,
    text,
    document,
    result: (people, json) => options.json ? document(json) : text(people),
    ...makeNotes(stderr, isLive)
  }
}
