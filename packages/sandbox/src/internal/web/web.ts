/** The pages for people: which addresses are theirs. The pages themselves are loaded when the first is asked for. */
import * as Effect from "effect/Effect"
import type { Exchange } from "../http/exchange.ts"
import type { Answer } from "./pages.ts"
import type { WebParts } from "./webParts.ts"

export interface WebRoute {
  readonly methods: ReadonlyArray<string>
  readonly answer: Answer
}

export interface Web {
  /** `undefined` for an address that is not a page's. */
  readonly find: (exchange: Exchange) => WebRoute | undefined
}

const READ = ["GET", "HEAD"]

/** The methods that the address allows, or undefined where it is not a page's. */
const methodsOf = ({ segments: [first, second, third] }: Exchange): ReadonlyArray<string> | undefined => {
  if (first === "") return second === undefined ? READ : undefined
  if (first === "view") return second === undefined ? undefined : READ
  // What a browser asks for beside a manifest or a picture that one opens in it.
  if (first === "favicon.ico") return second === undefined ? READ : undefined
  if (first === "viewer") return second === undefined || second === "" ? READ : undefined
  if (first !== "_sandbox") return undefined
  if (second === "switch") return ["POST"]
  if (second === "events") return ["GET"]
  // Health and the control API are not pages.
  return third === undefined ? undefined : READ
}

export const make = (parts: WebParts): Web => {
  let pages: Promise<{ readonly answer: (exchange: Exchange) => Answer }> | undefined
  const load = () => pages ??= import("./pages.ts").then((module) => module.make(parts))
  return {
    find: (exchange) => {
      const methods = methodsOf(exchange)
      return methods && {
        methods,
        answer: Effect.flatMap(Effect.promise(load), (loaded) => loaded.answer(exchange))
      }
    }
  }
}
