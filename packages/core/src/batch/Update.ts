/**
 * What a plan would change of what was ingested before, as the journal has it: replaced images, corrected labels, new,
 * removed and moved pages, other policies. Applying the plan with `action: "upsert"` makes the change.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ManifestUri } from "../base/Ids.ts"
import { counted, visible } from "../base/internal/text.ts"
import { Holdings } from "../mps/Holdings.ts"
import type { Ingest } from "../mps/Ingest.ts"
import type { Manifests } from "../mps/Manifests.ts"
import type { Journal, JournalError } from "../upload/Journal.ts"
import * as FileContent from "./FileContent.ts"
import { ask, type Asked, type Known } from "./internal/apply/asked.ts"
import { Change, changesOf } from "./internal/apply/changes.ts"
import { pathsOf } from "./internal/apply/files.ts"
import { nameOf } from "./internal/plan/chosen.ts"
import type { Plan, PlannedManifest } from "./Plan.ts"

export { Change } from "./internal/apply/changes.ts"

/**
 * What would change of one manifest: it is `new`, `unchanged`, or `changed`, and then how. `at` is when what was there
 * before was sent, in milliseconds since 1970, if it was kept. `problem`: why the manifest cannot be built.
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestChanges = Schema.Struct({
  id: ManifestUri,
  name: Schema.String,
  state: Schema.Literals(["new", "unchanged", "changed"]),
  images: Schema.Int,
  at: Schema.optionalKey(Schema.Int),
  changes: Schema.Array(Change),
  problem: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type ManifestChanges = typeof ManifestChanges.Type

/**
 * What would change of each manifest, in the order of the plan.
 *
 * @category models
 * @since 0.1.0
 */
export const Changes = Schema.Array(ManifestChanges)

/**
 * @category models
 * @since 0.1.0
 */
export type Changes = typeof Changes.Type

/** The checksum of an image that was ingested before, though this journal has no upload of it. */
const withChecksum = (known: Known, path: string | undefined): Effect.Effect<Known, never, FileSystem> =>
  known.crc32 !== undefined || path === undefined ? Effect.succeed(known) : Effect.map(
    Effect.result(FileContent.whole(path)),
    (content) => Result.isSuccess(content) ? { ...known, crc32: content.success.crc32 } : known
  )

const diffOf = Effect.fnUntraced(function*(asked: Asked, plan: Plan, root: string) {
  const { manifest } = asked
  const [version] = yield* (yield* Holdings).versions(manifest.id)
  const paths = pathsOf(manifest, root)
  const images = version === undefined
    ? asked.images
    : yield* Effect.forEach(asked.images, (known, index) => withChecksum(known, paths[index]), { concurrency: 4 })
  const changes = changesOf({ ...asked, images }, version, plan.namespace)
  const isNew = version === undefined && asked.earlier._tag === "None"
  const found: ManifestChanges = {
    id: manifest.id,
    name: nameOf(manifest),
    state: isNew ? "new" : changes.length === 0 ? "unchanged" : "changed",
    images: images.length,
    ...(version === undefined ? {} : { at: version.at }),
    changes
  }
  return found
})

const unbuilt = (manifest: PlannedManifest, problem: string): ManifestChanges => ({
  id: manifest.id,
  name: nameOf(manifest),
  state: "changed",
  images: manifest.images.length,
  changes: [],
  problem
})

/**
 * Compares a plan with the newest version of each manifest in `Holdings`, and with the checksums of what was uploaded.
 * `root` is the absolute path of the folder of the images. Nothing is sent, and a file is only read if its size and times
 * do not show that it is the one that was uploaded.
 *
 * @category comparing
 * @since 0.1.0
 */
export const diff = Effect.fn("Update.diff")(function*(
  plan: Plan,
  root: string
): Effect.fn.Return<Changes, JournalError, Journal | Manifests | Ingest | FileSystem> {
  return yield* Effect.forEach(plan.manifests, (manifest) =>
    ask(manifest, { root, bucket: plan.bucket }).pipe(
      Effect.flatMap((asked) => diffOf(asked, plan, root)),
      Effect.catchTag("ManifestError", ({ message }) => Effect.succeed(unbuilt(manifest, message)))
    ))
})

/**
 * Whether nothing would change.
 *
 * @category guards
 * @since 0.1.0
 */
export const isEmpty = (changes: Changes): boolean => changes.every(({ state }) => state === "unchanged")

/**
 * The changes that replace the bytes of an image that was ingested before, which cannot be undone.
 *
 * @category getters
 * @since 0.1.0
 */
export const replaced = (changes: Changes): ReadonlyArray<Extract<Change, { readonly _tag: "ImageReplaced" }>> =>
  changes.flatMap(({ changes }) => changes.filter((change) => change._tag === "ImageReplaced"))

/** As much of a value as fits into a line. */
const shown = (value: Schema.Json | undefined): string => {
  if (value === undefined) return "nothing"
  const text = JSON.stringify(value)
  return visible(text.length > 100 ? `${text.slice(0, 99)}…` : text)
}

const fromTo = ({ after, before }: { readonly before?: Schema.Json; readonly after?: Schema.Json }): string =>
  before === undefined && after === undefined ? "changed" : `${shown(before)} -> ${shown(after)}`

const describeChange: (change: Change) => string = Change.match({
  ImageAdded: ({ file, id, position }) => `+ ${visible(file)}: new, as ${id} at position ${position + 1}`,
  ImageRemoved: ({ id, position }) => `- ${visible(id)}: no longer at position ${position + 1}; it stays ingested`,
  ImageReplaced: ({ after, before, file, id }) =>
    `~ ${visible(file)}: replaces ${id} (CRC-32 ${String(before ?? "unknown")} -> ${String(after ?? "unknown")})`,
  PageMoved: ({ from, of, to }) => `~ ${visible(of)}: moved from position ${from + 1} to ${to + 1}`,
  PolicyChanged: ({ file, ...values }) => `~ ${visible(file)}: policy: ${fromTo(values)}`,
  ValueChanged: ({ of, property, ...values }) =>
    `~ ${of === undefined ? "" : `${visible(of)}: `}${visible(property)}: ${fromTo(values)}`,
  Other: ({ what }) => `~ ${what}`
})

const describeManifest = ({ changes, images: count, name, problem, state }: ManifestChanges): ReadonlyArray<string> => [
  `${visible(name)}: ${state === "new" ? `new, ${counted(count, "image")}` : "changed"}`,
  ...Array.from(changes, (change) => `  ${describeChange(change)}`),
  ...(problem === undefined ? [] : [`  cannot be built: ${visible(problem)}`])
]

/**
 * The changes as text for people: a line for each manifest that is new or changed, and below it one for each change.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe = (changes: Changes): string => {
  const unchanged = changes.filter(({ state }) => state === "unchanged").length
  return [
    ...changes.filter(({ state }) => state !== "unchanged").flatMap(describeManifest),
    ...(unchanged === 0 ? [] : [`${counted(unchanged, "manifest")} unchanged`])
  ].join("\n")
}
