/** What one image may cost, so that a hostile one cannot take the machine. */

/** Pixels of a source: sharp's own limit of 268 million is below what large maps and newspapers have. */
export const SOURCE_PIXELS = 2_000_000_000

/** Pixels of a source that comes in several scans, of which libvips holds all in memory, with 4 bytes for each. */
export const SCANNED_PIXELS = 400_000_000

/** Seconds to decode a source and write its pyramid. */
export const DERIVE_SECONDS = 300

/** Seconds to render a request. */
export const RENDER_SECONDS = 30

/** The largest image that is sent: its area, and a side, which JPEG bounds at 65,535. */
export const MAX_AREA = 100_000_000
export const MAX_SIDE = 65_500

/** Pixels of the largest image once it is turned, which suffices for a square at 45 degrees. */
export const MAX_TURNED_AREA = 2 * MAX_AREA

/** Pixels from which on images are rendered one at a time. */
export const LARGE_PIXELS = 16_000_000

/** Pixels of a side of the tiles in a pyramid. */
export const TILE = 512
