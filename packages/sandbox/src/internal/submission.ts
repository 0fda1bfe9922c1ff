/** An accepted ingest request: decoded, and its manifest cut out of the text exactly as it was sent. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { IngestRequest, Problem } from "../IngestRequest.ts"
import * as Requests from "../IngestRequest.ts"
import * as JsonSpan from "./jsonSpan.ts"
import * as ManifestName from "./manifestName.ts"

export interface Submission {
  readonly text: string
  readonly request: IngestRequest
  readonly manifest: (ManifestName.IdentifiedManifest & { readonly text: string }) | undefined
}

/** Everything that is wrong with a request. */
export class RequestRefused extends Schema.TaggedError<RequestRefused>()("RequestRefused", {
  problems: Schema.NonEmptyArray(Schema.Struct({ path: Schema.String, message: Schema.String }))
}) {
  override get message() {
    const list = this.problems.map(({ message, path }) => path === "" ? message : `${path}: ${message}`)
    return `The ingest request has ${list.length} problem${list.length === 1 ? "" : "s"}: ${list.join("; ")}`
  }
}

const refuse = ([first, ...rest]: ReadonlyArray<Problem>): Effect.Effect<void, RequestRefused> =>
  first === undefined ? Effect.void : Effect.fail(new RequestRefused({ problems: [first, ...rest] }))

const parseJson = (text: string): Effect.Effect<unknown, RequestRefused> =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => new RequestRefused({ problems: [{ path: "", message: "the body is not JSON" }] })
  })

const duplicates = ({ assets }: IngestRequest): ReadonlyArray<Problem> =>
  assets.image.flatMap(({ identifier }, index) =>
    assets.image.findIndex((other) => other.identifier === identifier) === index
      ? []
      : [{ path: `assets.image[${index}].identifier`, message: "the same identifier stands earlier in this request" }]
  )

const isEmpty = (value: object) => Object.keys(value).length === 0

const NAMELESS: Problem = {
  path: "manifest",
  message: "its id (or @id) must end in URN-3:NAMESPACE:NAME, with or without :MANIFEST:2 or :MANIFEST:3"
}

/** Problems that only show once the shape is right. */
const semanticProblems = (request: IngestRequest): ReadonlyArray<Problem> => [
  ...duplicates(request),
  ...(isEmpty(request.manifest) || ManifestName.identify(request.manifest) !== undefined ? [] : [NAMELESS])
]

const cutManifest = (text: string, request: IngestRequest): Submission["manifest"] => {
  const name = ManifestName.identify(request.manifest)
  const span = JsonSpan.memberSpan(text, "manifest")
  return name === undefined || span === undefined ? undefined : { ...name, text: text.slice(span.start, span.end) }
}

/** Reads a request; fails with all its problems at once. */
export const parse = Effect.fnUntraced(function*(text: string): Effect.fn.Return<Submission, RequestRefused> {
  const value = yield* parseJson(text)
  const request = yield* Requests.decode(value).pipe(
    Effect.catch((error) => Effect.andThen(refuse(Requests.problems(error)), Effect.die(error)))
  )
  yield* refuse(semanticProblems(request))
  return { text, request, manifest: cutManifest(text, request) }
})

/** The assets that do not declare their size, which MPS made mandatory. */
const unsized = ({ assets }: IngestRequest): ReadonlyArray<Problem> =>
  assets.image.flatMap((asset, index) =>
    Requests.imageSize(asset) === undefined
      ? [{ path: `assets.image[${index}].assetMetadata`, message: "imageSize is missing" }]
      : []
  )

/** Lists that are empty in every request that was ever seen. */
const avItems = ({ assets }: IngestRequest): ReadonlyArray<Problem> =>
  (["audio", "video", "text"] as const).flatMap((list) =>
    assets[list].length === 0
      ? []
      : [{ path: `assets.${list}`, message: "expected an empty list: the sandbox ingests images only" }]
  )

/** What the sandbox can be told to insist on. */
export interface Strictness {
  readonly imageSize: "require" | "warn"
  readonly avItems: "refuse" | "accept"
}

/** Fails with what is right in form and not taken all the same. */
export const admit = ({ request }: Submission, strictness: Strictness): Effect.Effect<void, RequestRefused> =>
  refuse([
    ...(strictness.imageSize === "require" ? unsized(request) : []),
    ...(strictness.avItems === "refuse" ? avItems(request) : [])
  ])
