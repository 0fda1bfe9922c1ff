import { existsSync } from "node:fs"
import process from "node:process"

/** After how many files without a read from a disk the next ones are expected to be in memory, too. */
const enough = 8

/** How many blocks this process has read from disks: Linux's `ru_inblock`, see getrusage(2). */
const blocksRead = (): number => process.resourceUsage().fsRead

/** Linux counts them only if it is built with the accounting that this file shows; see proc_pid_io(5). */
const isCounted = (): boolean => process.platform === "linux" && existsSync("/proc/self/io")

/**
 * Makes a function, to be called before each file, that says whether local files have lately been read without waiting
 * for a disk: from the page cache. A file that is expected there and is not makes the process wait for the disk once;
 * the next ones are not expected there. Tests replace the count.
 */
export const make = (count: (() => number) | undefined = isCounted() ? blocksRead : undefined): () => boolean => {
  if (count === undefined) return () => false
  let before = count()
  let files = 0
  return () => {
    const now = count()
    files = now === before ? files + 1 : 0
    before = now
    return files > enough
  }
}
