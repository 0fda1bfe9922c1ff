import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import { redactText } from "../../base/internal/text.ts"

/** A line of the debug log with JSON in it, made only where that level is shown; what looks like a secret is taken out. */
export const debugJson = (what: string, json: unknown): Effect.Effect<void> =>
  Effect.flatMap(
    LogLevel.isEnabled("Debug"),
    (enabled) => enabled ? Effect.logDebug(`${what} ${redactText(JSON.stringify(json))}`) : Effect.void
  )
