import { statfs } from "node:fs"
import { dirname } from "node:path"
import process from "node:process"

/**
 * The `f_type` values of Linux's statfs(2) for file systems on this machine's own disks and memory: ext2 to ext4, XFS,
 * Btrfs, tmpfs, overlayfs, F2FS, FAT, exFAT, NTFS. Sources: statfs(2), linux/magic.h, and for those missing there the
 * module's own headers. ZFS is not among them: it reads disks in threads of its own, so that `pageCache.ts` would not
 * notice.
 */
const local: ReadonlySet<number> = new Set([
  0xef53,
  0x5846_5342,
  0x9123_683e,
  0x0102_1994,
  0x794c_7630,
  0xf2f5_2010,
  0x4d44,
  0x2011_bab0,
  0x7366_746e
])

/** How many folders are remembered: files mostly come folder by folder. */
const maxFolders = 64

type StatFs = (folder: string, done: (error: Error | null, found: { readonly type: number }) => void) => void

/**
 * Makes a function that says whether the folder of a file is known to be on a local file system, at once where it has
 * said so before. Tests replace the system's statfs.
 */
export const make = (stat: StatFs = statfs) => {
  const known = new Map<string, boolean>()
  return (path: string, done: (isLocal: boolean) => void): void => {
    const folder = dirname(path)
    const before = known.get(folder)
    if (before !== undefined) return done(before)
    // on other systems the type numbers change from release to release
    if (process.platform !== "linux") return done(false)
    stat(folder, (error, found) => {
      const isLocal = error === null && local.has(found.type >>> 0)
      if (known.size >= maxFolders) known.clear()
      known.set(folder, isLocal)
      done(isLocal)
    })
  }
}
