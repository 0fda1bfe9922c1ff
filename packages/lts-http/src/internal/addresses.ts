/** A URL without user, query and fragment, which may contain secrets (as presigned URLs do). */
export const withoutSecrets = (url: URL): string => `${url.origin}${url.pathname}`

/** What can be shown of an address that is no http(s) URL: where it points if that is plain, or else its scheme. */
export const shownAddress = (text: string): string => {
  const url = URL.parse(text)
  if (url !== null && url.host !== "") return `${url.protocol}//${url.host}${url.pathname}`
  return `${/^[A-Za-z][A-Za-z\d+.-]*:\/\//.exec(text)?.[0] ?? ""}…`
}

/** Parses an http(s) URL. */
export const parseHttp = (text: string, base?: URL): URL | undefined => {
  const url = URL.parse(text, base)
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") ? url : undefined
}

/** A URL as it is requested. */
export const withoutFragment = (url: URL): string => url.href.replace(/#.*$/, "")
