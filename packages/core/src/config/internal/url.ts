/** The fields of an environment that hold a base address. */
export const addressFields = ["ingestUrl", "assetUrl", "manifestUrl", "s3Endpoint"] as const

/** Parses an http(s) address that a path can be appended to: no user, query or fragment. */
export const parseBaseUrl = (text: string): URL | undefined => {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "" ? url : undefined
}

/** The problem with an invalid base address, which is not quoted since it may contain a password. */
export const notABaseUrl = "it is not an http(s) address without user, query or fragment"
