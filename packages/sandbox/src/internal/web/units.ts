/** Numbers as people read them. */

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 })

export const count = (value: number): string => number.format(value)

export const megapixels = (pixels: number): string => `${number.format(pixels / 1e6)} megapixels`

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"]

export const bytes = (size: number): string => {
  const power = size < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(size) / 10))
  return `${number.format(size / 1024 ** power)} ${SIZES[power]}`
}

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** How long after something: `+12 ms`, `+3.4 s`, `+2 min 5 s`. */
export const after = (millis: number): string => {
  if (millis < 1000) return `+${Math.max(0, Math.round(millis))} ms`
  if (millis < 60_000) return `+${number.format(millis / 1000)} s`
  return `+${Math.floor(millis / 60_000)} min ${Math.floor((millis % 60_000) / 1000)} s`
}

const two = (value: number): string => String(value).padStart(2, "0")

/** The time of day where the sandbox runs, which is where its reader sits. */
export const clock = (millis: number): string => {
  const date = new Date(millis)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

export const iso = (millis: number): string => new Date(millis).toISOString()
