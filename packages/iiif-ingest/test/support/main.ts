/** Ends as told: with an error that says what to do, with one of its own exit code, or with a mistake of the program. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import * as Live from "../../src/Live.ts"
import * as Main from "../../src/Main.ts"

class Refused extends Data.TaggedError("Refused") {
  override readonly message = "refused: Bearer abc.def-ghi-jkl"
  override readonly [Runtime.errorExitCode] = 3
}

const programs: Readonly<Record<string, Effect.Effect<void, Error>>> = {
  settings: Effect.provide(Effect.void, Live.layerConfig),
  refused: Effect.fail(new Refused()),
  defect: Effect.die(new TypeError("a mistake")),
  success: Effect.void,
  interrupted: Effect.interrupt
}

const program = programs[process.argv[2] ?? ""]
if (program !== undefined) Main.run(program)
