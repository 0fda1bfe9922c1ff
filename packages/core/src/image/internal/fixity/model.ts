import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { visible } from "../../../base/internal/text.ts"

/** How many hexadecimal digits a checksum has. */
export const hexDigits: Readonly<Record<"md5" | "sha1" | "sha256" | "sha512", number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha512: 128
}

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
