/** Waits until a job has ended. */
import { setTimeout as sleep } from "node:timers/promises"
import { type Answer, ask, at } from "./client.ts"
import type { Settings } from "./settings.ts"

const ENDED = new Set(["success", "failed"])
const PAUSE_MILLIS = 5000
const LIMIT_MILLIS = 60 * 60 * 1000

/** The states in the order of their reports, without repetition. */
export const poll = async ({ environment, ingestUrl }: Settings, id: string) => {
  const states: Array<string> = []
  const pause = environment === "sandbox" ? 10 : PAUSE_MILLIS
  let last: Answer
  let waited = 0
  do {
    if (waited > 0) await sleep(pause)
    waited += pause
    last = await ask(`${ingestUrl}/jobstatus/${id}`)
    const state = String(at(last.json, "data", "job_status"))
    if (states.at(-1) !== state) states.push(state)
  } while (!ENDED.has(states.at(-1) ?? "") && waited < LIMIT_MILLIS)
  return { states, last }
}
