/** The query of a request. */
import type { Exchange } from "./exchange.ts"

export const of = ({ request }: Exchange): URLSearchParams => {
  const url = request.url ?? ""
  const at = url.indexOf("?")
  return new URLSearchParams(at === -1 ? "" : url.slice(at + 1))
}
