/** Notes on a request, bounded, each once. */
import type { Note } from "../../RequestLog.ts"

export const note = (rule: string, message: string): Note => ({ rule, message })

const MAX_NOTES = 50
const MAX_LENGTH = 500

const cut = (message: string): string => message.length <= MAX_LENGTH ? message : `${message.slice(0, MAX_LENGTH)}...`

export const bound = (notes: ReadonlyArray<Note>): ReadonlyArray<Note> => {
  const unique = [...new Map(notes.map((one) => [`${one.rule} ${one.message}`, one])).values()]
  const shown = unique.slice(0, MAX_NOTES).map(({ message, rule }) => note(rule, cut(message)))
  return unique.length <= MAX_NOTES ? shown : [...shown, note("more", `And ${unique.length - MAX_NOTES} more of this`)]
}
