/**
 * Compares MPS with the sandbox: `npm run contract -- --env qa [--write]`, with the variables that `iiif-ingest` reads.
 *
 * It reads, and sends requests that must be refused. `--write` also ingests one tiny image and a manifest under names of
 * their own, and sends requests that the sandbox refuses but MPS may not. What differs is printed as rows for FIDELITY.md.
 */
import { writeSync } from "node:fs"
import { parseArgs } from "node:util"
import { notesOf, rowsOf, run } from "./support/contract.ts"
import { namesOf } from "./support/sample.ts"
import { fromVariables } from "./support/settings.ts"

const print = (descriptor: 1 | 2, lines: ReadonlyArray<string>) => {
  for (const line of lines) writeSync(descriptor, `${line}\n`)
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { env: { type: "string" }, write: { type: "boolean", default: false } } })
  const environment = values.env ?? process.env["LTS_IIIF_ENVIRONMENT"] ?? ""
  if (!["dev", "qa", "prod", "sandbox"].includes(environment)) throw new Error("Use --env dev, qa, prod or sandbox")
  if (environment === "prod" && values.write) {
    throw new Error("--write is not for prod: what is ingested cannot be removed")
  }
  const settings = fromVariables(environment, process.env)
  if (values.write && settings.s3 === undefined) throw new Error("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
  const now = new Date().toISOString()
  const names = values.write ? namesOf(now.replaceAll(/\D/g, "")) : undefined
  const results = await run(settings, names)
  const rows = rowsOf(results, settings, now.slice(0, 10))
  const held = results.filter(({ outcome }) => outcome.is === "held").length
  print(2, notesOf(results, settings))
  print(2, [`${held} of ${results.length} checks hold in ${environment}; ${rows.length} differences`])
  print(1, rows)
  return rows.length === 0 && results.every(({ outcome }) => outcome.is !== "broken") ? 0 : 1
}

process.exitCode = await main().catch((error: unknown) => {
  print(2, [error instanceof Error ? error.message : String(error)])
  return 2
})
