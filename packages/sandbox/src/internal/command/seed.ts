/** `seed`: brings the demo seed into a running sandbox. */
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Connected from "./connected.ts"
import * as Flags from "./flags.ts"
import * as Target from "./target.ts"

const Seeded = Schema.Struct({
  manifests: Schema.Array(Schema.Struct({ manifest: Schema.String, viewer: Schema.String }))
})
const decodeSeeded = Schema.decodeUnknownEffect(Seeded)

export const seed = Command.make(
  "seed",
  { ...Flags.target, json: Flags.json },
  Effect.fnUntraced(function*({ data, json, port }) {
    const { ask } = yield* Target.find(data, port)
    const seeded = yield* decodeSeeded(yield* Effect.flatMap(ask("seed", "POST"), Connected.json))
    yield* Console.log(json ? JSON.stringify(seeded) : seeded.manifests.map(({ viewer }) => viewer).join("\n"))
  }, Effect.mapError(Flags.asUserError))
).pipe(Command.withDescription("Bring the demo seed into the running sandbox: three manifests of free pictures"))
