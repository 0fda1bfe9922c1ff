import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** `undefined` if the variable is missing, empty or blank. A `ConfigProvider` that cannot be read is a defect. */
const readNonBlank = <A>(config: Config.Config<A>, textOf: (value: A) => string): Effect.Effect<A | undefined> =>
  Config.option(config).pipe(
    Effect.map((value) => Option.getOrUndefined(Option.filter(value, (v) => textOf(v).trim() !== ""))),
    Effect.orDie
  )

/** Reads a variable, without white space around it; `undefined` if it is missing, empty or blank. */
export const readVariable = (name: string): Effect.Effect<string | undefined> =>
  Effect.map(readNonBlank(Config.String(name), (text) => text), (text) => text?.trim())

/** Like {@link readVariable} for a secret, which is redacted as soon as it is read. */
export const readSecret = (name: string): Effect.Effect<Redacted.Redacted | undefined> =>
  readNonBlank(Config.Redacted(name), Redacted.value)

/** Reads a record of variable names; the result has the record's keys. */
export const readVariables = <K extends string>(
  names: { readonly [P in K]: string }
): Effect.Effect<{ readonly [P in K]?: string }> =>
  Effect.forEach(Object.keys(names) as Array<K>, (key) =>
    // `Object.keys` types the keys of the record as strings
    Effect.map(readVariable(names[key]), (text) => [key, text] as const)).pipe(
      Effect.map((entries) => {
        const values: { [P in K]?: string } = {}
        for (const [key, text] of entries) if (text !== undefined) values[key] = text
        return values
      })
    )
