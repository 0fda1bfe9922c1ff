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

export const audit = Command.make(
  "audit",
  {
    subset: Flag.String("subset").pipe(
      Flag.withDefault("1/30"),
      Flag.withMetavar("<part>"),
      Flag.withDescription("How much of it: a share such as 1/30 or 5%, or a number such as 500 (default: 1/30)")
    ),
    perSecond
  },
  running(() => import("../run/audit.ts"), { isResumable: true })
).pipe(
  Command.withShortDescription("Look again at what was ever ingested"),
  Command.withDescription(
    "Looks again at what the journal knows was ever ingested, what was not looked at for longest first: after 30 runs " +
      "of 1/30 all of it. What was served and is not any more is named with since when."
  )
)

export const withdraw = Command.make(
  "withdraw",
  {
    targets: Argument.String("target").pipe(
      Argument.withDescription("The file of a plan, or ids of assets"),
      Argument.variadic({ min: 1 })
    ),
    only: Flag.String("only").pipe(
      Flag.atLeast(0),
      Flag.withMetavar("<name>"),
      Flag.withDescription("A manifest of the plan, in place of all (repeatable)")
    )
  },
  running(() => import("../run/withdraw.ts"))
).pipe(
  Command.withShortDescription("Say what LTS has to be asked to withdraw"),
  Command.withDescription("MPS has no request that deletes. Prints what LTS has to be asked for, with the ids to send.")
)
