/** The flags that switch scenarios on when the sandbox starts. */
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { all, type ScenarioName } from "../../Scenarios.ts"
import * as Checked from "../faults/checked.ts"

/** A name that is no scenario's. */
class UnknownScenario extends Schema.TaggedError<UnknownScenario>()("UnknownScenario", { name: Schema.String }) {
  override get message() {
    return `${Checked.unknownName(this.name)}\n\n` +
      ["The scenarios are:", ...all.map(({ name, title }) => `  ${name.padEnd(21)}${title}`)].join("\n")
  }
}

const named = (name: string): Effect.Effect<ScenarioName, UnknownScenario> => {
  const scenario = all.find((one) => one.name === name)
  return scenario === undefined ? Effect.fail(new UnknownScenario({ name })) : Effect.succeed(scenario.name)
}

/** The scenarios of the flag `--fault`. */
export const scenarios = (names: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<ScenarioName>, UnknownScenario> =>
  Effect.forEach(names, named)

export const flags = {
  fault: Flag.String("fault").pipe(
    Flag.atLeast(0),
    Flag.withDescription("A scenario that is on from the start, such as waf; a wrong name lists all (repeatable)")
  ),
  timeScale: Flag.Finite("time-scale").pipe(
    Flag.withSchema(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
    Flag.withDefault(1),
    Flag.withDescription("Multiplies the durations of scenarios and of magic asset ids, so 0.01 makes them short")
  )
}
