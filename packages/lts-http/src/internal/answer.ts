import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Answer } from "./exchange.ts"
import { parse } from "./json.ts"

const contentType = (answer: Answer): string | undefined => answer.headers["content-type"]?.slice(0, 100)

/** The evidence for an error. */
export const evidence = (answer: Answer): Reason.Evidence =>
  Reason.evidence(answer.status, answer.text, contentType(answer))

/**
 * Whether a web application firewall responded in place of the service: AWS WAF sets a header, and its challenge is
 * HTTP 202 with an empty body.
 */
export const isChallenge = (answer: Answer): boolean =>
  answer.headers["x-amzn-waf-action"] !== undefined || (answer.status === 202 && answer.text.trim() === "")

/** Parses the JSON of a success, or describes what is wrong with it. */
export const readJson = (answer: Answer, maximumBytes: number): Result.Result<Schema.Json, string> =>
  answer.isCut
    ? Result.fail(`the body is longer than ${maximumBytes} bytes`)
    : parse(answer.text, contentType(answer) ?? "")
