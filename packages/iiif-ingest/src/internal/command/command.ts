/** The `iiif-ingest` command with its subcommands. What they do is loaded when they are called. */
import * as Command from "effect/cli/Command"
import { root } from "./globals.ts"
import { apply, plan, report, update } from "./specs/batch.ts"
import { check } from "./specs/check.ts"
import { ingest } from "./specs/ingest.ts"
import { manifest } from "./specs/manifest.ts"
import { audit, verify, withdraw } from "./specs/served.ts"
import { service } from "./specs/service.ts"
import { status } from "./specs/status.ts"
import { submit } from "./specs/submit.ts"
import { token } from "./specs/token.ts"
import { upload } from "./specs/upload.ts"

export const command = root.pipe(
  Command.withDescription(
    [
      "Puts images into Harvard Library's Media Presentation Service (MPS), and proves that they are served.",
      "",
      "  Exit code: 0 done, all served; 1 done, but not all served, or errors found; 2 wrong command line or input;",
      "  3 settings or credentials; 4 unreachable; 5 refused; 6 outcome unknown; 7 journal; 130 interrupted."
    ].join("\n")
  ),
  Command.withSubcommands([
    ingest,
    plan,
    apply,
    update,
    withdraw,
    verify,
    audit,
    report,
    upload,
    manifest,
    submit,
    status,
    check,
    token,
    service
  ])
)
