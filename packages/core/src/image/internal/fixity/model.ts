import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { visible } from "../../../base/internal/text.ts"

/** The number of hexadecimal digits of a checksum. */
export const hexDigits: Readonly<Record<"md5" | "sha1" | "sha256" | "sha512", number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha512: 128
}

/**
 * A checksum algorithm of BagIt (RFC 8493, 2.4).
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
 * The checksum of a whole file; `value` is in hexadecimal digits of either case.
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
 * The expected checksum of a file and its origin: the path of a list, or `description`.
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
 * A file does not match its checksum.
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
    return `its ${this.algorithm} is ${this.found}, but ${visible(this.list)} gives ${this.expected}: ` +
      "it was changed or damaged after that was written; get it again, or update the checksum if the change is intended"
  }
}

/**
 * A checksum list cannot be read or parsed, so no file in its reach can be verified.
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
    return `the checksum list ${visible(this.list)} cannot be used: ${first}${more}; fix or remove it`
  }
}

/**
 * An incremental checksum.
 *
 * @category models
 * @since 0.1.0
 */
export interface Hash {
  readonly update: (bytes: Uint8Array) => void
  /** Returns the checksum in lower-case hexadecimal digits. */
  readonly end: () => string
}

/**
 * The checksum lists beside the files of a batch, each read once.
 *
 * @category models
 * @since 0.1.0
 */
export interface Lists {
  /** Looks up a file by its path and its name below the batch's folder. */
  readonly of: (file: { readonly path: string; readonly name: string }) => Effect.Effect<
    { readonly expected: ReadonlyArray<Expected>; readonly warnings: ReadonlyArray<string> },
    FixityListInvalid,
    FileSystem.FileSystem
  >
}
