/**
 * Checksums that were made of images before they came here, in the lab that scanned them: `checksums.md5`, a `.sha256`
 * file, the manifest of a BagIt bag. What is sent is checked against them, so that a file that was damaged on its way
 * from the scanner is found before anything is submitted.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { type Crc32, update } from "./Crc32.ts"
import { hash } from "./internal/fixity/hashes.ts"
import * as lists_ from "./internal/fixity/lists.ts"
import { hexDigits } from "./internal/fixity/parse.ts"
import { visible } from "./internal/shown.ts"

/**
 * What makes a checksum: those that BagIt knows (RFC 8493, 2.4).
 *
 * @category models
 * @since 0.1.0
 */
export const Algorithm = Schema.Literals(["md5", "sha1", "sha256", "sha512"])

/**
 * @category models
 * @since 0.1.0
 */
export type Algorithm = typeof Algorithm.Type

/**
 * A checksum of all bytes of a file; `value` in hexadecimal digits, case does not count.
 *
 * @category models
 * @since 0.1.0
 */
export const Checksum = Schema.Struct({ algorithm: Algorithm, value: Schema.String }).check(
  Schema.makeFilter(({ algorithm, value }) =>
    new RegExp(`^[0-9a-f]{${hexDigits[algorithm]}}$`, "i").test(value) ||
    `an ${algorithm} checksum has ${hexDigits[algorithm]} hexadecimal digits`
  )
)

/**
 * @category models
 * @since 0.1.0
 */
export type Checksum = typeof Checksum.Type

/**
 * A checksum that a file is to have, and where that is said: a list's path, or `description`.
 *
 * @category models
 * @since 0.1.0
 */
export const Expected = Schema.Struct({ ...Checksum.fields, list: Schema.String })

/**
 * @category models
 * @since 0.1.0
 */
export type Expected = typeof Expected.Type

/**
 * A file is not what its checksum says.
 *
 * @category errors
 * @since 0.1.0
 */
export class FixityMismatch extends Schema.TaggedError<FixityMismatch>()("FixityMismatch", {
  algorithm: Algorithm,
  expected: Schema.String,
  found: Schema.String,
  list: Schema.String
}) {
  readonly retryable: boolean = false
  override get message() {
    return `its ${this.algorithm} is ${this.found}, and ${
      visible(this.list)
    } says ${this.expected}: it was changed or ` +
      "damaged after that was written; get it again, or make the list anew if the change is meant"
  }
}

/**
 * A list of checksums cannot be understood, so nothing that it speaks of can be checked.
 *
 * @category errors
 * @since 0.1.0
 */
export class FixityListInvalid extends Schema.TaggedError<FixityListInvalid>()("FixityListInvalid", {
  list: Schema.String,
  problems: Schema.Array(Schema.String)
}) {
  readonly retryable: boolean = false
  override get message() {
    const [first = "", second] = this.problems
    const more = second === undefined ? "" : `, and ${this.problems.length - 1} more`
    return `${
      visible(this.list)
    }, the list of checksums beside it, cannot be used: ${first}${more}; mend it or take it away`
  }
}

/**
 * A checksum in the making.
 *
 * @category models
 * @since 0.1.0
 */
export interface Hash {
  readonly update: (bytes: Uint8Array) => void
  /** In lower-case hexadecimal digits. */
  readonly end: () => string
}

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
 * The lists that lie beside the files of a batch, each read once.
 *
 * @category models
 * @since 0.1.0
 */
export interface Lists {
  /** What is said of a file, by its path and its name below the batch's folder. */
  readonly of: (file: { readonly path: string; readonly name: string }) => Effect.Effect<
    { readonly expected: ReadonlyArray<Expected>; readonly warnings: ReadonlyArray<string> },
    FixityListInvalid,
    FileSystem.FileSystem
  >
}

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
export const lists: Effect.Effect<Lists> = lists_.make((list, problems) => new FixityListInvalid({ list, problems }))
