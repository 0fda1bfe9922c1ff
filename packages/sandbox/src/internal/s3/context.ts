/** What an operation has at hand. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Body } from "./body.ts"
import type { S3Error, StorageError } from "./errors.ts"
import type { S3Request } from "./request.ts"
import type { S3Response } from "./response.ts"
import type { Store } from "./store.ts"

export interface Context {
  readonly request: S3Request
  readonly store: Store
  readonly region: string
  /** The verified body; an operation that never asks for it leaves it unread. */
  readonly body: Effect.Effect<Body, S3Error>
  /** The same where the checksum fields are not of the body: in CompleteMultipartUpload they are of the object. */
  readonly bodyWithoutChecksum: Effect.Effect<Body, S3Error>
}

/** An operation on `bucket` and `key`, which are empty where it has none. */
export type Operation = (
  context: Context,
  bucket: string,
  key: string
) => Effect.Effect<S3Response, S3Error | StorageError, Scope.Scope>

/** S3 keeps times in whole seconds. */
export const currentSecond = Effect.map(Clock.currentTimeMillis, (millis) => millis - millis % 1000)
