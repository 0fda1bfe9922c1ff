/**
 * Makes ingest requests and submits them without posting any of them twice by mistake.
 *
 * MPS cannot be asked whether a request arrived, so the journal records before the POST that it is about to happen, and
 * after it which job it created. Source of the wire format: docs/mps.md, 2.2.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { type AssetId, identifier } from "../base/Ids.ts"
import { sha256 } from "../base/internal/sha256.ts"
import { nowMillis } from "../base/internal/time.ts"
import * as RetryPolicy from "../base/RetryPolicy.ts"
import { MpsConfig } from "../config/MpsConfig.ts"
import { Journal, type JournalError, type SubmissionRecord } from "../upload/Journal.ts"
import type { InBucket } from "../upload/UploadedAsset.ts"
import type { Description, Descriptions } from "./IngestImage.ts"
import type { Action, ImageAsset, IngestRequest, MediaAsset, PolicyDefinition, Wire } from "./IngestRequest.ts"
import { contentOf } from "./internal/content.ts"
import { debugJson } from "./internal/debug.ts"
import { identifiersOf } from "./internal/identifiers.ts"
import { servedProves } from "./internal/servedProves.ts"
import { LtsClient, type LtsError, type Submission } from "./LtsClient.ts"
import { Pace } from "./Pace.ts"
import * as Submissions from "./Submission.ts"

/**
 * A request may or may not have arrived, what is served does not tell, and it was not posted again. `detail` says why
 * it may not have arrived; `unseen` why what is served could not be seen, if that is the cause.
 *
 * @category errors
 * @since 0.1.0
 */
export class SubmissionUnknown extends Schema.TaggedError<SubmissionUnknown>()("SubmissionUnknown", {
  id: Schema.String,
  detail: Schema.String,
  unseen: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const request = `it is not known whether the request for ${this.id} arrived (${this.detail})`
    return this.unseen === undefined
      ? `${request}, and what is served does not prove it: ask LTS, or run again with onUnknownSubmit: "resubmit"`
      : `${request}, since it could not be seen whether it is served (${this.unseen}): run the same again once that ` +
        "is mended, or with onUnchanged: \"submit\" to post it again in any case"
  }
}

/**
 * The operation is not possible through the ingest API; only LTS can perform it.
 *
 * @category errors
 * @since 0.1.0
 */
export class AskLts extends Schema.TaggedError<AskLts>()("AskLts", {
  what: Schema.String,
  identifiers: Schema.Array(Schema.String)
}) {
  override get message() {
    return `MPS has no request to ${this.what} (docs/mps.md, 2.5): ask LTS to do it, naming ${
      this.identifiers.join(", ")
    }`
  }
}

/**
 * The input of a request.
 *
 * - `assets`: assets in the bucket: uploaded, or there already (`UploadedAsset.stored`).
 * - `descriptions`: descriptions of the assets, by asset id.
 * - `manifest`: any JSON manifest, sent unchanged; none by default.
 * - `actionDefault`: the request's default for assets without an action; `upsert` by default.
 * - `action`: the action of assets whose description has none. By default it is `create` (the only one seen to work on
 *   an asset) for an object under a new key, and `upsert` for one that existed before, since its id may have been
 *   ingested.
 * - `policyDefinition`: the policy of assets whose description has none; the policy group `default` by default.
 * - `audio`, `video`, `text`: experimental, sent unchanged ({@link MediaAsset}); the caller puts their objects into the
 *   bucket.
 * - `wire`: {@link Wire}; `mps` by default. With `iiifingest`, assets without an action get `create`, the agent that last
 *   modified them is `atagent` whoever created them, and a given `assetMetadata` is sent without adding `imageSize`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Input {
  readonly assets: ReadonlyArray<InBucket>
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
 * - `request` makes the request for uploaded assets.
 * - `submit` waits for its turn (`Pace`), journals the request, posts it, and journals the job. `id` identifies the
 *   request in the journal (the manifest's address). The POST is retried only if the service certainly did not accept
 *   it; if an error's `reason.outcome` is `unknown`, it may have. `resubmitted`: whether an earlier one for the same may
 *   have arrived, which the journal keeps.
 * - `earlier` tells what an earlier request with the same id means for this one.
 * - `ended` journals that a request is over, and whether its job ended as success, with no error for any of its assets;
 *   `undefined` if that is not known.
 *
 * `content` ({@link content}) is what the request asks for. Without it, requests are compared by their assets alone, and
 * one that has ended is not recognized.
 *
 * @category services
 * @since 0.1.0
 */
export class Ingest extends Context.Service<Ingest, {
  readonly request: (input: Input) => Effect.Effect<IngestRequest>
  readonly submit: (
    id: string,
    request: IngestRequest,
    content?: Submissions.Content,
    resubmitted?: boolean
  ) => Effect.Effect<Submission, LtsError | JournalError>
  readonly earlier: (
    id: string,
    request: IngestRequest,
    content?: Submissions.Content
  ) => Effect.Effect<Submissions.Earlier, JournalError>
  readonly ended: (record: SubmissionRecord, succeeded: boolean | undefined) => Effect.Effect<void, JournalError>
}>()("@iiif-ingest/core/mps/Ingest") {}

/**
 * What a request asks for, by which a later run can tell whether it asks for the same. `request` is the one that was
 * made for the input.
 *
 * @category getters
 * @since 0.1.0
 */
export const content: (input: Input, request: IngestRequest) => Submissions.Content = contentOf

const twoDigits = (n: number): string => String(n).padStart(2, "0")

/** The current time as the service writes it: wall-clock time in its time zone, without naming the zone. */
const wallClock = (timeZone: string): Effect.Effect<string> =>
  Effect.map(DateTime.now, (now) => {
    const { day, hour, minute, month, second, year } = DateTime.toParts(DateTime.setZoneNamedUnsafe(now, timeZone))
    return `${year}-${twoDigits(month)}-${twoDigits(day)} ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}`
  })

/**
 * Splits `images/a.tif` into the folder with its trailing slash and the name, as the service expects. The folder of an
 * object at the bucket's root is `/`, the only form of it that was ever sent (docs/mps.md, 2.2).
 */
const splitKey = (key: string): { readonly storageSrcPath: string; readonly storageSrcKey: string } => {
  const slash = key.lastIndexOf("/") + 1
  return { storageSrcPath: key.slice(0, slash) || "/", storageSrcKey: key.slice(slash) }
}

const metadataOf = (
  asset: InBucket["asset"],
  { assetMetadata }: Description,
  wire: Wire | undefined
): ImageAsset["assetMetadata"] => {
  if (wire === "iiifingest" && assetMetadata !== undefined) return assetMetadata
  return [
    { fieldName: "imageSize", jsonValue: { width: asset.width, height: asset.height } },
    ...(assetMetadata ?? []).filter((entry) => entry.fieldName !== "imageSize")
  ]
}

const defaultAction = (how: InBucket["how"], wire: Wire | undefined): Action =>
  how === "sent" || wire === "iiifingest" ? "create" : "upsert"

/** The Python client never sets this agent. */
const modifierOf = (agent: string, wire: Wire | undefined): string => wire === "iiifingest" ? "atagent" : agent

const imageAsset =
  (config: MpsConfig["Service"], input: Input, now: string) => ({ asset, how }: InBucket): ImageAsset => {
    const description = input.descriptions?.get(asset.id) ?? {}
    const agent = description.agent ?? config.agent
    return {
      action: description.action ?? input.action ?? defaultAction(how, input.wire),
      ...splitKey(asset.key),
      ...(description.thumbSizes === undefined ? {} : { thumbSizes: description.thumbSizes }),
      identifier: identifier(config.namespace, asset.id),
      space: description.space ?? config.space,
      createdByAgent: agent,
      createDate: description.createDate ?? now,
      lastModifiedByAgent: modifierOf(agent, input.wire),
      lastModifiedDate: description.lastModifiedDate ?? now,
      status: description.status ?? "ACTIVE",
      iiifApiVersion: description.iiifApiVersion ?? "3",
      policyDefinition: description.policyDefinition ?? input.policyDefinition ?? { policyGroupName: "default" },
      assetMetadata: metadataOf(asset, description, input.wire)
    }
  }

/**
 * The id of a request in the journal: the address of its manifest, or, if it has none, an id made of the identifiers of
 * its assets.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf = (request: IngestRequest): string => {
  const uri = request.manifest["id"] ?? request.manifest["@id"]
  if (typeof uri === "string" && uri !== "") return uri
  const identifiers = identifiersOf(request)
  const [first, ...others] = identifiers
  return others.length === 0
    ? `${first ?? "nothing"} without a manifest`
    : `${first} and ${others.length} more without a manifest (${sha256(JSON.stringify(identifiers)).slice(0, 16)})`
}

const make = Effect.gen(function*() {
  const client = yield* LtsClient
  const journal = yield* Journal
  const config = yield* MpsConfig

  const earlier = (id: string, asked: Submissions.Asked) =>
    Effect.map(journal.submission(id), (record) => Submissions.earlier(Option.getOrUndefined(record), asked))

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
    submit: Effect.fn("Ingest.submit")(function*(id, request, content, resubmitted = false) {
      const policy = yield* RetryPolicy.RetryPolicy
      const asked = { identifiers: identifiersOf(request), content }
      const before = yield* earlier(id, asked)
      // After an earlier request that asked for something else, finding this one's images served proves nothing.
      const isNew = before._tag === "Unsettled" ? before.isNew : before._tag === "None" && servedProves(request)
      const proof = isNew ? content?.bytes : undefined
      const pace = yield* Pace
      // Before the journal has it: nothing is posted while this waits.
      yield* pace.post
      const record = Submissions.begin(id, asked, yield* nowMillis, { proof, resubmitted })
      yield* journal.saveSubmission(record)
      yield* debugJson("initialize: sending", request)
      const isFirst = yield* Ref.make(true)
      const turn = Effect.flatMap(Ref.getAndSet(isFirst, false), (isFirst) => isFirst ? Effect.void : pace.post)
      const submission = yield* Effect.andThen(turn, client.initialize(request)).pipe(
        RetryPolicy.retrying<LtsError>(
          policy.submit,
          ({ reason }) => reason.retryable && reason.outcome === "none"
        ),
        // A refusal ends this request, but leaves what is known of an earlier one as it was.
        Effect.tapError((error) =>
          error.reason.outcome === "none"
            ? Effect.flatMap(nowMillis, (now) =>
              journal.saveSubmission("record" in before ? before.record : Submissions.ended(record, false, now)))
            : Effect.void
        )
      )
      yield* journal.saveSubmission(Submissions.accepted(record, submission.jobId, yield* nowMillis))
      yield* debugJson("initialize: answered", submission.raw)
      return submission
    }),
    earlier: (id, request, content) => earlier(id, { identifiers: identifiersOf(request), content }),
    ended: (record, succeeded) =>
      Effect.flatMap(
        nowMillis,
        (now) => journal.saveSubmission(Submissions.ended(record, succeeded, now))
      )
  })
})

/**
 * Always fails with {@link AskLts}, which names the assets as MPS does: no request that deletes assets was ever seen.
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
 * Makes requests with the settings in `MpsConfig`, and writes each to the journal before and after it is posted.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Ingest, never, LtsClient | Journal | MpsConfig> = Layer.effect(Ingest, make)
