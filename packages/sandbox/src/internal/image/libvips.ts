/** libvips, through sharp, which is loaded only when a picture needs it: it takes 50 ms and 30 MB. */
import type { SharpCounters, SharpOptions } from "sharp"
import { SOURCE_PIXELS } from "./limits.ts"

let counters: (() => SharpCounters) | undefined

/** Whether something is read or written, which cannot be interrupted. */
export const isBusy = (): boolean => counters !== undefined && counters().process > 0

/** Opens a picture. */
export const open = async (file: string, options: SharpOptions) => {
  const { default: sharp } = await import("sharp")
  counters = sharp.counters
  // libvips caches open files by name, so it could return the old bytes of a replaced object.
  sharp.cache(false)
  return sharp(file, { limitInputPixels: SOURCE_PIXELS, ...options })
}
