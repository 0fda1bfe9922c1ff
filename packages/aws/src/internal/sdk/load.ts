import type * as Sdk from "@aws-sdk/client-s3"
import type * as SignatureV4 from "@smithy/signature-v4"
import * as Effect from "effect/Effect"

/** The exports of the SDK's S3 package. */
export type S3 = typeof Sdk

/** Loads the S3 package. Whatever imports it by name makes every program that has S3 in a layer load it at start-up. */
export const s3: Effect.Effect<S3> = Effect.promise(() => import("@aws-sdk/client-s3"))

/** Loads the signer of requests to services other than S3. */
export const signatureV4: Effect.Effect<typeof SignatureV4> = Effect.promise(() => import("@smithy/signature-v4"))
