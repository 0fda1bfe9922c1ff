/**
 * What is unusual about an image that can be read all the same; `warnings` puts it in words.
 */
import * as Schema from "effect/Schema"

/**
 * What is unusual about an image that can be read all the same. Each has a warning of the same name.
 *
 * - `TrailingData`: bytes behind the picture that are no part of it; without `bytes` where their number is unknown.
 * - `BlankEnd`: the last `bytes` of the pixels are zeros, which can be black or an unfinished copy.
 * - `StrayBytes`: bytes between the segments of a JPEG, which most decoders skip.
 * - `PagesUnreadable`: no TIFF directory where the file says that the next page is, at byte `offset`.
 * - `TagUnreadable`: a private TIFF tag whose value is past the end of the file.
 * - `ScreenDiffers`: a GIF whose first frame does not fit its screen, so that decoders disagree about its size.
 *
 * @category models
 * @since 0.1.0
 */
export const Oddity = Schema.Union([
  Schema.TaggedStruct("TrailingData", { bytes: Schema.optionalKey(Schema.Int) }),
  Schema.TaggedStruct("BlankEnd", { bytes: Schema.Int }),
  Schema.TaggedStruct("StrayBytes", { bytes: Schema.Int }),
  Schema.TaggedStruct("PagesUnreadable", { offset: Schema.Int }),
  Schema.TaggedStruct("TagUnreadable", { tag: Schema.Int }),
  Schema.TaggedStruct("ScreenDiffers", { screen: Schema.String, shown: Schema.String })
])

/**
 * @category models
 * @since 0.1.0
 */
export type Oddity = typeof Oddity.Type

/** Reports the bytes behind a picture, if there are any. */
export const trailing = (bytes: number): ReadonlyArray<Oddity> => bytes > 0 ? [{ _tag: "TrailingData", bytes }] : []
