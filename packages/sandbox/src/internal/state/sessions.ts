/** The credentials that the S3 endpoint accepts: the sandbox's own pair, and temporary ones with a session token. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { randomBytes } from "node:crypto"
import type { S3Credential } from "../s3/endpoint.ts"
import type { S3Key } from "./keys.ts"

const SESSION_PREFIX = "SANDBOXSESSION"

export interface S3Session {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted
  readonly sessionToken: Redacted.Redacted
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export interface Sessions {
  readonly credential: (accessKeyId: string, sessionToken: string | undefined) => S3Credential | undefined
  readonly issue: (lifetime: Duration.Input) => Effect.Effect<S3Session>
  readonly reset: () => void
}

export const make = (own: S3Key) =>
  Effect.map(Clock.Clock, (clock): Sessions => {
    const issued = new Map<string, S3Session>()
    return {
      credential: (accessKeyId, sessionToken) => {
        if (accessKeyId === own.accessKeyId && sessionToken === undefined) {
          return { accessKeyId, secretAccessKey: Redacted.value(own.secretAccessKey) }
        }
        const session = issued.get(accessKeyId)
        if (session === undefined || sessionToken !== Redacted.value(session.sessionToken)) return undefined
        const secretAccessKey = Redacted.value(session.secretAccessKey)
        const expired = clock.currentTimeMillisUnsafe() >= session.expiresAt
        return { accessKeyId, secretAccessKey, sessionToken, expired }
      },
      issue: (lifetime) =>
        Effect.sync(() => {
          const session: S3Session = {
            accessKeyId: SESSION_PREFIX + randomBytes(6).toString("hex").toUpperCase(),
            secretAccessKey: Redacted.make(randomBytes(30).toString("base64url")),
            sessionToken: Redacted.make(randomBytes(60).toString("base64url")),
            expiresAt: clock.currentTimeMillisUnsafe() + Duration.toMillis(lifetime)
          }
          issued.set(session.accessKeyId, session)
          return session
        }),
      reset: () => issued.clear()
    }
  })
