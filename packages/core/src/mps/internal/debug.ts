import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import { redactText } from "../../base/internal/text.ts"

/** Logs a value as JSON at debug level. Likely secrets are redacted, and nothing is serialized if the level is off. */
export const debugJson = (what: string, json: unknown): Effect.Effect<void> =>
  Effect.flatMap(
    LogLevel.isEnabled("Debug"),
    (enabled) => enabled ? Effect.logDebug(`${what} ${redactText(JSON.stringify(json))}`) : Effect.void
  )
