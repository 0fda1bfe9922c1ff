import * as Command from "effect/cli/Command"
import { onOff } from "../globals.ts"
import { running } from "../running.ts"
import * as Flags from "./flags.ts"

export const ingest = Command.make(
  "ingest",
  {
    paths: Flags.paths,
    ...Flags.description,
    policy: Flags.policy,
    ...Flags.prefixes,
    uploads: Flags.uploads,
    replace: Flags.replace,
    submitRest: onOff("submit-rest", "Submit the others where some images are refused or not uploaded"),
    ...Flags.earlier
  },
  running(() => import("../run/ingest.ts"), { isResumable: true })
).pipe(
  Command.withShortDescription("Ingest images as one manifest, and verify that it is served"),
  Command.withDescription(
    "Uploads images, makes one manifest of them, submits it, waits for the job and verifies that all of it is served. " +
      "The same command again goes on where the last run stopped, and sends nothing twice."
  )
)
