import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Answer } from "./exchange.ts"
import { parse } from "./json.ts"

/** The start of the `Content-Type`. */
export const contentType = (answer: Answer): string | undefined => answer.headers["content-type"]?.slice(0, 100)

/** The evidence for an error. */
export const evidence = (answer: Answer): Reason.Evidence =>
  Reason.evidence(answer.status, answer.body.text, contentType(answer))

/**
 * Whether a web application firewall responded in place of the service: AWS WAF sets a header, and its challenge is
 * HTTP 202 with an empty body.
 */
export const isChallenge = (answer: Answer): boolean =>
  answer.headers["x-amzn-waf-action"] !== undefined || (answer.status === 202 && answer.body.text.trim() === "")

/** Reads the body of a success, or describes what is wrong with it. */
export type Read<A> = (answer: Answer) => Result.Result<A, string>

/** A whole body. */
export const whole = (answer: Answer, maximumBytes: number): Result.Result<Answer["body"], string> =>
  answer.body.isCut ? Result.fail(`the body is longer than ${maximumBytes} bytes`) : Result.succeed(answer.body)

/** Parses the JSON of a success, or describes what is wrong with it. */
export const readJson = (answer: Answer, maximumBytes: number): Result.Result<Schema.Json, string> =>
  Result.flatMap(whole(answer, maximumBytes), ({ text }) => parse(text, contentType(answer) ?? ""))
