/** A request as a line of text, with the notes on it below. */
import * as Schema from "effect/Schema"

/** What the text needs of an entry of the log. */
export const Entry = Schema.Struct({
  at: Schema.Finite,
  method: Schema.String,
  path: Schema.String,
  op: Schema.String,
  status: Schema.optionalKey(Schema.Finite),
  outcome: Schema.String,
  notes: Schema.Array(Schema.Struct({ rule: Schema.String, message: Schema.String }))
})
export type Entry = typeof Entry.Type

const OWN = new Set(["Control", "Health", "Web"])

/** Whether it is from looking at the sandbox, or from this command. */
export const isOwn = ({ op }: Entry): boolean => OWN.has(op)

/** No text of a client moves the cursor or colors the terminal. */
const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

export const text = ({ at, method, notes, op, outcome, path, status }: Entry): string =>
  [
    `${new Date(at).toISOString()} ${outcome === "replied" ? status : outcome} ${method} ${visible(path)} ${op}`,
    ...notes.map(({ message, rule }) => `    ${visible(message)} (${rule})`)
  ].join("\n")
