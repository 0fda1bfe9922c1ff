/** The context of an S3 operation. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Ids } from "../ids.ts"
import type { Body } from "./body.ts"
import type { S3Error, StorageError } from "./errors.ts"
import type { S3Request } from "./request.ts"
import type { S3Response } from "./response.ts"
import type { Store } from "./store.ts"

export interface Context {
  readonly request: S3Request
  readonly store: Store
  readonly region: string
  readonly ids: Ids
  /** The verified body; it stays unread unless the operation uses it. */
  readonly body: Effect.Effect<Body, S3Error>
  /** Ignores checksum fields, which in CompleteMultipartUpload describe the object instead of the body. */
  readonly bodyWithoutChecksum: Effect.Effect<Body, S3Error>
}

/** An operation on `bucket` and `key`, which are empty if the request has none. */
export type Operation = (
  context: Context,
  bucket: string,
  key: string
) => Effect.Effect<S3Response, S3Error | StorageError, Scope.Scope>

/** The current time; S3 stores times in whole seconds. */
export const currentSecond = Effect.map(Clock.currentTimeMillis, (millis) => millis - millis % 1000)
