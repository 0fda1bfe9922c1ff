import * as Context from "effect/Context"
import { statfs } from "node:fs/promises"
import process from "node:process"

/** The system's statfs; tests replace it. */
export const StatFs = Context.Reference<(folder: string) => Promise<{ readonly type: number }>>(
  "@iiif-ingest/node/internal/StatFs",
  { defaultValue: () => statfs }
)

/** On other systems than Linux the numbers of types change from release to release. */
export const isNumbered = process.platform === "linux"

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

/**
 * The `f_type` values for file systems on this machine's own disks and memory: ext2 to ext4, XFS, Btrfs, tmpfs,
 * overlayfs, F2FS, FAT, exFAT, NTFS. The same sources. ZFS is not among them: it reads disks in threads of its own, so
 * that `pageCache.ts` would not notice.
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

/** With 32-bit longs, types with the highest bit set are negative. */
const unsigned = (type: number): number => type >>> 0

/** What a network file system of a type is called; `undefined` for any other. */
export const networkName = (type: number): string | undefined => networked.get(unsigned(type))

/** Whether a type is known to be of local file systems. */
export const isLocal = (type: number): boolean => local.has(unsigned(type))
