/** What a running sandbox says of itself to a program that has its control token. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ControlFailed, type Target } from "./target.ts"

const Connected = Schema.Struct({
  connection: Schema.Record(Schema.String, Schema.Json),
  variables: Schema.Record(Schema.String, Schema.String)
})
const decodeConnected = Schema.decodeUnknownEffect(Connected)

export const json = (response: Response): Effect.Effect<unknown, ControlFailed> =>
  Effect.tryPromise({
    try: (): Promise<unknown> => response.json(),
    catch: () => new ControlFailed({ detail: "The sandbox's reply was cut off" })
  })

export const of = ({ ask }: Target) =>
  ask("connection").pipe(
    Effect.flatMap(json),
    Effect.flatMap(decodeConnected),
    Effect.catchTag("SchemaError", () => new ControlFailed({ detail: "The sandbox is of another version" }))
  )
