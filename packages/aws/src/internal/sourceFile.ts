import * as FileStat from "@iiif-ingest/core/image/FileStat"
import * as Fingerprint from "@iiif-ingest/core/image/Fingerprint"
import { SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as fs from "node:fs"

/** An open file. Every failure is thrown as `SourceFailed`. */
export interface SourceFile {
  /** Fills a buffer from a position in the file. */
  readonly fill: (into: Uint8Array, position: number) => Promise<void>
  /** Throws if the file has changed since it was probed, or since it was opened if it was not probed. */
  readonly check: () => Promise<void>
  readonly close: () => Promise<void>
}

const failed = (path: string, what: string) => new SourceFailed({ detail: `${path} ${what}` })

/** Node's callbacks cost two thirds of its promises, which matters for small files. */
const call = <A>(path: string, run: (done: (error: Error | null, value: A) => void) => void): Promise<A> =>
  new Promise((resolve, reject) =>
    run((error, value) => error ? reject(failed(path, `cannot be read: ${error.message}`)) : resolve(value))
  )

/** As `bigint`, since Node rounds the fractional times that `FileSystem.stat` truncates. */
const stat = (path: string, file: number): Promise<fs.BigIntStats> =>
  call(path, (done) => fs.fstat(file, { bigint: true }, done))

const close = (path: string, file: number): Promise<void> => call(path, (done) => fs.close(file, done))

const fingerprintOf = ({ ctimeNs, ino, mtimeMs, size }: fs.BigIntStats): Fingerprint.Fingerprint => ({
  size: Number(size),
  modifiedMillis: Number(mtimeMs),
  identity: FileStat.identity({ ino, ctimeNs })
})

/** What must not change, and since when. */
interface State {
  readonly fingerprint: Fingerprint.Fingerprint
  readonly since: "after it was probed" | "while it was being read"
}

const compare = (path: string, { fingerprint, since }: State, now: fs.BigIntStats): void => {
  if (!now.isFile()) throw failed(path, "is not a regular file")
  if (now.nlink === 0n) throw failed(path, `was removed ${since}`)
  if (Number(now.size) !== fingerprint.size) {
    throw failed(path, `changed from ${fingerprint.size} to ${now.size} bytes ${since}`)
  }
  if (!Fingerprint.mayBeSame(fingerprint, fingerprintOf(now))) throw failed(path, `was modified ${since}`)
}

const fill = async (path: string, file: number, into: Uint8Array, position: number): Promise<void> => {
  for (let at = 0; at < into.length;) {
    const read = await call<number>(path, (done) => fs.read(file, into, at, into.length - at, position + at, done))
    if (read === 0) throw failed(path, `ended early: expected ${into.length} bytes, got ${at}`)
    at += read
  }
}

/**
 * Opens a regular file. With `as`, its fingerprint from when it was probed, the file is not inspected before `check`:
 * each system call is a large part of the cost of a small file. A fingerprint without an identity does not tell whether
 * the file is changed while it is read, so that its state when it is opened is compared as well.
 */
export const open = async (path: string, as?: Fingerprint.Fingerprint): Promise<SourceFile> => {
  // without O_NONBLOCK, opening a FIFO would wait for a writer in a thread that cannot be interrupted
  const flags = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0)
  const file = await call<number>(path, (done) => fs.open(path, flags, done))
  try {
    const probed: ReadonlyArray<State> = as === undefined ? [] : [{ fingerprint: as, since: "after it was probed" }]
    const opened = as?.identity === undefined ? [await stateNow(path, file)] : []
    return {
      fill: (into, position) => fill(path, file, into, position),
      check: async () => {
        const now = await stat(path, file)
        for (const state of [...probed, ...opened]) compare(path, state, now)
      },
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
  return { fingerprint: fingerprintOf(now), since: "while it was being read" }
}
