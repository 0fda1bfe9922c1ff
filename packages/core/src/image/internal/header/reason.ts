/**
 * Why an image header was rejected: one class per reason, exported by `ImageHeader`.
 */
import * as Schema from "effect/Schema"
import { visible } from "../../../base/internal/text.ts"

/**
 * The file is empty.
 *
 * @category errors
 * @since 0.1.0
 */
export class Empty extends Schema.TaggedError<Empty>()("Empty", {}) {
  override get message() {
    return "the file is empty; copy or export the picture again"
  }
}

/**
 * The first bytes match no known format; `firstBytes` has up to twelve of them in hexadecimal.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnknownFormat extends Schema.TaggedError<UnknownFormat>()("UnknownFormat", {
  firstBytes: Schema.String
}) {
  override get message() {
    return `not an image in a known format (it starts with ${this.firstBytes}); ` +
      "send TIFF, JPEG 2000, JPEG or PNG"
  }
}

/**
 * The file is in a format that is recognized but not accepted (docs/mps.md, 2.5).
 *
 * @category errors
 * @since 0.1.0
 */
export class UnsupportedFormat extends Schema.TaggedError<UnsupportedFormat>()("UnsupportedFormat", {
  format: Schema.String,
  convertTo: Schema.String
}) {
  override get message() {
    return `${this.format} is not accepted; ${this.convertTo}`
  }
}

/**
 * The file ends too early: it needs at least `expected` bytes and has `actual`. `blankFrom` is set for a file that has
 * its full length, but only padding from that byte on: a copy or download that was not finished.
 *
 * @category errors
 * @since 0.1.0
 */
export class Truncated extends Schema.TaggedError<Truncated>()("Truncated", {
  what: Schema.String,
  expected: Schema.Finite,
  actual: Schema.Finite,
  blankFrom: Schema.optionalKey(Schema.Finite)
}) {
  override get message() {
    if (this.blankFrom !== undefined) {
      return `the file is cut short: from byte ${this.blankFrom} of ${this.actual} on it is blank, as in an unfinished ` +
        `copy, and ${this.what} needs more; copy or export it again`
    }
    return `the file is cut short: ${this.what} needs at least ${this.expected} bytes and there are ${this.actual}; ` +
      "copy or export it again"
  }
}

/**
 * The bytes at `offset` contradict the format.
 *
 * @category errors
 * @since 0.1.0
 */
export class Malformed extends Schema.TaggedError<Malformed>()("Malformed", {
  what: Schema.String,
  offset: Schema.Finite
}) {
  override get message() {
    return `the header is damaged: ${this.what} (at byte ${this.offset}); export the picture again`
  }
}

/**
 * The header gives an impossible size: zero, or above the limits `ImageHeader.maxEdge` and `ImageHeader.maxPixels`.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSize extends Schema.TaggedError<InvalidSize>()("InvalidSize", {
  width: Schema.Finite,
  height: Schema.Finite,
  limit: Schema.String
}) {
  override get message() {
    return `the header gives a size of ${this.width} x ${this.height} pixels: ${this.limit}; export the picture again`
  }
}

/**
 * The file could not be read; `why` explains the file system's error.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unreadable extends Schema.TaggedError<Unreadable>()("Unreadable", {
  why: Schema.String
}) {
  override get message() {
    return `the file cannot be read: ${this.why}`
  }
}

/**
 * Every reason for which an image header is rejected.
 *
 * @category errors
 * @since 0.1.0
 */
export const Reason = Schema.Union([
  Empty,
  UnknownFormat,
  UnsupportedFormat,
  Truncated,
  Malformed,
  InvalidSize,
  Unreadable
])

/**
 * @category errors
 * @since 0.1.0
 */
export type Reason = typeof Reason.Type

/**
 * The file is not an image that can be sent; `reason` gives the problem, its position and what to do.
 *
 * @category errors
 * @since 0.1.0
 */
export class ImageHeaderError extends Schema.TaggedError<ImageHeaderError>()("ImageHeaderError", {
  file: Schema.String,
  reason: Reason
}) {
  override get message() {
    return `${visible(this.file)}: ${this.reason.message}`
  }
}
