import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onOff } from "../globals.ts"
import { running } from "../running.ts"

export const status = Command.make(
  "status",
  {
    job: Argument.String("job").pipe(Argument.withDescription("The job's id")),
    follow: onOff("follow", "Go on until the job has ended, and print each state")
  },
  running(() => import("../run/status.ts"))
).pipe(
  Command.withShortDescription("Say how a job is doing"),
  Command.withDescription("Says how a job is doing. Its success does not prove that every image is served: see verify.")
)
