/** A request as a line of text, with why it was refused or the notes on it below. */
import * as Schema from "effect/Schema"
import * as Reason from "../log/reason.ts"

/** What the text needs of an entry of the log. */
export const Entry = Schema.Struct({
  at: Schema.Finite,
  method: Schema.String,
  path: Schema.String,
  op: Schema.String,
  status: Schema.optionalKey(Schema.Finite),
  outcome: Schema.String,
  replyBody: Schema.optionalKey(Schema.String),
  notes: Schema.Array(Schema.Struct({ rule: Schema.String, message: Schema.String }))
})
export type Entry = typeof Entry.Type

const OWN = new Set(["Control", "Health", "Web"])

/** Whether it is from looking at the sandbox, or from this command. */
export const isOwn = ({ op }: Entry): boolean => OWN.has(op)

/** No text of a client moves the cursor or colors the terminal. */
const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

/** A line of JSON with the same meaning, in which none of them stands as it is: JSON escapes only some of them itself. */
export const json = (line: string): string =>
  line.replaceAll(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) =>
      Array.from({ length: character.length }, (_, index) =>
        `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`).join("")
  )

export const text = (entry: Entry): string => {
  const { at, method, notes, op, outcome, path, status } = entry
  const reason = Reason.of(entry)
  return [
    `${new Date(at).toISOString()} ${outcome === "replied" ? status : outcome} ${method} ${visible(path)} ${op}`,
    ...reason === undefined ? [] : [`    ${visible(reason)}`],
    ...notes.map(({ message, rule }) => `    ${visible(message)} (${rule})`)
  ].join("\n")
}
