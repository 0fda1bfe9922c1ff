/** An address as it may be shown: user, query and fragment can hold secrets (signed addresses do). */
export const shown = (url: URL): string => `${url.origin}${url.pathname}`

/** An http(s) address, if the text is one. */
export const parseHttp = (text: string, base?: URL): URL | undefined => {
  const url = URL.parse(text, base)
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") ? url : undefined
}
