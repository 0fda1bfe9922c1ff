/** `POST /_sandbox/seed`: brings the demo seed in, and replies once its jobs have ended. */
import * as Effect from "effect/Effect"
import * as Reply from "../http/reply.ts"
import * as RequestBody from "../http/requestBody.ts"
import type { Seed } from "../seed/seed.ts"
import * as Operation from "./operation.ts"

export const make = (seed: Seed): Operation.Operation => ({
  methods: Operation.alone("POST"),
  answer: ({ request }) =>
    RequestBody.discard(request).pipe(
      Effect.andThen(seed),
      Effect.map((seeded) => Reply.json(200, seeded)),
      Effect.catchTag("SeedFailed", ({ message }) => Effect.succeed(Reply.error(500, message)))
    )
})
