/**
 * The dashboard's switches, which are the only thing on the pages that changes anything. A page of another origin cannot
 * use them: it has neither the token, which is in no reply that it could read, nor the header fields of our own pages,
 * which the browser writes. Its requests with another Host never come this far.
 */
import * as Effect from "effect/Effect"
import { timingSafeEqual } from "node:crypto"
import * as Scenarios from "../../Scenarios.ts"
import type { FaultEngine } from "../faults/engine.ts"
import type { Exchange } from "../http/exchange.ts"
import * as Reply from "../http/reply.ts"
import * as RequestBody from "../http/requestBody.ts"
import * as Page from "./page.ts"

const BODY_LIMIT = 16 * 1024

const isOwnPage = ({ request: { headers } }: Exchange): boolean =>
  headers.origin !== undefined && headers.origin === `http://${headers.host ?? ""}` &&
  (headers["sec-fetch-site"] ?? "same-origin") === "same-origin"

const isToken = (given: string, token: string): boolean => {
  const [actual, expected] = [Buffer.from(given), Buffer.from(token)]
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

const refused = (status: number, why: string): Reply.Reply => Page.problem(status, "Nothing was switched", why)

const apply = (faults: FaultEngine, turn: string | null, name: string | null): Reply.Reply => {
  const scenario = Scenarios.all.find((one) => one.name === name)
  if (turn === "clear") faults.set([])
  else if (scenario !== undefined && turn === "on") faults.add(scenario.name)
  else if (scenario !== undefined && turn === "off") faults.remove(scenario.name)
  else return refused(400, "The sandbox has no such switch.")
  return Reply.redirect(303, "/#faults")
}

export const answer = (
  exchange: Exchange,
  token: string,
  faults: FaultEngine
): Effect.Effect<Reply.Reply, RequestBody.BodyCutOff> =>
  RequestBody.read(exchange, BODY_LIMIT).pipe(
    Effect.map((body) => {
      if (!isOwnPage(exchange)) return refused(403, "The request does not come from a page of this sandbox.")
      if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(exchange.request.headers["content-type"] ?? "")) {
        return refused(415, "The request is not from a form.")
      }
      const form = new URLSearchParams(body.toString("utf8"))
      return isToken(form.get("token") ?? "", token)
        ? apply(faults, form.get("turn"), form.get("fault"))
        : refused(403, "The page is of an earlier run of the sandbox: reload it.")
    }),
    Effect.catchTag("BodyTooLarge", ({ message }) => Effect.succeed(refused(413, message)))
  )
