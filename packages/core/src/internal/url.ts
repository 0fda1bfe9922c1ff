/** An http(s) address to put a path behind: no user, query or fragment. */
export const parseBase = (text: string): URL | undefined => {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "" ? url : undefined
}

/** Whether an address can only be this machine: 127.0.0.0/8, [::1] or localhost. */
export const isLoopback = (url: URL): boolean =>
  url.hostname === "localhost" || url.hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(url.hostname)
