/** The layers of commands, from the flags and the environment. */
import { EnvironmentName } from "@iiif-ingest/core/config/MpsEnvironment"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Live from "../../../Live.ts"
import { confirm } from "../../terminal/ask.ts"
import { Globals, type GlobalValues } from "../globals.ts"
import { Invocation } from "../invocation.ts"

/** Settings that commands have flags for. */
export interface Given {
  readonly assetPrefix?: Option.Option<string>
  readonly keyPrefix?: Option.Option<string>
  readonly uploads?: Option.Option<number>
}

/** A field where there is a value. */
export const given = <K extends string, A>(key: K, value: Option.Option<A> | undefined): { readonly [P in K]?: A } =>
  value !== undefined && Option.isSome(value)
    // a computed key has the type of any string
    ? { [key]: value.value } as { readonly [P in K]: A }
    : {}

/** The options of the live layer. */
export const liveOptions = ({ env, journal }: GlobalValues, flags: Given = {}): Live.Options => ({
  config: {
    ...given("environment", env),
    ...given("assetPrefix", flags.assetPrefix),
    ...given("keyPrefix", flags.keyPrefix)
  },
  ...(Option.isSome(journal) ? { journal: { path: journal.value } } : {}),
  ...(flags.uploads !== undefined && Option.isSome(flags.uploads)
    ? { upload: { concurrency: flags.uploads.value } }
    : {})
})

const decodeName = Schema.decodeUnknownOption(EnvironmentName)

/** The environment that is meant, if it is known: whether it is complete is found out later. */
export const environmentName = Effect.gen(function*() {
  const { env } = yield* Globals
  const variable = yield* Effect.orElseSucceed(Config.withDefault(Config.String("LTS_IIIF_ENVIRONMENT"), ""), () => "")
  return Option.orElse(env, () => decodeName(variable.trim()))
})

/** Asks before something is written in production. `what` is in the third person: `this uploads 3 images`. */
export const confirmInProduction = Effect.fnUntraced(function*(what: string) {
  const { yes } = yield* Globals
  const name = yield* environmentName
  if (Option.getOrUndefined(name) === "prod") {
    yield* confirm(`${what} in prod`, (yield* Invocation).streams, yes)
  }
})

/** Asks before something that cannot be taken back. */
export const confirmIrreversible = Effect.fnUntraced(function*(what: string) {
  yield* confirm(what, (yield* Invocation).streams, (yield* Globals).yes)
})
