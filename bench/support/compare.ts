/** Runs the cases in turn, round after round, so that other load on the machine affects all of them. */
import { type Cost, measure, median, StoodStill } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Case, Command } from "./cases.ts"

const gibibyte = 2 ** 30

/** More than ten times as long as any case takes, in seconds. */
const limitSeconds = 180

/** Runs a command. If it stalls, it is killed, recorded in `stalls`, and run once more. */
const costOf = async ({ args, command, env }: Command, stalls: Array<string>): Promise<Cost> => {
  const run = () => measure(command, args, { limitSeconds, ...(env === undefined ? {} : { env }) })
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof StoodStill)) throw error
    stalls.push(error.message)
    return run()
  }
}

interface Measured {
  readonly name: string
  readonly runs: Array<Cost>
  readonly startUps: Array<Cost>
}

const measureAll = async (
  cases: ReadonlyArray<Case>,
  rounds: number,
  stalls: Array<string>
): Promise<ReadonlyArray<Measured>> => {
  const measured = cases.map(({ name, run, startUp }) => ({ name, run, startUp, runs: [], startUps: [] } as
    & Case
    & Measured)
  )
  for (let round = 0; round < rounds; round++) {
    for (const { run, runs, startUp, startUps } of measured) {
      startUps.push(await costOf(startUp, stalls))
      runs.push(await costOf(run, stalls))
    }
  }
  return measured
}

interface Figures {
  readonly cpu: number
  readonly cpus: ReadonlyArray<number>
  readonly wall: number
  readonly peak: number
  readonly startUpCpu: number
  readonly startUpWall: number
}

/** Medians without the start-up; CPU in seconds per GiB. */
const figuresOf = ({ runs, startUps }: Measured, bytes: number): Figures => {
  const startUpCpu = median(startUps.map((cost) => cost.cpuSeconds))
  const startUpWall = median(startUps.map((cost) => cost.wallSeconds))
  const cpus = runs.map((cost) => Math.max(0, cost.cpuSeconds - startUpCpu) / bytes * gibibyte)
  return {
    cpu: median(cpus),
    cpus,
    wall: Math.max(0, median(runs.map((cost) => cost.wallSeconds)) - startUpWall),
    peak: median(runs.map((cost) => cost.peakMebibytes)),
    startUpCpu,
    startUpWall
  }
}

const rowOf = (name: string, figures: Figures, floor: Figures): Section["rows"][number] => ({
  name,
  cells: [
    figures.cpu.toFixed(2),
    (figures.cpu / floor.cpu).toFixed(2),
    figures.wall.toFixed(1),
    (figures.wall / floor.wall).toFixed(2),
    figures.peak.toFixed(0),
    `${figures.startUpCpu.toFixed(2)} / ${figures.startUpWall.toFixed(2)}`,
    `${Math.min(...figures.cpus).toFixed(2)}–${Math.max(...figures.cpus).toFixed(2)}`
  ]
})

/** A section for cases that send the same bytes; the first case is the floor. */
export const compare = async (
  title: string,
  text: string,
  cases: ReadonlyArray<Case>,
  bytes: number,
  rounds: number
): Promise<Section> => {
  const stalls: Array<string> = []
  const measured = (await measureAll(cases, rounds, stalls)).map((one) => ({
    name: one.name,
    figures: figuresOf(one, bytes)
  }))
  const floor = measured[0]
  if (floor === undefined) throw new Error("no cases to compare")
  return {
    title,
    text: stalls.length === 0
      ? text
      : `${text} ${stalls.length} runs stalled for ${limitSeconds} s and were repeated.`,
    columns: ["CPU-s/GiB", "÷ floor", "wall s", "÷ floor", "peak RSS MiB", "start-up CPU / wall s", "CPU min–max"],
    rows: measured.map(({ figures, name }) => rowOf(name, figures, floor.figures))
  }
}
