import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { running } from "../running.ts"
import * as Flags from "./flags.ts"

export const submit = Command.make(
  "submit",
  {
    assets: Argument.String("assets").pipe(Argument.withDescription("A file with what upload --json printed")),
    manifest: Flags.text("manifest", "file", "The manifest, as the command manifest writes it (default: none)"),
    policy: Flags.policy,
    replace: Flags.replace
  },
  running(() => import("../run/submit.ts"))
).pipe(
  Command.withShortDescription("Post a request for images in the bucket"),
  Command.withDescription("Posts an ingest request for images that upload put into the bucket, and prints its job.")
)
