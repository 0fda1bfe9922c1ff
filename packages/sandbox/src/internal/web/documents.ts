/** The manifests that are published, read for the pages: each revision once. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import { isReadonlyObject } from "effect/Predicate"
import * as Hosts from "../presentation/hosts.ts"
import type { Version } from "../presentation/manifestName.ts"
import type { ListedManifest } from "../presentation/manifests.ts"
import * as ManifestView from "./manifestView.ts"
import type { WebParts } from "./webParts.ts"

export interface Document extends ListedManifest {
  readonly revision: number
  /** The newest version. */
  readonly version: Version
  /** `undefined` where it cannot be read as Presentation 3. */
  readonly view: ManifestView.ManifestView | undefined
  readonly problem: string | undefined
  /** Whether it names hosts of MPS, which the sandbox has under its own address. */
  readonly namesMps: boolean
}

export interface Documents {
  readonly get: (key: string) => Effect.Effect<Document | undefined, PlatformError>
  /** The newest, in the order of publication. */
  readonly list: Effect.Effect<ReadonlyArray<Document>>
}

const KEPT = 200
/** How many the dashboard shows. */
const NEWEST = 12

const parse = (text: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(text)
  return isReadonlyObject(value) ? value : {}
}

export const make = ({ base, documents, manifests }: Pick<WebParts, "base" | "documents" | "manifests">): Documents => {
  const kept = new Map<string, Document>()

  const viewed = (key: string) =>
    documents.read(key, "3").pipe(
      Effect.map((served) => ({
        view: served && ManifestView.make(parse(served.text), base),
        problem: undefined
      })),
      Effect.catchTag("NotConvertible", ({ message }) => Effect.succeed({ view: undefined, problem: message }))
    )

  const read = Effect.fnUntraced(function*(published: ListedManifest) {
    const version = published.versions.at(-1) ?? "3"
    const revision = manifests.revision(published.key)
    const text = yield* manifests.read(published.key, version)
    const document: Document = {
      ...published,
      revision,
      version,
      ...yield* viewed(published.key),
      namesMps: Hosts.view(text, base) !== text
    }
    kept.delete(published.key)
    kept.set(published.key, document)
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT))) kept.delete(oldest)
    return document
  })

  const current = (published: ListedManifest) => {
    const known = kept.get(published.key)
    return known?.revision === manifests.revision(published.key) ? Effect.succeed(known) : read(published)
  }

  return {
    get: (key) => {
      const published = manifests.list().find((one) => one.key === key)
      return published === undefined ? Effect.succeed(undefined) : current(published)
    },
    // The newest only: a page shows no more, and each costs reading a file. One that a reset removes meanwhile is left out.
    list: Effect.suspend(() => {
      const all = [...manifests.list()].sort((a, b) => manifests.revision(a.key) - manifests.revision(b.key))
      return Effect.forEach(
        all.slice(-NEWEST),
        (published) => Effect.orElseSucceed(current(published), () => undefined)
      )
    }).pipe(Effect.map((found) => found.filter((document) => document !== undefined)))
  }
}
