import * as Sdk from "@aws-sdk/client-s3"
import type { ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Effect from "effect/Effect"
import { send, type Target } from "./send.ts"

/** HEAD was refused, and as its response has no body, it does not say why. */
const isUnexplained = (reason: ObjectStoreReason): boolean =>
  reason._tag === "Rejected" && reason.evidence.status === 400 && reason.evidence.body === ""

/** Asks for the first byte of the object. What a store refuses HEAD for it refuses GET for, in words. */
const ask = (target: Target, key: string) =>
  Effect.tap(
    send(target, new Sdk.GetObjectCommand({ Bucket: target.bucket, Key: key, Range: "bytes=0-0" })),
    ({ output }) => Effect.sync(() => void output.Body?.transformToWebStream().cancel().catch(() => {}))
  )

/**
 * Replaces the reason of a refused HEAD by the one that the store gives for GET. A wrong region, the most common cause,
 * would otherwise be "rejected, an empty body" for every image that is large enough to be looked for first.
 */
export const explained =
  (target: Target, key: string) =>
  <A>(head: Effect.Effect<A, ObjectStoreReason>): Effect.Effect<A, ObjectStoreReason> =>
    Effect.catchIf(head, isUnexplained, (unexplained) =>
      Effect.matchEffect(ask(target, key), {
        onFailure: (reason) =>
          Effect.fail(reason._tag === "Rejected" && reason.evidence.body === "" ? unexplained : reason),
        onSuccess: () => Effect.fail(unexplained)
      }))
