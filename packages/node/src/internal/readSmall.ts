import { type BigIntStats, close, closeSync, constants, fstat, fstatSync, open, read } from "node:fs"

/** The calls for an open file. `undefined` stands for whatever goes wrong: who reads the file the usual way finds out. */
interface Calls {
  readonly stat: (file: number, done: (stats: BigIntStats | undefined) => void) => void
  readonly close: (file: number, done: () => void) => void
}

const attempt = <A>(call: () => A): A | undefined => {
  try {
    return call()
  } catch {
    return undefined
  }
}

/**
 * For a local file these calls wait for nothing, as the file system has the inode of an open file in memory. A trip into
 * Node's thread pool costs ten times as much as the call.
 */
const atOnce: Calls = {
  stat: (file, done) => done(attempt(() => fstatSync(file, { bigint: true }))),
  close: (file, done) => {
    attempt(() => closeSync(file))
    done()
  }
}

/** For any other, they may wait for another machine. */
const inPool: Calls = {
  stat: (file, done) => fstat(file, { bigint: true }, (error, stats) => done(error === null ? stats : undefined)),
  close: (file, done) => close(file, () => done())
}

/** A regular file as it was opened, with its bytes if it was small enough. */
export interface Read {
  readonly stats: BigIntStats
  readonly bytes?: Uint8Array
}

const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino

/** Fills a buffer; `false` if the file ends before. */
const fill = (file: number, into: Uint8Array, done: (isFull: boolean) => void, at = 0): void =>
  read(file, into, at, into.length - at, at, (error, count) => {
    if (error !== null || count === 0) return done(false)
    if (at + count === into.length) return done(true)
    fill(file, into, done, at + count)
  })

/** Reads an open file of at most `limit` bytes, if it stays the same. */
const readOpen = (
  calls: Calls,
  file: number,
  { allocate, limit }: { readonly limit: number; readonly allocate: (size: number) => Uint8Array },
  done: (read: Read | undefined) => void
): void =>
  calls.stat(file, (stats) => {
    if (stats === undefined || !stats.isFile()) return done(undefined)
    if (stats.size > BigInt(limit)) return done({ stats })
    const bytes = allocate(Number(stats.size))
    if (bytes.length === 0) return done({ stats, bytes })
    fill(file, bytes, (isFull) => {
      if (!isFull) return done(undefined)
      calls.stat(file, (after) => done(after !== undefined && isSame(stats, after) ? { stats, bytes } : undefined))
    })
  })

/** Without O_NONBLOCK, opening a FIFO would wait for a writer in a thread that cannot be interrupted. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a regular file, reads it if it has at most `limit` bytes, and closes it. `undefined` if anything is in the way.
 * Throws for a path that no file can have.
 */
export const readSmall = (
  path: string,
  options: {
    readonly limit: number
    readonly isLocal: boolean
    readonly allocate: (size: number) => Uint8Array
  },
  done: (read: Read | undefined) => void
): void =>
  open(path, flags, (error, file) => {
    if (error !== null) return done(undefined)
    const calls = options.isLocal ? atOnce : inPool
    readOpen(calls, file, options, (found) => calls.close(file, () => done(found)))
  })
