/** A URL without user, query and fragment, which may contain secrets (as presigned URLs do). */
export const withoutSecrets = (url: URL): string => `${url.origin}${url.pathname}`

/** Parses an http(s) URL. */
export const parseHttp = (text: string, base?: URL): URL | undefined => {
  const url = URL.parse(text, base)
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") ? url : undefined
}

/** A URL as it is requested. */
export const withoutFragment = (url: URL): string => url.href.replace(/#.*$/, "")
