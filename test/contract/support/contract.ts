/** Runs the checks, and writes down what differed. */
import { checks } from "../checks.ts"
import type { Check, Written } from "./check.ts"
import { at, initialize, put } from "./client.ts"
import { poll } from "./poll.ts"
import { assetOf, FOLDER, manifestOf, type Names, picture, requestOf } from "./sample.ts"
import type { Settings } from "./settings.ts"

export interface Result {
  readonly check: Check
  readonly outcome:
    | { readonly is: "held" }
    | { readonly is: "differs"; readonly differences: ReadonlyArray<string> }
    | { readonly is: "skipped" | "broken"; readonly why: string }
}

/** Ingests the tiny image, and a manifest that shows it. */
const write = async (settings: Settings, names: Names): Promise<Written> => {
  await put(settings, `${FOLDER}${names.key}`, picture())
  const manifest = manifestOf(settings, names)
  const submitted = await initialize(settings, requestOf(settings, [assetOf(settings, names)], manifest))
  const id = String(at(submitted.json, "data", "job_tracker_file", "_id"))
  return { names, manifestText: JSON.stringify(manifest), submitted, ...await poll(settings, id) }
}

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error)

const outcomeOf = async (run: () => Promise<ReadonlyArray<string>>): Promise<Result["outcome"]> => {
  try {
    const differences = await run()
    return differences.length === 0 ? { is: "held" } : { is: "differs", differences }
  } catch (error) {
    return { is: "broken", why: messageOf(error) }
  }
}

const skipped = { is: "skipped", why: "it may write, or needs what was written: use --write" } as const

/** Without `names`, runs what reads, and what any service must refuse. */
export const run = async (settings: Settings, names: Names | undefined): Promise<ReadonlyArray<Result>> => {
  const results: Array<Result> = []
  const written = names === undefined ? undefined : await write(settings, names)
  const outcome = (check: Check): Promise<Result["outcome"]> => {
    const { elsewhere } = check
    if (elsewhere !== undefined && settings.environment !== "sandbox") {
      return Promise.resolve({ is: "skipped", why: elsewhere })
    }
    if (check.kind === "asks") return outcomeOf(() => check.run(settings, written?.names ?? NO_NAMES))
    if (written === undefined) return Promise.resolve(skipped)
    return outcomeOf(() => check.kind === "reads" ? check.run(settings, written) : check.run(settings, written.names))
  }
  for (const check of checks) results.push({ check, outcome: await outcome(check) })
  return results
}

const NO_NAMES: Names = { asset: "NONE", manifest: "NONE", key: "NONE" }

const LIMIT = 300

/** What a service repeats of a request may be a secret. */
const clean = (text: string, { privateKey, s3 }: Settings): string =>
  [privateKey.trim(), s3?.secretAccessKey, s3?.sessionToken].filter((secret) => secret !== undefined && secret !== "")
    .reduce<string>((rest, secret) => rest.replaceAll(String(secret), "<secret>"), text)
    .replaceAll(/[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, "<token>")
    .replaceAll(/-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)/g, "<key>")
    .replaceAll(/\s+/g, " ").replaceAll("|", "\\|").slice(0, LIMIT)

/** Rows for FIDELITY.md. */
export const rowsOf = (results: ReadonlyArray<Result>, settings: Settings, day: string): ReadonlyArray<string> =>
  results.flatMap(({ check, outcome }) =>
    outcome.is === "differs"
      ? outcome.differences.map((difference) =>
        `| ${clean(difference, settings)} (${check.name}; ${settings.environment}, ${day}) | observed |`
      )
      : []
  )

/** One line for each check that could not be made. */
export const notesOf = (results: ReadonlyArray<Result>, settings: Settings): ReadonlyArray<string> =>
  results.flatMap(({ check, outcome }) =>
    outcome.is === "skipped" || outcome.is === "broken"
      ? [`${outcome.is}: ${check.name}: ${clean(outcome.why, settings)}`]
      : []
  )
