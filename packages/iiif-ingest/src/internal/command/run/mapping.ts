/** Reads the file of `--mapping`: what columns mean whose names are not the usual ones. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Usage } from "../failure.ts"
import { textOf } from "./readAssets.ts"

/** `columns`: the usual name by the sheet's own, or null to ignore one. `defaults`: by the usual name. */
const Mapping = Schema.fromJsonString(Schema.Struct({
  columns: Schema.optionalKey(Schema.Record(Schema.String, Schema.NullOr(Schema.String))),
  defaults: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  separator: Schema.optionalKey(Schema.NonEmptyString)
}))

const decode = Schema.decodeEffect(Mapping, { errors: "all", onExcessProperty: "error" })

export const readMapping = Effect.fnUntraced(function*(file: string) {
  const text = yield* textOf(file)
  return yield* Effect.mapError(
    decode(text),
    ({ message }) =>
      new Usage({ detail: `${visible(file)} is no mapping of columns: ${visible(message.replace(/\s*\n\s*/g, " "))}` })
  )
})
