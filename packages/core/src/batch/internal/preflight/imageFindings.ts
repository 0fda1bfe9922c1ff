/** Tells what is wrong or doubtful about an image. */
import { visible } from "../../../base/internal/text.ts"
import type { ImageWarning, Reason } from "../../../image/ImageHeader.ts"
import type { Place } from "../../Finding.ts"
import type { Code, Findings } from "./codes.ts"

const errorCodes: { readonly [T in Reason["_tag"]]: Code } = {
  Empty: "image-empty",
  UnknownFormat: "image-unknown",
  UnsupportedFormat: "image-format",
  Truncated: "image-truncated",
  Malformed: "image-damaged",
  InvalidSize: "image-size",
  Unreadable: "file-unreadable"
}

const warningCodes: { readonly [T in ImageWarning["_tag"]]: Code } = {
  WrongExtension: "image-extension",
  Rotated: "image-rotated",
  FurtherPages: "image-pages",
  UnusualFormat: "image-doubtful-format",
  UnusualDepth: "image-depth",
  Cmyk: "image-cmyk",
  TrailingData: "image-trailing",
  BlankEnd: "image-blank",
  StrayBytes: "image-stray",
  PagesUnreadable: "image-next-page",
  TagUnreadable: "image-tag",
  ScreenDiffers: "image-screen"
}

export const addReason = (findings: Findings, place: Place, reason: Reason): void =>
  findings.add(
    errorCodes[reason._tag],
    place,
    visible(reason.message),
    reason._tag === "UnsupportedFormat" ? reason.convertTo : undefined
  )

export const addWarning = (findings: Findings, place: Place, warning: ImageWarning): void =>
  findings.add(warningCodes[warning._tag], place, visible(warning.message))
