/**
 * The control API, `/_sandbox/*`, for programs: health without authentication, everything else with the control token.
 * Pages of any other origin are refused before (`dispatch.ts`).
 */
import * as Effect from "effect/Effect"
import { timingSafeEqual } from "node:crypto"
import type { Exchange } from "../http/exchange.ts"
import * as Reply from "../http/reply.ts"
import * as RequestBody from "../http/requestBody.ts"
import * as Operation from "./operation.ts"

export interface Control {
  /** `undefined` for an address that is not one of the control API. */
  readonly find: (exchange: Exchange) => Found | undefined
}

export interface Found {
  /** Whether anyone may ask. */
  readonly open: boolean
  readonly methods: ReadonlyArray<string>
  readonly answer: Operation.Answer
}

const HEALTH = "health"

const hasControlToken = ({ request }: Exchange, token: string): boolean => {
  const actual = Buffer.from(request.headers.authorization ?? "")
  const expected = Buffer.from(`Bearer ${token}`)
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

const UNAUTHORIZED = Reply.error(
  401,
  "Send the content of the file control-token in the data directory as a bearer token"
)

/** `operations` are those that need the token, by the first segment after `/_sandbox`. */
export const make = (options: {
  readonly token: string
  readonly health: Reply.Reply
  readonly operations: Readonly<Record<string, Operation.Operation>>
}): Control => {
  const operations = new Map(Object.entries(options.operations))
  return {
    find: (exchange) => {
      const [first, name = "", ...rest] = exchange.segments
      if (first !== "_sandbox") return undefined
      if (name === HEALTH) {
        return rest.length === 0
          ? { open: true, methods: ["GET", "HEAD"], answer: Effect.succeed(options.health) }
          : undefined
      }
      const operation = operations.get(name)
      const methods = operation?.methods(rest)
      if (operation === undefined || methods === undefined) return undefined
      const answer = Effect.suspend(() =>
        hasControlToken(exchange, options.token)
          ? operation.answer(exchange, rest)
          : Effect.as(RequestBody.discard(exchange.request), UNAUTHORIZED)
      )
      return { open: false, methods, answer }
    }
  }
}
