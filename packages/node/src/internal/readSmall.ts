import * as fs from "node:fs"

/** What a call yields; `undefined` for whatever goes wrong: who reads the file the usual way finds out. */
type Done<A> = (value: A | undefined) => void

/** The calls for a file. */
interface Calls {
  readonly open: (path: string, done: Done<number>) => void
  readonly stat: (file: number, done: Done<fs.BigIntStats>) => void
  /** Reads from a position into a buffer, from the same position on. */
  readonly read: (file: number, into: Uint8Array, at: number, done: Done<number>) => void
  readonly close: (file: number, done: () => void) => void
}

/** Without O_NONBLOCK, opening a FIFO would wait for a writer in a thread that cannot be interrupted. */
const flags = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0)

/** In Node's thread pool, as they may wait for a disk or for another machine. */
const inPool: Calls = {
  open: (path, done) => fs.open(path, flags, (error, file) => done(error === null ? file : undefined)),
  stat: (file, done) => fs.fstat(file, { bigint: true }, (error, stats) => done(error === null ? stats : undefined)),
  read: (file, into, at, done) =>
    fs.read(file, into, at, into.length - at, at, (error, count) => done(error === null ? count : undefined)),
  close: (file, done) => fs.close(file, () => done())
}

const attempt = <A>(call: () => A): A | undefined => {
  try {
    return call()
  } catch {
    return undefined
  }
}

/**
 * At once: where nothing waits, a trip into the thread pool costs more than all that is done there. A link may lead to
 * another file system, so that it is not opened.
 */
const atOnce: Calls = {
  open: (path, done) => done(attempt(() => fs.openSync(path, flags | (fs.constants.O_NOFOLLOW ?? 0)))),
  stat: (file, done) => done(attempt(() => fs.fstatSync(file, { bigint: true }))),
  read: (file, into, at, done) => done(attempt(() => fs.readSync(file, into, at, into.length - at, at))),
  close: (file, done) => {
    attempt(() => fs.closeSync(file))
    done()
  }
}

/**
 * Where a file is: on a disk of another machine, or on a local one, and then perhaps in memory already (the page cache).
 * The inode of an open local file always is.
 */
export type Place = "remote" | "local" | "memory"

const callsFor: Readonly<Record<Place, Calls>> = {
  remote: inPool,
  local: { ...inPool, stat: atOnce.stat, close: atOnce.close },
  memory: atOnce
}

/** A regular file as it was opened, with its bytes if it was small enough. */
export interface Read {
  readonly stats: fs.BigIntStats
  readonly bytes?: Uint8Array
}

const isSame = (a: fs.BigIntStats, b: fs.BigIntStats): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino

/** Fills a buffer; `false` if the file ends before. */
const fill = (calls: Calls, file: number, into: Uint8Array, done: (isFull: boolean) => void, at = 0): void =>
  calls.read(file, into, at, (count) => {
    if (count === undefined || count === 0) return done(false)
    if (at + count === into.length) return done(true)
    fill(calls, file, into, done, at + count)
  })

/** How a file is read: up to how many bytes, and into which memory. */
export interface Options {
  readonly limit: number
  readonly place: Place
  readonly allocate: (size: number) => Uint8Array
}

/** Reads an open file of at most `limit` bytes, if it stays the same. */
const readOpen = (calls: Calls, file: number, { allocate, limit }: Options, done: Done<Read>): void =>
  calls.stat(file, (stats) => {
    if (stats === undefined || !stats.isFile()) return done(undefined)
    if (stats.size > BigInt(limit)) return done({ stats })
    const bytes = allocate(Number(stats.size))
    if (bytes.length === 0) return done({ stats, bytes })
    fill(calls, file, bytes, (isFull) => {
      if (!isFull) return done(undefined)
      calls.stat(file, (after) => done(after !== undefined && isSame(stats, after) ? { stats, bytes } : undefined))
    })
  })

/**
 * Opens a regular file, reads it if it has at most `limit` bytes, and closes it. `undefined` if anything is in the way.
 * May throw for a path that no file can have.
 */
export const readSmall = (path: string, options: Options, done: Done<Read>): void => {
  const calls = callsFor[options.place]
  calls.open(path, (file) => {
    if (file === undefined) {
      return options.place === "memory" ? readSmall(path, { ...options, place: "local" }, done) : done(undefined)
    }
    readOpen(calls, file, options, (found) => calls.close(file, () => done(found)))
  })
}
