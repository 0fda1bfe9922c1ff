import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** A variable's text, `undefined` where it is missing, empty or blank. A source that cannot be read is a defect. */
export const readVariable = (name: string): Effect.Effect<string | undefined> =>
  Config.option(Config.String(name)).pipe(
    Effect.map((text) => Option.getOrUndefined(Option.filter(text, (t) => t.trim() !== ""))),
    Effect.orDie
  )

/** The same for a secret: it is redacted from the moment it is read. */
export const readSecret = (name: string): Effect.Effect<Redacted.Redacted | undefined> =>
  Config.option(Config.Redacted(name)).pipe(
    Effect.map((text) => Option.getOrUndefined(Option.filter(text, (t) => Redacted.value(t).trim() !== ""))),
    Effect.orDie
  )

/** All variables of a table, by the table's own keys. */
export const readVariables = <K extends string>(
  names: { readonly [P in K]: string }
): Effect.Effect<{ readonly [P in K]?: string }> =>
  Effect.forEach(Object.keys(names) as Array<K>, (key) =>
    // the keys of a record of this type
    Effect.map(readVariable(names[key]), (text) => [key, text] as const)).pipe(
      Effect.map((entries) => {
        const read: { [P in K]?: string } = {}
        for (const [key, text] of entries) if (text !== undefined) read[key] = text
        return read
      })
    )
