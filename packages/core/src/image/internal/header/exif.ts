import type { Parser } from "./parser.ts"
import type { Window } from "./window.ts"

/**
 * The orientation (1 to 8) in an EXIF block, which is a small TIFF at `start`. Returns 1 if there is none or the block
 * is damaged: EXIF is a hint, and no decoder rejects an image because of it.
 */
export function* readOrientation(window: Window, start: number, length: number): Parser<number> {
  if (length < 10 || start + length > window.size) return 1
  const head = yield* window.view("EXIF", start, 8, Math.min(length, 256))
  const little = head.getUint16(0) === 0x4949
  if (head.getUint16(2, little) !== 42) return 1
  const directory = head.getUint32(4, little)
  if (directory < 8 || directory + 2 > length) return 1
  const count = (yield* window.view("EXIF", start + directory, 2)).getUint16(0, little)
  const entries = Math.min(count, Math.floor((length - directory - 2) / 12), 64)
  const view = yield* window.view("EXIF", start + directory + 2, entries * 12)
  for (let at = 0; at < entries * 12; at += 12) {
    if (view.getUint16(at, little) !== 274) continue
    const value = view.getUint16(at + 8, little)
    return view.getUint16(at + 2, little) === 3 && value >= 1 && value <= 8 ? value : 1
  }
  return 1
}
