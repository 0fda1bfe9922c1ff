import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import type { AssetId, ManifestUri } from "../../base/Ids.ts"
import { timeOf, untilText } from "../../base/internal/time.ts"
import * as RetryPolicy from "../../base/RetryPolicy.ts"
import type { DeliveryError } from "../Delivery.ts"
import * as MpsProgress from "../MpsProgress.ts"

type Standing = MpsProgress.DeliveryStanding

/** What one look at a resource found: whether it is as it should be, and else why it is not known to be. */
export interface Look {
  readonly standing: Standing | "Served"
  /** What is wrong, in words. */
  readonly problem: string
  /** Whether the service answered that it does not exist. */
  readonly isAbsent: boolean
  /** How long the server asks to wait before the next look. */
  readonly wait: Duration.Duration
}

/** Something that should be served. */
export interface Watched {
  readonly id: AssetId | ManifestUri
  /** One request. Its answer is kept when the inner effect runs. */
  readonly request: Effect.Effect<Effect.Effect<Look>, DeliveryError>
  /** Keeps an error in place of an answer. */
  readonly failed: (error: DeliveryError) => Effect.Effect<Look>
  /** What was kept last. */
  readonly last: Effect.Effect<Look | undefined>
}

const bySeverity: ReadonlyArray<Standing> = ["NoAnswer", "NoVerdict", "NotServedYet"]

interface Reason {
  readonly standing: Standing
  readonly problem: string
}

const lineOf = ({ problem, standing }: Reason, what: string, until: string): string => {
  switch (standing) {
    case "NoAnswer":
      return `no answer from delivery (${problem}): asking for ${what} ${until}`
    case "NoVerdict":
      return `delivery does not tell whether it serves ${what} (${problem}): asking ${until}`
    case "NotServedYet":
      return `not served yet: ${what} (${problem}): waiting ${until}`
  }
}

/** The gravest reason among what is pending. */
const gravest = Effect.fnUntraced(function*(resources: ReadonlyArray<Watched>): Effect.fn.Return<Reason> {
  const looks = yield* Effect.forEach(resources, ({ last }) => last)
  const found = bySeverity.flatMap((standing) => {
    const look = looks.find((look) => look?.standing === standing)
    return look === undefined ? [] : [{ standing, problem: look.problem }]
  })
  return found[0] ?? { standing: "NoAnswer", problem: "no answer yet" }
})

const tell = Effect.fnUntraced(function*(
  reason: Reason,
  [first, ...others]: ReadonlyArray<Watched>,
  since: DateTime.Utc,
  until: number | undefined
) {
  if (first === undefined) return
  const what = others.length === 0 ? first.id : `${first.id} and ${others.length} more`
  const end = until === undefined ? undefined : timeOf(until)
  const line = lineOf(reason, what, until === undefined ? "once" : untilText(end))
  yield* reason.standing === "NotServedYet" ? Effect.logInfo(line) : Effect.logWarning(line)
  yield* MpsProgress.emit({
    _tag: "AwaitingDelivery",
    ...reason,
    first: first.id,
    missing: others.length + 1,
    since,
    ...(end === undefined ? {} : { until: end })
  })
})

/**
 * Tells what is waited for, why, and until when (in milliseconds since 1970): after the policy's `noticeAfter`, and
 * again when the reason becomes another one.
 */
export const makeNotice = Effect.fnUntraced(
  function*(pending: Effect.Effect<ReadonlyArray<Watched>>, until: number | undefined) {
    const { noticeAfter } = yield* RetryPolicy.RetryPolicy
    const since = yield* DateTime.now
    const lastError = yield* Ref.make<DeliveryError | undefined>(undefined)
    const told = yield* Ref.make<Standing | undefined>(undefined)

    const tellNews = Effect.gen(function*() {
      const resources = yield* pending
      const error = yield* Ref.get(lastError)
      const reason: Reason = error === undefined
        ? yield* gravest(resources)
        : { standing: "NoAnswer", problem: error.reason.message }
      if ((yield* Ref.getAndSet(told, reason.standing)) !== reason.standing) {
        yield* tell(reason, resources, since, until)
      }
    })

    return {
      /** The last attempt failed with an error, or did not. */
      attempted: (error: DeliveryError | undefined) => Ref.set(lastError, error),
      /** A round is over. */
      looked: Effect.gen(function*() {
        yield* Ref.set(lastError, undefined)
        const isDone = (yield* pending).length === 0
        if (!isDone && (yield* Ref.get(told)) !== undefined) yield* tellNews
      }),
      during: <A, E, R>(work: Effect.Effect<A, E, R>) =>
        Effect.scoped(Effect.andThen(Effect.forkScoped(Effect.delay(tellNews, noticeAfter)), work))
    }
  }
)
