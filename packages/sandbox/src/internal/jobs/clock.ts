/**
 * The time of jobs: how long they wait, and when each state was reached. Nothing else is measured by it, so that a test
 * that moves it leaves signatures and tokens valid.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ClockRuns } from "../../SandboxError.ts"

export interface JobClock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** From a moment that is noted before work of unknown length, so that time that passes meanwhile counts. */
  readonly sleepUntil: (time: number) => Effect.Effect<void>
  /** Moves a manual clock, and wakes what was to wake until then, the earliest first. */
  readonly advance: (duration: Duration.Input) => Effect.Effect<void, ClockRuns>
}

/** A clock that moves by itself, or by its owner. */
const running = (clock: Clock.Clock): JobClock => ({
  now: () => clock.currentTimeMillisUnsafe(),
  sleepUntil: (time) =>
    Effect.suspend(() => {
      const millis = time - clock.currentTimeMillisUnsafe()
      return millis <= 0 ? Effect.void : clock.sleep(Duration.millis(millis))
    }),
  advance: () => Effect.fail(new ClockRuns({}))
})

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/** The last moment that has a date, and so can be stored and shown. */
const LATEST = 8_640_000_000_000_000

/** A clock that only `advance` moves. */
const manual = (start: number): JobClock => {
  const sleepers = new Set<Sleeper>()
  let time = start
  const wakeNext = (end: number): boolean => {
    const [next] = [...sleepers].filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)
    if (next === undefined) return false
    time = Math.max(time, next.until)
    sleepers.delete(next)
    next.wake()
    return true
  }
  return {
    now: () => time,
    sleepUntil: (until) =>
      Effect.callback((resume) => {
        if (until <= time) return resume(Effect.void)
        const sleeper: Sleeper = { until, wake: () => resume(Effect.void) }
        sleepers.add(sleeper)
        return Effect.sync(() => void sleepers.delete(sleeper))
      }),
    advance: Effect.fnUntraced(function*(duration) {
      const end = Math.min(time + Duration.toMillis(duration), LATEST)
      // What wakes may sleep again before the end, once its fiber has run.
      while (wakeNext(end)) yield* Effect.yieldNow
      time = Math.max(time, end)
    })
  }
}

/** `live` is the sandbox's own clock. */
export const make = (clock: Clock.Clock | "manual" | undefined, live: Clock.Clock): JobClock =>
  clock === "manual" ? manual(live.currentTimeMillisUnsafe()) : running(clock ?? live)
