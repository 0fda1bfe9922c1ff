/**
 * Checksums that were made of images before they came here, in the lab that scanned them: `checksums.md5`, a `.sha256`
 * file, the manifest of a BagIt bag. What is sent is checked against them, so that a file that was damaged on its way
 * from the scanner is found before anything is submitted.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { type Crc32, update } from "./Crc32.ts"
import { hash } from "./internal/fixity/hashes.ts"
import { make } from "./internal/fixity/lists.ts"
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
 * What makes checksums: in JavaScript where nothing else is provided. `NodeFixity.layer` of `@iiif-ingest/node` takes
 * Node's own, which are five to ten times as fast.
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
 * Lists for one batch. Found are, in the folder of a file and in those above it up to the folder of the batch:
 *
 * - files that end in `.md5`, `.sha1`, `.sha256` or `.sha512`, and `MD5SUMS` and its like, as `md5sum`, `sha256sum` (also
 *   with `--tag`) and Windows tools write them;
 * - `001.tif.md5`, `001.md5` and their like, of that file alone where no name is in it;
 * - `manifest-md5.txt` and its like of the BagIt bag that the files lie in (RFC 8493).
 *
 * A name is what it is, but for its Unicode form: case counts. A file that no list in reach names gets a warning; a list
 * that cannot be read is an error of each file in its reach.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lists: Effect.Effect<Lists> = make
