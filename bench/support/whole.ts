/** Commands measured as whole processes, as a user runs them. */
import { type Cost, measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Command } from "./cases.ts"

/** Settings of the command; no keys of the service, which neither uploading nor planning needs. */
export const settings = {
  LTS_IIIF_ENVIRONMENT: "sandbox",
  LTS_IIIF_ACCOUNT: "at",
  LTS_IIIF_SPACE: "bench",
  LTS_IIIF_NAMESPACE: "AT",
  LTS_IIIF_AGENT: "at",
  AWS_ACCESS_KEY_ID: "SANDBOXBENCH",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_REGION: "us-east-1"
}

export interface Measured {
  readonly name: string
  /** Of one round: nothing is found there that an earlier one sent. */
  readonly of: (round: number) => Command
  readonly costs: Array<Cost>
}

/** Runs them in turn, round after round. */
export const measureAll = async (all: ReadonlyArray<Measured>, rounds: number): Promise<void> => {
  for (let round = 0; round < rounds; round++) {
    for (const { costs, of } of all) {
      const { args, command, env } = of(round)
      costs.push(await measure(command, args, { limitSeconds: 180, ...(env === undefined ? {} : { env }) }))
    }
  }
}

const of = (costs: ReadonlyArray<Cost>, figure: keyof Omit<Cost, "stdout">): number =>
  median(costs.map((cost) => cost[figure]))

/** A section with the first as what the others are compared with. */
export const sectionOf = (title: string, text: string, all: ReadonlyArray<Measured>): Section => {
  const [ours] = all
  if (ours === undefined) throw new Error("no command to measure")
  const row = ({ costs, name }: Measured) => ({
    name,
    cells: [
      of(costs, "cpuSeconds").toFixed(2),
      (of(costs, "cpuSeconds") / of(ours.costs, "cpuSeconds")).toFixed(2),
      of(costs, "wallSeconds").toFixed(2),
      (of(costs, "wallSeconds") / of(ours.costs, "wallSeconds")).toFixed(2),
      of(costs, "peakMebibytes").toFixed(0)
    ]
  })
  return { title, text, columns: ["CPU s", "÷ ours", "wall s", "÷ ours", "peak RSS MiB"], rows: all.map(row) }
}
