/** An http(s) address to put a path behind: no user, query or fragment. */
export const parseBase = (text: string): URL | undefined => {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "" ? url : undefined
}

/** What is said of an address that is none; it is not repeated, since it may hold a password. */
export const notABase = "it is not an http(s) address without user, query or fragment"
