import { RetryPolicy } from "@iiif-ingest/core"
import { Duration, Effect, Schedule } from "effect"

/** Short waits for a local server, so that tests over sockets wait for events and not for time. */
export const shortPolicy: RetryPolicy.Policy = {
  ...RetryPolicy.standard,
  upload: RetryPolicy.backoff({ first: "5 millis", longest: "20 millis", times: 3 }),
  read: RetryPolicy.backoff({ first: "5 millis", longest: "20 millis", times: 3 }),
  submit: RetryPolicy.backoff({ first: "5 millis", longest: "20 millis", times: 3 }),
  poll: Schedule.spaced("10 millis"),
  jobLimit: Duration.seconds(60),
  delivery: Schedule.spaced("20 millis"),
  deliveryLimit: Duration.millis(500)
}

export const short = Effect.provideService(RetryPolicy.RetryPolicy, shortPolicy)

/** The same, but waits long enough for images to be served on a busy machine. */
export const patient = Effect.provideService(RetryPolicy.RetryPolicy, {
  ...shortPolicy,
  deliveryLimit: Duration.seconds(20)
})
