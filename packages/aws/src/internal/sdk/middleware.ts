import type * as Sdk from "@aws-sdk/client-s3"
import { type HttpRequest, type HttpResponse, isHttpRequest, isHttpResponse } from "./httpMessages.ts"

/** A command of the S3 client. */
export type Command<I extends Sdk.ServiceInputTypes, O extends Sdk.ServiceOutputTypes> = Sdk.$Command<
  I,
  O,
  Sdk.S3ClientResolvedConfig,
  Sdk.ServiceInputTypes,
  Sdk.ServiceOutputTypes
>

/**
 * Runs before the request of a command is signed. Headers that are set here are signed too; an error stops the command.
 */
export const beforeSigning = <I extends Sdk.ServiceInputTypes, O extends Sdk.ServiceOutputTypes>(
  command: Command<I, O>,
  run: (request: HttpRequest) => Promise<void>
): void =>
  command.middlewareStack.add(
    (next) => async (args) => {
      if (isHttpRequest(args.request)) await run(args.request)
      return next(args)
    },
    { step: "build", name: "iiifIngestPrepare", priority: "low" }
  )

/** Runs on the head of the response to a command, before its body is read. */
export const onResponse = <I extends Sdk.ServiceInputTypes, O extends Sdk.ServiceOutputTypes>(
  command: Command<I, O>,
  run: (response: HttpResponse) => void
): void =>
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      if (isHttpResponse(result.response)) run(result.response)
      return result
    },
    { step: "deserialize", name: "iiifIngestObserve", priority: "low" }
  )

/** Rewrites every request of a client after it is signed. */
export const afterSigning = (client: Sdk.S3Client, rewrite: (request: HttpRequest) => HttpRequest): void =>
  client.middlewareStack.add(
    (next) => (args) => next(isHttpRequest(args.request) ? { ...args, request: rewrite(args.request) } : args),
    { step: "deserialize", name: "iiifIngestForward", priority: "low" }
  )
