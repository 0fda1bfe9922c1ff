/** libvips, through sharp, which is loaded only when a picture needs it: it takes 50 ms and 30 MB. */
import type { SharpOptions } from "sharp"
import { SOURCE_PIXELS } from "./limits.ts"

export const load = async () => (await import("sharp")).default

/** Whether something is read or written, which cannot be interrupted: nothing where libvips cannot even be loaded. */
export const isBusy = (): Promise<boolean> => load().then((sharp) => sharp.counters().process > 0, () => false)

/** Opens a picture. */
export const open = async (file: string, options: SharpOptions) => {
  const sharp = await load()
  // libvips caches open files by name, so it could return the old bytes of a replaced object.
  sharp.cache(false)
  return sharp(file, { limitInputPixels: SOURCE_PIXELS, ...options })
}
