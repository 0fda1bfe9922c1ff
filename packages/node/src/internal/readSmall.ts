import type { Buffers } from "@iiif-ingest/core/base/Buffers"
import * as fs from "node:fs"

/** What a call yields; `undefined` for whatever goes wrong: who reads the file the usual way finds out. */
type Done<A> = (value: A | undefined) => void

/** The calls for a file. */
interface Calls {
  readonly inspect: (path: string, done: Done<fs.BigIntStats>) => void
  readonly open: (path: string, done: Done<number>) => void
  /** Reads from a position into a buffer, from the same position on. */
  readonly read: (file: number, into: Uint8Array, at: number, done: Done<number>) => void
  readonly stat: (file: number, done: Done<fs.BigIntStats>) => void
  readonly close: (file: number, done: () => void) => void
}

/** Without O_NONBLOCK, opening what has become a FIFO would wait for a writer in a thread that cannot be interrupted. */
const flags = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0)

/** A link may lead to another file system. */
const noLink = flags | (fs.constants.O_NOFOLLOW ?? 0)

const bigint = { bigint: true } as const

/** Passes the result of a call in the thread pool on. */
const passTo = <A>(done: Done<A>) => (error: Error | null, value: A): void => done(error === null ? value : undefined)

const attempt = <A>(call: () => A): A | undefined => {
  try {
    return call()
  } catch {
    return undefined
  }
}

/** In Node's thread pool, as they may wait for another machine. */
const remote: Calls = {
  inspect: (path, done) => fs.stat(path, bigint, passTo(done)),
  open: (path, done) => fs.open(path, flags, passTo(done)),
  read: (file, into, at, done) => fs.read(file, into, at, into.length - at, at, passTo(done)),
  stat: (file, done) => fs.fstat(file, bigint, passTo(done)),
  close: (file, done) => fs.close(file, () => done())
}

/** In the pool if they may wait for a disk. The inode of an open file is in memory. */
const local: Calls = {
  inspect: (path, done) => fs.lstat(path, bigint, passTo(done)),
  open: (path, done) => fs.open(path, noLink, passTo(done)),
  read: remote.read,
  stat: (file, done) => done(attempt(() => fs.fstatSync(file, bigint))),
  close: (file, done) => {
    attempt(() => fs.closeSync(file))
    done()
  }
}

/** At once: where nothing waits, a trip into the thread pool costs more than all that is done there. */
const memory: Calls = {
  inspect: (path, done) => done(attempt(() => fs.lstatSync(path, bigint))),
  open: (path, done) => done(attempt(() => fs.openSync(path, noLink))),
  read: (file, into, at, done) => done(attempt(() => fs.readSync(file, into, at, into.length - at, at))),
  stat: local.stat,
  close: local.close
}

const callsFor = { remote, local, memory }

/**
 * Where a file is: on a disk of another machine, or on a local one, and then perhaps in memory already (the page cache).
 */
export type Place = keyof typeof callsFor

/** A regular file, with its bytes if it was small enough. */
export interface Read {
  readonly stats: fs.BigIntStats
  readonly bytes?: Uint8Array
}

/** How a file is read: up to how many bytes, and into which memory. */
export interface Options extends Buffers {
  readonly limit: number
  readonly place: Place
  /** Whether a link is followed, which may lead to another machine. */
  readonly followsLinks: boolean
}

const isSame = (a: fs.BigIntStats, b: fs.BigIntStats): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino && a.dev === b.dev

/** Fills a buffer; `false` if the file ends before. */
const fill = (calls: Calls, file: number, into: Uint8Array, done: (isFull: boolean) => void, at = 0): void =>
  at === into.length ? done(true) : calls.read(file, into, at, (count) => {
    if (count === undefined || count === 0) return done(false)
    fill(calls, file, into, done, at + count)
  })

/** Reads a file that was inspected; `undefined` if it is another one now, or does not stay the same. */
const readInspected = (
  path: string,
  stats: fs.BigIntStats,
  { acquire, place, release }: Options,
  done: Done<Read>
): void => {
  const calls = callsFor[place]
  calls.open(path, (file) => {
    if (file === undefined) return done(undefined)
    const bytes = acquire(Number(stats.size))
    const end = (read: Read | undefined) =>
      calls.close(file, () => {
        if (read === undefined) release(bytes)
        done(read)
      })
    fill(calls, file, bytes, (isFull) => {
      if (!isFull) return end(undefined)
      calls.stat(file, (after) => end(after !== undefined && isSame(stats, after) ? { stats, bytes } : undefined))
    })
  })
}

/**
 * Inspects a regular file, and reads it if it has at most `limit` bytes. Anything else is not opened. `undefined` if
 * anything is in the way. May throw for a path that no file can have.
 */
export const readSmall = (path: string, options: Options, done: Done<Read>): void =>
  callsFor[options.place].inspect(path, (stats) => {
    if (stats?.isSymbolicLink() === true && options.followsLinks) {
      return readSmall(path, { ...options, place: "remote" }, done)
    }
    if (stats?.isFile() !== true) return done(undefined)
    if (stats.size > BigInt(options.limit)) return done({ stats })
    readInspected(path, stats, options, done)
  })
