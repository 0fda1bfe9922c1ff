import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { running } from "../running.ts"

export const check = Command.make(
  "check",
  { manifest: Argument.String("manifest").pipe(Argument.withDescription("A file, or an http or https URL")) },
  running(() => import("../run/check.ts"))
).pipe(
  Command.withShortDescription("Find what is wrong with a manifest"),
  Command.withDescription("Checks a manifest by the rules of IIIF and of MPS, and says what to do about each finding.")
)
