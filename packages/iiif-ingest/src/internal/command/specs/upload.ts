import * as Command from "effect/cli/Command"
import { running } from "../running.ts"
import * as Flags from "./flags.ts"

export const upload = Command.make(
  "upload",
  { paths: Flags.paths, uploads: Flags.uploads, ...Flags.prefixes, replace: Flags.replace },
  running(() => import("../run/upload.ts"), { isResumable: true })
).pipe(
  Command.withShortDescription("Put images into the bucket"),
  Command.withDescription(
    "Puts images into the bucket and nothing more. With --json it prints what manifest and submit take."
  )
)
