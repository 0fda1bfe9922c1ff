import { isGif, parseGif } from "./gif.ts"
import { isJ2k, isJp2, parseJ2k, parseJp2 } from "./jp2.ts"
import { isJpeg, parseJpeg } from "./jpeg.ts"
import type { Fields, Parser } from "./parser.ts"
import { refuse } from "./parser.ts"
import { isPng, parsePng } from "./png.ts"
import { Empty, Truncated, UnknownFormat } from "./reason.ts"
import { findBlank, refuseEnd } from "./tail.ts"
import { isTiff, parseTiff } from "./tiff.ts"
import { recognizeUnsupported } from "./unsupported.ts"
import { isWebp, parseWebp } from "./webp.ts"
import { firstRead, type Window } from "./window.ts"

const formats = [
  [isTiff, parseTiff],
  [isJpeg, parseJpeg],
  [isPng, parsePng],
  [isJp2, parseJp2],
  [isJ2k, parseJ2k],
  [isGif, parseGif],
  [isWebp, parseWebp]
] as const

/** The number of bytes needed to recognize every format. */
const signatureBytes = 12

/**
 * Whatever is missing in the blank rest of a file was not copied: names it as cut short, not as damaged. A parser that
 * has rejected the file is not resumed.
 */
function* nameBlank(window: Window, parser: Parser<Fields>): Parser<Fields> {
  let step = parser.next()
  while (step.done !== true) {
    const { value } = step
    if (value._tag === "Malformed") yield* refuseBlank(window, value.offset)
    yield value
    step = parser.next()
  }
  return step.value
}

/** The longest part of a header that a parser judges as a whole, so that its end can be blank, not its start. */
const partBytes = 16

function* refuseBlank(window: Window, offset: number): Parser<void> {
  const blank = yield* findBlank(window, 0, window.size)
  if (blank?.value === 0 && blank.from <= offset + partBytes) {
    yield* refuseEnd(window, "the picture", window.size, blank)
  }
}

/** Detects the format by the first bytes and parses the header. */
export function* parse(window: Window): Parser<Fields> {
  if (window.size === 0) return yield* refuse(new Empty({}))
  const length = Math.min(firstRead, window.size)
  const head = yield* window.bytes("the beginning", 0, length)
  const format = formats.find(([matches]) => matches(head))
  if (format !== undefined) return yield* nameBlank(window, format[1](window))
  if (length < signatureBytes) {
    yield* refuse(new Truncated({ what: "the header of any image", expected: signatureBytes, actual: length }))
  }
  const unsupported = recognizeUnsupported(head)
  if (unsupported !== undefined) return yield* refuse(unsupported)
  return yield* refuse(new UnknownFormat({ firstBytes: hex(head.subarray(0, signatureBytes)) }))
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ")
