/** A decoded ingest request, with its manifest as the exact text that was sent. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { IngestRequest, Problem } from "../../IngestRequest.ts"
import * as Requests from "../../IngestRequest.ts"
import * as ManifestName from "../presentation/manifestName.ts"
import * as JsonLimits from "./jsonLimits.ts"
import * as JsonSpan from "./jsonSpan.ts"

export interface Submission {
  readonly text: string
  readonly request: IngestRequest
  readonly manifest: (ManifestName.IdentifiedManifest & { readonly text: string }) | undefined
}

/** All problems of a request. */
export class RequestRefused extends Schema.TaggedError<RequestRefused>()("RequestRefused", {
  problems: Schema.NonEmptyArray(Schema.Struct({ path: Schema.String, message: Schema.String }))
}) {
  override get message() {
    const list = this.problems.map(({ message, path }) => path === "" ? message : `${path}: ${message}`)
    return `The ingest request has ${list.length} problem${list.length === 1 ? "" : "s"}: ${list.join("; ")}`
  }
}

const failIfAny = ([first, ...rest]: ReadonlyArray<Problem>): Effect.Effect<void, RequestRefused> =>
  first === undefined ? Effect.void : Effect.fail(new RequestRefused({ problems: [first, ...rest] }))

const refused = (message: string) => new RequestRefused({ problems: [{ path: "", message }] })

/** A request of 10,000 pages has a million values, in arrays of 10,000, at most 20 deep. */
const LIMITS = { depth: 100, members: 100_000, values: 3_000_000 }

const parseJson = (text: string): Effect.Effect<unknown, RequestRefused> => {
  const problem = JsonLimits.problem(text, LIMITS)
  return problem === undefined
    ? Effect.try({ try: (): unknown => JSON.parse(text), catch: () => refused("the body is not JSON") })
    : Effect.fail(refused(problem))
}

const decodeFirst = Schema.decodeUnknownEffect(Requests.IngestRequest, { onExcessProperty: "error" })

/** Of about 500 assets. Each value may have several problems, and each of these takes memory. */
const LISTED_VALUES = 20_000

const withoutManifest = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value, manifest: undefined } : value

/** Of a name that the client chose, as much as a person needs. */
const PATH_LIMIT = 200
const cut = ({ message, path }: Problem): Problem => ({
  message,
  path: path.length <= PATH_LIMIT ? path : `${path.slice(0, PATH_LIMIT)}...`
})

const decode = Effect.fnUntraced(function*(value: unknown): Effect.fn.Return<IngestRequest, RequestRefused> {
  const first = yield* Effect.result(decodeFirst(value))
  if (first._tag === "Success") return first.success
  // The manifest has no problems that could be listed: any JSON object is one.
  const isLarge = JsonLimits.isLarger(withoutManifest(value), LISTED_VALUES)
  const error = isLarge ? first.failure : yield* Effect.flip(Requests.decode(value)).pipe(Effect.orDie)
  const found = Requests.problems(error).map(cut)
  yield* failIfAny(
    isLarge ? [...found, { path: "", message: "the request is too large to list any further problems" }] : found
  )
  return yield* Effect.die(error)
})

const duplicates = ({ assets }: IngestRequest): ReadonlyArray<Problem> => {
  const seen = new Set<string>()
  return assets.image.flatMap(({ identifier }, index) => {
    const isNew = !seen.has(identifier)
    seen.add(identifier)
    return isNew ? [] : [{
      path: `assets.image[${index}].identifier`,
      message: "this identifier already occurs earlier in the request"
    }]
  })
}

const isEmpty = (value: object) => Object.keys(value).length === 0

const UNNAMED_MANIFEST: Problem = {
  path: "manifest",
  message: "its id (or @id) must end with URN-3:NAMESPACE:NAME, optionally followed by :MANIFEST:2 or :MANIFEST:3"
}

/** Problems that can only be found in a request that matches the schema. */
const semanticProblems = (request: IngestRequest): ReadonlyArray<Problem> => [
  ...duplicates(request),
  ...(isEmpty(request.manifest) || ManifestName.identify(request.manifest) !== undefined ? [] : [UNNAMED_MANIFEST])
]

const extractManifest = (text: string, request: IngestRequest): Submission["manifest"] => {
  const name = ManifestName.identify(request.manifest)
  const span = JsonSpan.memberSpan(text, "manifest")
  return name === undefined || span === undefined ? undefined : { ...name, text: text.slice(span.start, span.end) }
}

/** Parses a request; fails with all its problems at once. */
export const parse = Effect.fnUntraced(function*(text: string): Effect.fn.Return<Submission, RequestRefused> {
  const value = yield* parseJson(text)
  const request = yield* decode(value)
  yield* failIfAny(semanticProblems(request))
  return { text, request, manifest: extractManifest(text, request) }
})

/** Assets that do not declare their size, which is mandatory in MPS. */
const missingSizes = ({ assets }: IngestRequest): ReadonlyArray<Problem> =>
  assets.image.flatMap((asset, index) =>
    Requests.imageSize(asset) === undefined
      ? [{ path: `assets.image[${index}].assetMetadata`, message: "imageSize is missing" }]
      : []
  )

/** These lists are empty in every request ever observed. */
const avItems = ({ assets }: IngestRequest): ReadonlyArray<Problem> =>
  (["audio", "video", "text"] as const).flatMap((list) =>
    assets[list].length === 0
      ? []
      : [{ path: `assets.${list}`, message: "expected an empty list: the sandbox ingests images only" }]
  )

/** Which rules the sandbox enforces. */
export interface Strictness {
  readonly imageSize: "require" | "warn"
  readonly avItems: "refuse" | "accept"
}

/** Fails if a well-formed request breaks the enforced rules. */
export const checkStrictness = ({ request }: Submission, strictness: Strictness): Effect.Effect<void, RequestRefused> =>
  failIfAny([
    ...(strictness.imageSize === "require" ? missingSizes(request) : []),
    ...(strictness.avItems === "refuse" ? avItems(request) : [])
  ])
