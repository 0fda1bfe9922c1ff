/** The standard streams of the process. */
import type { Readable, Writable } from "node:stream"

export interface Streams {
  /** Called only where something is read: looking at it would start reading. */
  readonly stdin: () => Readable
  readonly stdout: Writable
  readonly stderr: Writable
  /** Whether somebody can be asked: standard input and standard error are a terminal. */
  readonly canAsk: boolean
  /** Whether results are printed to a terminal. */
  readonly isTerminal: boolean
  /** Whether notes and progress are printed to a terminal. */
  readonly notesAreShown: boolean
  /** The width of that terminal. */
  readonly columns: () => number
}
