/** The commands that look at what is served. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import { running } from "../running.ts"

const perSecond = Flag.Finite("per-second").pipe(
  Flag.withSchema(Schema.Finite.check(Schema.isGreaterThan(0))),
  Flag.withDefault(10),
  Flag.withMetavar("<n>"),
  Flag.withDescription("Requests to the delivery side in a second (default: 10)")
)

export const verify = Command.make(
  "verify",
  {
    target: Argument.String("target").pipe(Argument.withDescription("The file of a plan, or a manifest's address")),
    only: Flag.String("only").pipe(
      Flag.atLeast(0),
      Flag.withMetavar("<name>"),
      Flag.withDescription("A manifest of the plan, in place of all (repeatable)")
    ),
    wait: Flag.Boolean("wait").pipe(
      Flag.withDefault(true),
      Flag.withDescription("Wait for what is not served yet, or look just once with --no-wait")
    ),
    perSecond
  },
  running(() => import("../run/verify.ts"), { isResumable: true })
).pipe(
  Command.withShortDescription("Look whether all of it is served"),
  Command.withDescription(
    "Asks the delivery side for each manifest, in both versions, and for each image: ok, missing, wrong or unknown, " +
      "each with its evidence."
  )
)
