/** The query of a request, and its parameter `hosts`. */
import type { Exchange } from "../http/exchange.ts"

export const of = ({ request }: Exchange): URLSearchParams => {
  const url = request.url ?? ""
  const at = url.indexOf("?")
  return new URLSearchParams(at === -1 ? "" : url.slice(at + 1))
}

/** Whether hosts are to be mapped; `undefined` if the parameter has a value that the sandbox does not know. */
export const hosts = (query: URLSearchParams): "as-sent" | "sandbox" | undefined => {
  const values = query.getAll("hosts")
  if (values.length === 0) return "as-sent"
  return values.every((value) => value === "sandbox") ? "sandbox" : undefined
}
