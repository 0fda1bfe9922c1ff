/** The flag `--policy-groups`, and the file that it names. */
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { PolicyLimits } from "../../IngestRequest.ts"
import * as RegularFile from "./regularFile.ts"

export const flag = Flag.File("policy-groups").pipe(
  Flag.optional,
  Flag.withDescription("A JSON file that says what policy groups allow: { NAME: { policy, thumbnail } }")
)

class BadPolicyGroups extends Schema.TaggedError<BadPolicyGroups>()("BadPolicyGroups", {
  path: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `The policy groups in ${this.path} have another form: ${this.detail}`
  }
}

const Groups = Schema.fromJsonString(Schema.Record(Schema.String, PolicyLimits))
const decode = Schema.decodeEffect(Groups, { errors: "all", onExcessProperty: "error" })

export const read = Effect.fnUntraced(function*(file: Option.Option<string>) {
  if (Option.isNone(file)) return {}
  const path = file.value
  const text = yield* RegularFile.read(path, `The file ${path} of --policy-groups`)
  return yield* Effect.mapError(decode(text), ({ message }) => new BadPolicyGroups({ path, detail: message }))
})
