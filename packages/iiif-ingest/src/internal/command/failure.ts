/** How a command says that it failed. */
import { redacted } from "@iiif-ingest/core/base/Reason"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Screen } from "../terminal/screen.ts"
import { exitCodeOf, exitCodes } from "./exitCodes.ts"

/** What the command line names is wrong, or does not go together. */
export class Usage extends Schema.TaggedError<Usage>()("Usage", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}

/** An error that says itself what is wrong and what to do. */
export interface Failure {
  readonly _tag: string
  readonly message: string
}

/** What the messages of the library call by the names of its options, as flags of this command. */
const flagsFor: ReadonlyArray<readonly [string, string]> = [
  ["LTS_IIIF_JOURNAL, or journal: { path } in code", "--journal FILE, or LTS_IIIF_JOURNAL"],
  ["onUnknownSubmit: \"resubmit\"", "--on-unknown resubmit"],
  ["onUnchanged: \"submit\"", "--on-unchanged submit"]
]

/** A message as this command says it: without secrets, and with its flags. */
export const messageOf = ({ message }: Failure): string =>
  redacted(flagsFor.reduce((text, [option, flag]) => text.replaceAll(option, flag), message))

/** Every name of a failure, by its exit code. */
const kinds: ReadonlyMap<number, string> = new Map(Object.entries(exitCodes).map(([kind, code]) => [code, kind]))

/** Prints a failure, and returns its exit code. */
export const report = Effect.fnUntraced(function*(error: Failure) {
  const screen = yield* Screen
  const exitCode = exitCodeOf(error)
  const message = messageOf(error)
  yield* screen.status("")
  yield* screen.document({
    format: "iiif-ingest problem",
    version: 1,
    kind: kinds.get(exitCode) ?? "mistake",
    exitCode,
    message
  })
  yield* screen.note(`${screen.noteStyle.error("iiif-ingest:")} ${message}`)
  return exitCode
})

/** Prints what was not expected, with its stack, for whoever has to mend it. */
export const reportDefect = Effect.fnUntraced(function*(defect: unknown) {
  const screen = yield* Screen
  const text = redacted(defect instanceof Error ? defect.stack ?? defect.message : String(defect))
  yield* screen.status("")
  yield* screen.document({
    format: "iiif-ingest problem",
    version: 1,
    kind: "mistake",
    exitCode: exitCodes.mistake,
    message: "a mistake in iiif-ingest: please report what it printed on standard error"
  })
  yield* screen.note(`iiif-ingest: this is a mistake in the command, please report it: ${text}`)
  return exitCodes.mistake
})
