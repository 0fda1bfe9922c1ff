/** One call of the command: its arguments, its streams, and the exit code that it is going to end with. */
import * as Context from "effect/Context"
import type * as Ref from "effect/Ref"
import type { Streams } from "../terminal/streams.ts"

export class Invocation extends Context.Service<Invocation, {
  readonly args: ReadonlyArray<string>
  readonly streams: Streams
  readonly version: string
  readonly exit: Ref.Ref<number>
}>()("iiif-ingest/internal/command/Invocation") {}

const plain = /^[\w./:@%+=,-]+$/

/** An argument as one word of a POSIX shell. */
const shellWord = (value: string): string => plain.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`

/** A command line that can be copied into a shell. */
export const commandLine = (args: ReadonlyArray<string>): string => ["iiif-ingest", ...args.map(shellWord)].join(" ")
