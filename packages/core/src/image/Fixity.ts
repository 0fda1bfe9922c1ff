/**
 * Checksums made before the upload, usually in the lab that scanned the images: `checksums.md5`, a `.sha256` file, or
 * the manifest of a BagIt bag. Uploaded bytes are verified against them, so that a file damaged on its way from the
 * scanner is found before anything is submitted.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { type Crc32, update } from "./Crc32.ts"
import { hash } from "./internal/fixity/hashes.ts"
import { make } from "./internal/fixity/lists.ts"
import { findMissing } from "./internal/fixity/missing.ts"
import type { Algorithm, Hash, Lists } from "./internal/fixity/model.ts"

export {
  Algorithm,
  Checksum,
  Expected,
  FixityListInvalid,
  FixityMismatch,
  type Hash,
  type Lists
} from "./internal/fixity/model.ts"

/**
 * The implementations of the checksums, in JavaScript by default. `NodeFixity.layer` of `@iiif-ingest/node` provides
 * Node's native ones, which are five to ten times as fast.
 *
 * @category services
 * @since 0.1.0
 */
export const Hashes = Context.Reference<{
  readonly make: (algorithm: Algorithm) => Hash
  /** {@link Crc32.update} */
  readonly crc32: (before: Crc32, bytes: Uint8Array) => Crc32
}>("@iiif-ingest/core/Fixity/Hashes", {
  defaultValue: () => ({ make: hash, crc32: update })
})

/**
 * The checksum lists of one batch. For each file, its folder and the parent folders up to the batch's folder are
 * searched for:
 *
 * - files that end in `.md5`, `.sha1`, `.sha256` or `.sha512`, and files such as `MD5SUMS`, in the formats of `md5sum`,
 *   `sha256sum` (also with `--tag`) and Windows tools;
 * - files such as `001.tif.md5` and `001.md5`, which apply to that one file if they contain no file name;
 * - `manifest-md5.txt` and similar manifests of the BagIt bag that contains the files (RFC 8493).
 *
 * File names are compared in Unicode's NFC, and case matters. A file that none of its lists names gets a warning. A
 * list that cannot be read is an error for every file it could apply to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lists: Effect.Effect<Lists> = make

/**
 * The images that the checksum lists of a folder name and that are not among the `names` of its files, each with the
 * list: pages that were lost.
 *
 * @category getters
 * @since 0.1.0
 */
export const missing = (
  folder: string,
  names: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<{ readonly name: string; readonly why: string }>, never, FileSystem.FileSystem> =>
  findMissing(folder, { files: names.map((name) => ({ name, path: name })), leftOut: [] })
