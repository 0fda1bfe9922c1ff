import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import type { AssetId, ManifestUri } from "../../base/Ids.ts"
import * as RetryPolicy from "../../base/RetryPolicy.ts"
import type { DeliveryError, Observation } from "../Delivery.ts"
import { type Look, makeNotice, type Watched } from "./deliveryNotice.ts"

/** A judgement of what was seen: the fate, and how it stands. */
export interface Judged<F> {
  readonly fate: F
  readonly standing: Look["standing"]
  readonly problem: string
}

/** Something watched, with its fate. */
export interface WithFate<F> extends Watched {
  /** By the last look, so `undefined` before the first. */
  readonly fate: Effect.Effect<F | undefined>
}

const waitOf = (seen: Observation<unknown>): Duration.Duration =>
  Duration.millis(seen._tag === "Withheld" ? seen.retryAfterMillis ?? 0 : 0)

/** Makes something to watch from a request, and from what its answers and errors mean. */
export const watch = Effect.fnUntraced(function*<A, F>(
  id: AssetId | ManifestUri,
  request: Effect.Effect<Observation<A>, DeliveryError>,
  judge: (seen: Observation<A>) => Judged<F>,
  unanswered: (error: DeliveryError) => F
): Effect.fn.Return<WithFate<F>> {
  const fate = yield* Ref.make<F | undefined>(undefined)
  const last = yield* Ref.make<Look | undefined>(undefined)
  const keep = ({ fate: seen, problem, standing }: Judged<F>, isAbsent: boolean, wait: Duration.Duration) => {
    const look = { standing, problem, isAbsent, wait }
    return Effect.as(Effect.andThen(Ref.set(fate, seen), Ref.set(last, look)), look)
  }
  return {
    id,
    request: Effect.map(request, (seen) => keep(judge(seen), seen._tag === "Absent", waitOf(seen))),
    failed: (error) =>
      keep({ fate: unanswered(error), standing: "NoAnswer", problem: error.reason.message }, false, Duration.zero),
    last: Ref.get(last),
    fate: Ref.get(fate)
  }
})

/**
 * - `concurrency`: concurrent requests.
 * - `wait`: whether to look again at what is not served yet.
 * - `since`: when the wait began, in milliseconds since 1970.
 */
export interface Options {
  readonly concurrency: number
  readonly wait: boolean
  readonly since: number
}

/** Errors of the host rather than of one resource: requests for other resources would fail in the same way. */
const isHostDown = ({ reason }: DeliveryError): boolean => reason._tag === "Unreachable" || reason._tag === "TimedOut"

interface Round {
  readonly done: boolean
  readonly wait: Duration.Duration
}

/** Repeats rounds until everything is served, with the policy's waits or the longer ones that the server asked for. */
const betweenRounds = (delivery: Schedule.Schedule<unknown>) =>
  delivery.pipe(
    Schedule.setInputType<Round>(),
    Schedule.while(({ input }) => !input.done),
    Schedule.modifyDelay(({ duration, input }) => Effect.succeed(RetryPolicy.atLeastRetryAfter(duration, input.wait)))
  )

/** The retries of one look. They end with the limit, except those of a look that begins after it. */
const retriesOf = (read: Schedule.Schedule<unknown>, until: number, start: number) =>
  start < until ? Schedule.while(read, ({ now }) => now < until) : read

/** Those that are not known to be served. */
const pendingOf = (resources: ReadonlyArray<Watched>) =>
  Effect.filter(resources, ({ last }) => Effect.map(last, (look) => look?.standing !== "Served"))

/** Those of which delivery did not tell whether it serves them: it throttled the request, or a firewall withheld it. */
const untoldOf = (resources: ReadonlyArray<Watched>) =>
  Effect.filter(resources, ({ last }) => Effect.map(last, (look) => look?.standing === "NoVerdict"))

/**
 * Looks at resources in rounds, each time at those that are not served yet, until all are served or the policy's
 * `deliveryLimit` is over, counted from `since`. At what was not looked at by then, it looks once, and as often again as the
 * policy's `read` says at what it is not told of. If the host does not answer, the rest of a round is skipped.
 */
export const untilServed = Effect.fnUntraced(
  function*(resources: ReadonlyArray<Watched>, { concurrency, since, wait }: Options) {
    const policy = yield* RetryPolicy.RetryPolicy
    const until = since + Duration.toMillis(policy.deliveryLimit)
    const pending = pendingOf(resources)
    const untold = untoldOf(resources)
    const isLate = until <= (yield* Clock.currentTimeMillis)
    const notice = yield* makeNotice(pending, wait && !isLate ? until : undefined)

    const attempt = ({ request }: Watched) =>
      request.pipe(Effect.tapError(notice.attempted), Effect.tap(() => notice.attempted(undefined)))

    /** Fails if the host is known to be down. */
    const answered = Effect.fnUntraced(function*(resource: Watched, hostError: Ref.Ref<DeliveryError | undefined>) {
      const known = yield* Ref.get(hostError)
      if (known !== undefined) return yield* known
      const retries = retriesOf(policy.read, until, yield* Clock.currentTimeMillis)
      return yield* RetryPolicy.retrying<DeliveryError>(retries)(attempt(resource)).pipe(
        Effect.tapError((error) => isHostDown(error) ? Ref.set(hostError, error) : Effect.void)
      )
    })

    const roundOf = Effect.fnUntraced(function*(watched: typeof pending) {
      const hostError = yield* Ref.make<DeliveryError | undefined>(undefined)
      const looks = yield* Effect.forEach(
        yield* watched,
        (resource) =>
          answered(resource, hostError).pipe(
            Effect.catch((error) => Effect.succeed(resource.failed(error))),
            Effect.flatten
          ),
        { concurrency }
      )
      yield* notice.looked
      const found: Round = {
        done: looks.every(({ standing }) => standing === "Served"),
        wait: looks.map(({ wait }) => wait).reduce(Duration.max, Duration.zero)
      }
      return found
    })

    yield* notice.during(Effect.gen(function*() {
      const round = roundOf(pending)
      const first = yield* round
      if (!wait || first.done) return
      if (isLate && (yield* untold).length > 0) {
        yield* Effect.scheduleFrom(roundOf(untold), first, betweenRounds(policy.read))
      }
      const left = until - (yield* Clock.currentTimeMillis)
      if (left <= 0) return
      yield* Effect.scheduleFrom(round, first, betweenRounds(policy.delivery)).pipe(Effect.timeoutOption(left))
    }))
  }
)
