/** The commands that work with a plan. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { onOff } from "../globals.ts"
import { running } from "../running.ts"
import * as Flags from "./flags.ts"

const planFile = Argument.String("plan").pipe(Argument.withDescription("The file of a plan"))

const applying = {
  plan: planFile,
  dryRun: onOff("dry-run", "Say what would be done, and do nothing"),
  only: Flag.String("only").pipe(
    Flag.atLeast(0),
    Flag.withMetavar("<name>"),
    Flag.withDescription("A manifest of the plan, in place of all (repeatable)")
  ),
  allowOutside: onOff("allow-outside", "Let the plan name files outside its folder"),
  onAssetFailure: Flag.Literals("on-asset-failure", ["withhold", "submit-rest"]).pipe(
    Flag.withDefault("withhold"),
    Flag.withMetavar("<what>"),
    Flag.withDescription("What to do with a manifest of which some images fail (default: withhold)")
  ),
  maxFailures: Flags.count("max-failures", "Begin no other manifest after so many failed (default: no limit)"),
  jobs: Flags.count("jobs", "How many manifests are ingested at a time (default: 4)"),
  uploads: Flags.uploads,
  postsPerSecond: Flags.rate("posts-per-second", "Requests posted to the service in a second (default: no limit)"),
  verifyPerSecond: Flags.rate("verify-per-second", "Requests to the delivery side in a second (default: no limit)"),
  ...Flags.earlier
}

export const plan = Command.make(
  "plan",
  {
    inputs: Argument.String("input").pipe(
      Argument.withDescription("Folders, BagIt bags, and CSV, TSV, XLSX or METS files"),
      Argument.variadic({ min: 1 })
    ),
    output: Flags.output("Where to write the plan (default: only the findings are printed)"),
    images: Flags.text("images", "folder", "The folder that file cells are relative to (default: that of the sheet)"),
    mapping: Flags.text("mapping", "file", "A JSON file of what columns mean: { columns, defaults, separator }"),
    worksheet: Flags.text("worksheet", "name", "The worksheet of an XLSX file (default: the first that is visible)"),
    encoding: Flags.text("encoding", "name", "The encoding of a CSV or TSV file (default: it is found out)"),
    delimiter: Flags.text("delimiter", "text", "What separates the cells of a CSV file (default: it is found out)"),
    group: Flags.text("group", "use", "The file group of a METS file, by its USE (default: it is chosen)"),
    allowOutside: onOff("allow-outside", "Let file cells name files outside the folder"),
    checksums: onOff("checksums", "Read every image whole, so that any later change is found"),
    update: onOff("update", "Let ids that were used for other bytes be replaced"),
    ...Flags.prefixes
  },
  running(() => import("../run/plan.ts"))
).pipe(
  Command.withShortDescription("Find all problems of a batch, and write the plan of it"),
  Command.withDescription(
    "Reads folders and sheets, finds all problems of the whole batch at once, and writes a plan that people can read " +
      "and compare. Nothing is sent."
  )
)

export const apply = Command.make("apply", applying, running(() => import("../run/apply.ts"), { isResumable: true }))
  .pipe(
    Command.withShortDescription("Ingest what a plan says, and verify that it is served"),
    Command.withDescription(
      "Uploads, submits, waits and verifies, manifest by manifest. The same command again goes on where the last run " +
        "stopped, and posts nothing that is served unchanged. The rows of what failed are written to PLAN.failed.csv."
    )
  )

export const update = Command.make("update", applying, running(() => import("../run/update.ts"), { isResumable: true }))
  .pipe(
    Command.withShortDescription("Show what changed since it was ingested, ask, and change it"),
    Command.withDescription(
      "Compares a plan with what was ingested before: replaced images, corrected labels, appended pages, changed " +
        "policies. Shows the differences, asks, and applies them under the same ids."
    )
  )

export const report = Command.make(
  "report",
  {
    plan: planFile,
    csv: Flags.text("csv", "file", "Write a CSV sheet, one row for each image"),
    html: Flags.text("html", "file", "Write one self-contained HTML page"),
    title: Flags.text("title", "text", "The title of that page"),
    thumbnails: Flag.Boolean("thumbnails").pipe(
      Flag.withDefault(true),
      Flag.withDescription("Put thumbnails of up to 500 images into that page, or none with --no-thumbnails")
    )
  },
  running(() => import("../run/report.ts"))
).pipe(
  Command.withShortDescription("Report what became of a plan"),
  Command.withDescription(
    "Reports what became of a plan, by the journal: as text, as a sheet and as a page; with --json as JSON."
  )
)
