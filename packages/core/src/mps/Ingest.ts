/**
 * Makes ingest requests and submits them, so that none is posted twice by mistake.
 *
 * MPS has no way to ask whether a request arrived, so the journal knows before the POST that it is about to happen, and
 * after it which job it made. Source of the wire form: docs/mps.md, 2.2.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type AssetId, identifier } from "../base/Ids.ts"
import * as RetryPolicy from "../base/RetryPolicy.ts"
import { MpsConfig } from "../config/MpsConfig.ts"
import type { Crc32 } from "../image/Crc32.ts"
import { Journal, type JournalError, type SubmissionRecord } from "../upload/Journal.ts"
import type { UploadedAsset } from "../upload/UploadedAsset.ts"
import type { Description, Descriptions } from "./IngestImage.ts"
import type { Action, ImageAsset, IngestRequest, MediaAsset, PolicyDefinition, Wire } from "./IngestRequest.ts"
import { debugJson } from "./internal/debug.ts"
import { servedProves } from "./internal/servedProves.ts"
import { LtsClient, type LtsError, type Submission } from "./LtsClient.ts"

/**
 * It is not known whether a request arrived, what is served does not prove it, and it may not be posted again.
 *
 * @category errors
 * @since 0.1.0
 */
export class SubmissionUnknown extends Schema.TaggedError<SubmissionUnknown>()("SubmissionUnknown", {
  id: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `it is not known whether the request for ${this.id} arrived (${this.detail}), and what is served does not prove it: ` +
      "ask LTS, or run again with onUnknownSubmit: \"resubmit\""
  }
}

/**
 * What was asked for cannot be done over the ingest API, and only LTS can do it.
 *
 * @category errors
 * @since 0.1.0
 */
export class AskLts extends Schema.TaggedError<AskLts>()("AskLts", {
  what: Schema.String,
  identifiers: Schema.Array(Schema.String)
}) {
  override get message() {
    return `MPS takes no request to ${this.what} (docs/mps.md, 2.5): ask LTS to do it, naming ${
      this.identifiers.join(", ")
    }`
  }
}

/**
 * What goes into a request.
 *
 * - `descriptions`: what is said of the assets, by their ids.
 * - `manifest`: any JSON manifest, sent as it is; none when not given.
 * - `actionDefault`: for assets that do not say; `upsert` when not given.
 * - `action`: of assets whose description does not say; when not given, `create` (the only one seen to work on an asset)
 *   for what was put where nothing was, and `upsert` for what was there before, since its id may have been ingested.
 * - `policyDefinition`: of assets whose description does not say; the policy group `default` when not given.
 * - `audio`, `video`, `text`: experimental, sent as they are given ({@link MediaAsset}); their objects are put into the
 *   bucket by whoever gives them.
 * - `wire`: {@link Wire}, `mps` when not given. As `iiifingest`, `create` is every asset's action that does not say, and
 *   an `assetMetadata` that was given stands alone, without `imageSize`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Input {
  readonly assets: ReadonlyArray<UploadedAsset>
  readonly descriptions?: Descriptions
  readonly manifest?: { readonly [key: string]: Schema.Json }
  readonly metadata?: { readonly [key: string]: Schema.Json }
  readonly actionDefault?: Action
  readonly action?: Action
  readonly policyDefinition?: PolicyDefinition
  readonly audio?: ReadonlyArray<MediaAsset>
  readonly video?: ReadonlyArray<MediaAsset>
  readonly text?: ReadonlyArray<MediaAsset>
  readonly wire?: Wire
}

/**
 * - `request` makes the request of uploaded assets.
 * - `submit` journals, posts and journals again; `id` is what the journal knows the request by (the manifest's address),
 *   `content` the CRC-32 of what it asks for, by which a later run can tell whether it asks for the same.
 *   It is repeated only where the service certainly did not take it; an error whose `reason.outcome` is `unknown` means
 *   that it may have.
 * - `lookup` is what the journal knows of an earlier request with the same id and the same assets.
 * - `ended` journals that its job is over.
 *
 * @category services
 * @since 0.1.0
 */
export class Ingest extends Context.Service<Ingest, {
  readonly request: (input: Input) => Effect.Effect<IngestRequest>
  readonly submit: (
    id: string,
    request: IngestRequest,
    content?: Crc32
  ) => Effect.Effect<Submission, LtsError | JournalError>
  readonly lookup: (id: string, request: IngestRequest) => Effect.Effect<Option.Option<SubmissionRecord>, JournalError>
  readonly ended: (record: SubmissionRecord) => Effect.Effect<void, JournalError>
}>()("@iiif-ingest/core/mps/Ingest") {}

const two = (n: number): string => String(n).padStart(2, "0")

/** Now, as the service writes dates: wall-clock time of its own zone, without saying which. */
const wallClock = (timeZone: string): Effect.Effect<string> =>
  Effect.map(DateTime.now, (now) => {
    const { day, hour, minute, month, second, year } = DateTime.toParts(DateTime.setZoneNamedUnsafe(now, timeZone))
    return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`
  })

/** `images/a.tif` as the service wants it: the folder with its slash, and the name. */
const splitKey = (key: string): { readonly storageSrcPath: string; readonly storageSrcKey: string } => {
  const slash = key.lastIndexOf("/") + 1
  return { storageSrcPath: key.slice(0, slash), storageSrcKey: key.slice(slash) }
}

const metadataOf = (
  asset: UploadedAsset["asset"],
  { assetMetadata: given }: Description,
  wire: Wire | undefined
): ImageAsset["assetMetadata"] => {
  if (wire === "iiifingest" && given !== undefined) return given
  return [
    { fieldName: "imageSize", jsonValue: { width: asset.width, height: asset.height } },
    ...(given ?? []).filter((entry) => entry.fieldName !== "imageSize")
  ]
}

const defaultAction = (how: UploadedAsset["how"], wire: Wire | undefined): Action =>
  how === "sent" || wire === "iiifingest" ? "create" : "upsert"

const imageAsset =
  (config: MpsConfig["Service"], input: Input, now: string) => ({ asset, how }: UploadedAsset): ImageAsset => {
    const said = input.descriptions?.get(asset.id) ?? {}
    const agent = said.agent ?? config.agent
    return {
      action: said.action ?? input.action ?? defaultAction(how, input.wire),
      ...splitKey(asset.key),
      ...(said.thumbSizes === undefined ? {} : { thumbSizes: said.thumbSizes }),
      identifier: identifier(config.namespace, asset.id),
      space: said.space ?? config.space,
      createdByAgent: agent,
      createDate: said.createDate ?? now,
      lastModifiedByAgent: agent,
      lastModifiedDate: said.lastModifiedDate ?? now,
      status: said.status ?? "ACTIVE",
      iiifApiVersion: said.iiifApiVersion ?? "3",
      policyDefinition: said.policyDefinition ?? input.policyDefinition ?? { policyGroupName: "default" },
      assetMetadata: metadataOf(asset, said, input.wire)
    }
  }

const identifiersOf = ({ assets }: IngestRequest): ReadonlyArray<string> =>
  [assets.image, assets.audio, assets.video, assets.text].flatMap((list) => list.map(({ identifier }) => identifier))

const same = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((identifier, i) => identifier === b[i])

const make = Effect.gen(function*() {
  const client = yield* LtsClient
  const journal = yield* Journal
  const config = yield* MpsConfig

  const lookup = (id: string, request: IngestRequest) =>
    Effect.map(
      journal.submission(id),
      Option.filter((record) => record.state !== "ended" && same(record.identifiers, identifiersOf(request)))
    )

  return Ingest.of({
    request: Effect.fn("Ingest.request")(function*(input) {
      const now = yield* wallClock(config.timeZone)
      return {
        globalSettings: { actionDefault: input.actionDefault ?? "upsert", spaceDefault: config.space },
        metadata: input.metadata ?? {},
        assets: {
          audio: input.audio ?? [],
          video: input.video ?? [],
          text: input.text ?? [],
          image: input.assets.map(imageAsset(config, input, now))
        },
        manifest: input.manifest ?? {}
      }
    }),
    submit: Effect.fn("Ingest.submit")(function*(id, request, content) {
      const policy = yield* RetryPolicy.RetryPolicy
      const identifiers = identifiersOf(request)
      const earlier = yield* lookup(id, request)
      const open = Option.exists(earlier, (record) => record.jobId === undefined)
      const isNew = open ? Option.exists(earlier, (record) => record.proof === content) : servedProves(request)
      const proof = content !== undefined && isNew ? { proof: content } : {}
      yield* journal.saveSubmission({ id, state: "submitting", identifiers, ...proof })
      yield* debugJson("initialize: sending", request)
      const submission = yield* client.initialize(request).pipe(
        RetryPolicy.retrying<LtsError>(
          policy.submit,
          ({ reason }) => reason.retryable && reason.outcome === "none"
        ),
        // A refusal closes the request, but not an earlier one that may have arrived.
        Effect.tapError((error) =>
          error.reason.outcome === "none" && !open
            ? journal.saveSubmission({ id, state: "ended", identifiers })
            : Effect.void
        )
      )
      yield* journal.saveSubmission({ id, state: "submitted", identifiers, jobId: submission.jobId })
      yield* debugJson("initialize: answered", submission.raw)
      return submission
    }),
    lookup,
    ended: (record) => journal.saveSubmission({ ...record, state: "ended" })
  })
})

/**
 * Withdrawing assets: fails always, with {@link AskLts} naming them as MPS does. No request that deletes was ever seen.
 *
 * @category submitting
 * @since 0.1.0
 */
export const withdraw = (ids: ReadonlyArray<AssetId>): Effect.Effect<never, AskLts, MpsConfig> =>
  Effect.flatMap(MpsConfig, ({ namespace }) =>
    Effect.fail(
      new AskLts({ what: "withdraw assets", identifiers: ids.map((id) => identifier(namespace, id)) })
    ))

/**
 * Requests by the settings in `MpsConfig`, each written to the journal before and after it is posted.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Ingest, never, LtsClient | Journal | MpsConfig> = Layer.effect(Ingest, make)
