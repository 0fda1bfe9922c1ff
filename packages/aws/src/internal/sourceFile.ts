import type { Fingerprint } from "@iiif-ingest/core/image/Fingerprint"
import { SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as fs from "node:fs"

/** A file that is being read. Whatever is wrong with it is thrown as `SourceFailed`. */
export interface SourceFile {
  /** Fills a buffer from a place in the file. */
  readonly fill: (into: Uint8Array, position: number) => Promise<void>
  /** Throws where the file is not what it was when it was looked at, or else when it was opened. */
  readonly check: () => Promise<void>
  readonly close: () => Promise<void>
}

const failed = (path: string, what: string) => new SourceFailed({ detail: `${path} ${what}` })

/** Node's callbacks cost two thirds of what its promises do, which small files are made to feel. */
const call = <A>(path: string, run: (done: (error: Error | null, value: A) => void) => void): Promise<A> =>
  new Promise((resolve, reject) =>
    run((error, value) => error ? reject(failed(path, `cannot be read: ${error.message}`)) : resolve(value))
  )

/** In whole numbers: as fractions, Node rounds the times that `FileSystem.stat` cuts off. */
const stat = (path: string, file: number): Promise<fs.BigIntStats> =>
  call(path, (done) => fs.fstat(file, { bigint: true }, done))

const close = (path: string, file: number): Promise<void> => call(path, (done) => fs.close(file, done))

/** What must not change: length in bytes, and time of change in milliseconds since 1970. */
interface State {
  readonly size: number
  readonly modified: number | undefined
  readonly since: "after it was looked at" | "while it was read"
}

const stateOf = ({ modifiedMillis, size }: Fingerprint): State => ({
  size,
  modified: modifiedMillis,
  since: "after it was looked at"
})

const compare = (path: string, { modified, since, size }: State, now: fs.BigIntStats): void => {
  if (!now.isFile()) throw failed(path, "is not a regular file")
  if (now.nlink === 0n) throw failed(path, `was removed ${since}`)
  if (Number(now.size) !== size) throw failed(path, `changed from ${size} to ${now.size} bytes ${since}`)
  const same = modified === undefined || Number(now.mtimeMs) === modified
  if (!same) throw failed(path, `was written to ${since}`)
}

const fill = async (path: string, file: number, into: Uint8Array, position: number): Promise<void> => {
  for (let at = 0; at < into.length;) {
    const read = await call<number>(path, (done) => fs.read(file, into, at, into.length - at, position + at, done))
    if (read === 0) throw failed(path, `ended early: ${into.length} bytes were announced and ${at} came`)
    at += read
  }
}

/**
 * Opens a regular file. With `as`, what it was when it was looked at, nothing is asked of it now that `check` will not
 * ask: each question to a file costs a small one dear.
 */
export const open = async (path: string, as?: Fingerprint): Promise<SourceFile> => {
  // without O_NONBLOCK a FIFO would wait for a writer, in a thread that nothing can interrupt
  const flags = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0)
  const file = await call<number>(path, (done) => fs.open(path, flags, done))
  try {
    const state = as === undefined ? await stateNow(path, file) : stateOf(as)
    return {
      fill: (into, position) => fill(path, file, into, position),
      check: async () => compare(path, state, await stat(path, file)),
      close: () => close(path, file)
    }
  } catch (error) {
    await close(path, file)
    throw error
  }
}

const stateNow = async (path: string, file: number): Promise<State> => {
  const now = await stat(path, file)
  if (!now.isFile()) throw failed(path, "is not a regular file")
  return { size: Number(now.size), modified: Number(now.mtimeMs), since: "while it was read" }
}
