/** Writes variables so that a shell or a reader of `.env` files gets back exactly their values. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

export const FORMATS = ["shell", "dotenv", "json"] as const

const PLAIN = /^[\w./:@-]+$/

/** A value as one word of a POSIX shell. */
export const shellWord = (value: string): string => PLAIN.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`

/** Lines for a POSIX shell, which forgets variables that would take precedence. */
export const shell = (variables: Readonly<Record<string, string>>, forgotten: ReadonlyArray<string>): string =>
  [
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`),
    `unset ${forgotten.join(" ")}`
  ].join("\n")

/** A value that no kind of quotation marks can hold. */
export class NotQuotable extends Schema.TaggedError<NotQuotable>()("NotQuotable", { name: Schema.String }) {
  override get message() {
    return `The value of ${this.name} has characters that a .env file cannot hold: use --format shell`
  }
}

/** `.env` files know no escapes that all readers agree on: marks that the value does not have are put around it. */
const dotenvValue = (name: string, value: string): Result.Result<string, NotQuotable> => {
  if (PLAIN.test(value)) return Result.succeed(value)
  if (/[\r\n]/.test(value)) return Result.fail(new NotQuotable({ name }))
  if (!value.includes("'")) return Result.succeed(`'${value}'`)
  if (!/["\\$`]/.test(value)) return Result.succeed(`"${value}"`)
  return value.includes("`") ? Result.fail(new NotQuotable({ name })) : Result.succeed(`\`${value}\``)
}

/** Lines of a `.env` file. */
export const dotenv = (variables: Readonly<Record<string, string>>): Result.Result<string, NotQuotable> =>
  Result.map(
    Result.all(
      Object.entries(variables).map(([name, value]) =>
        Result.map(dotenvValue(name, value), (quoted) => `${name}=${quoted}`)
      )
    ),
    (lines) => lines.join("\n")
  )
