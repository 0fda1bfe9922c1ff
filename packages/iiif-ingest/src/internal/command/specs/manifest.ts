import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { running } from "../running.ts"
import * as Flags from "./flags.ts"

export const manifest = Command.make(
  "manifest",
  {
    paths: Argument.String("path").pipe(
      Argument.withDescription("Image files, and folders of images"),
      Argument.variadic()
    ),
    assets: Flags.text("assets", "file", "What upload --json wrote, in place of images"),
    output: Flags.output("Where to write the manifest (default: standard output)"),
    ...Flags.description,
    ...Flags.prefixes
  },
  running(() => import("../run/manifest.ts"))
).pipe(
  Command.withShortDescription("Build a manifest, and send nothing"),
  Command.withDescription("Builds the manifest of images, or of what upload put into the bucket. Nothing is sent.")
)
