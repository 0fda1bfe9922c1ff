import { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { statfs } from "node:fs/promises"
import process from "node:process"
import { journalError } from "./sqliteError.ts"

/**
 * What Linux's statfs(2) calls file systems that other machines write to, or that go through such. Source: statfs(2);
 * linux/magic.h; where it has none, the kernel module's own super.c or the vendor's documentation.
 */
const networked: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x0102_1997, "9p (a folder of the host of a virtual machine or of WSL)"],
  [0x6573_5546, "FUSE (sshfs, rclone, s3fs and the like)"],
  [0x564c, "NCP"],
  [0x7375_7245, "Coda"],
  [0x5346_414f, "AFS"],
  [0x6b41_4653, "AFS"],
  [0x00c3_6400, "Ceph"],
  [0x0bd0_0bd0, "Lustre"],
  [0x4750_4653, "GPFS"],
  [0x1983_0326, "BeeGFS"],
  [0xaad7_aaea, "PanFS"],
  [0x0116_1970, "GFS2"],
  [0x7461_636f, "OCFS2"],
  [0x786f_4256, "a VirtualBox folder"],
  [0xbacb_acbc, "a VMware folder"],
  [0x7c7c_6673, "a Parallels folder"]
])

/** Asks the system; a test puts its own answer in. */
export const StatFs = Context.Reference<(folder: string) => Promise<{ readonly type: number }>>(
  "@iiif-ingest/node/internal/StatFs",
  { defaultValue: () => statfs }
)

/** What kind of network file system a folder is on; none where it is a local one, or nothing is known. */
const kindOf = async (folder: string, ask: typeof StatFs.Service): Promise<string | undefined> => {
  if (process.platform === "win32") return /^\\\\(?![.?]\\)/.test(folder) ? "a network share" : undefined
  // elsewhere the numbers mean something else from release to release
  if (process.platform !== "linux") return undefined
  // where a long has 32 bits, those with the highest bit set come as negative
  return networked.get((await ask(folder)).type >>> 0)
}

/**
 * Refuses a folder on a network file system. SQLite's WAL needs memory that all its users share, and file locks that
 * hold: neither is so there, and the journal would be damaged. Source: https://www.sqlite.org/wal.html, "Overview".
 */
export const refuse = Effect.fnUntraced(function*(folder: string): Effect.fn.Return<void, JournalError> {
  const ask = yield* StatFs
  const kind = yield* Effect.tryPromise({
    try: () => kindOf(folder, ask),
    catch: (error) => journalError("open", folder, error)
  })
  if (kind === undefined) return
  return yield* new JournalError({
    operation: "open",
    detail:
      `${folder} is on a network file system, ${kind}, where an SQLite journal gets damaged: give a path on a disk ` +
      "of this machine (XDG_STATE_HOME or LTS_IIIF_JOURNAL), or allow it with networkFileSystem: \"allow\""
  })
})
