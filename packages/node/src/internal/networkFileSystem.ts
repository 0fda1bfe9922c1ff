import { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { statfs } from "node:fs/promises"
import process from "node:process"
import { journalError } from "./sqliteError.ts"

/**
 * The `f_type` values of Linux's statfs(2) for file systems that other machines write to, or that may be backed by one.
 * Sources: statfs(2) and linux/magic.h; for types missing there, the kernel module's super.c or the vendor's
 * documentation.
 */
const networked: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x0102_1997, "9p (a folder shared by a virtual machine's host or by WSL)"],
  [0x6573_5546, "FUSE (sshfs, rclone, s3fs and similar)"],
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
  [0x786f_4256, "a VirtualBox shared folder"],
  [0xbacb_acbc, "a VMware shared folder"],
  [0x7c7c_6673, "a Parallels shared folder"]
])

/** The system's statfs; tests replace it. */
export const StatFs = Context.Reference<(folder: string) => Promise<{ readonly type: number }>>(
  "@iiif-ingest/node/internal/StatFs",
  { defaultValue: () => statfs }
)

/** The kind of network file system that a folder is on; `undefined` if it is local or its kind is unknown. */
const kindOf = async (folder: string, stat: typeof StatFs.Service): Promise<string | undefined> => {
  if (process.platform === "win32") return /^\\\\(?![.?]\\)/.test(folder) ? "a network share" : undefined
  // on other systems the type numbers change from release to release
  if (process.platform !== "linux") return undefined
  // with 32-bit longs, types with the highest bit set are negative
  return networked.get((await stat(folder)).type >>> 0)
}

/**
 * Fails if the folder is on a network file system. SQLite's WAL needs shared memory and reliable file locks, which
 * network file systems do not provide, so the journal could be corrupted.
 * Source: https://www.sqlite.org/wal.html, "Overview".
 */
export const refuse = Effect.fnUntraced(function*(folder: string): Effect.fn.Return<void, JournalError> {
  const stat = yield* StatFs
  const kind = yield* Effect.tryPromise({
    try: () => kindOf(folder, stat),
    catch: (error) => journalError("open", folder, error)
  })
  if (kind === undefined) return
  return yield* new JournalError({
    operation: "open",
    detail:
      `${folder} is on a network file system, ${kind}, where an SQLite journal can be corrupted: use a path on a ` +
      "local disk (set XDG_STATE_HOME or LTS_IIIF_JOURNAL), or allow it with networkFileSystem: \"allow\""
  })
})
