/** Converts manifests between Presentation 2 and 3, which MPS does by itself (docs/mps.md, 2.3). */
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import * as Effect from "effect/Effect"
import { isReadonlyObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import { createHash } from "node:crypto"
import type { Version } from "./manifestName.ts"

/** A manifest has no form in the other version. */
export class NotConvertible extends Schema.TaggedError<NotConvertible>()("NotConvertible", {
  to: Schema.Literals(["2", "3"]),
  reason: Schema.String
}) {
  override get message() {
    const from = this.to === "2" ? "3" : "2"
    return `This manifest was sent as Presentation ${from} and cannot be converted to ${this.to}: ${this.reason}`
  }
}

export interface Converted {
  readonly text: string
  /** How much the other version has no place for. */
  readonly lost: number
}

export interface Conversion {
  /** Converts the text of a manifest of the other version. */
  readonly convert: (text: string, to: Version) => Effect.Effect<Converted, NotConvertible>
}

const CACHED_CHARACTERS = 50_000_000
const TIME_LIMIT = "30 seconds"
const MAX_REASON = 1000

/** The address of a manifest in another version, for each form in which the sandbox serves it. */
export const renamed = (id: string, to: Version): string => {
  const named = id.replace(/(:MANIFEST):[23]$/i, `$1:${to}`)
  if (/:MANIFEST:[23]$/i.test(id)) return named
  if (/\/iiif\/[23]\/[^/]*$/.test(id)) return id.replace(/\/iiif\/[23]\/([^/]*)$/, `/iiif/${to}/$1`)
  return /:MANIFEST$/i.test(id) ? `${id}:${to}` : `${id}:MANIFEST:${to}`
}

/** The converter checks what it is given by itself, and accepts any value. */
const isCandidate = (value: unknown): value is Presentation3.Manifest => isReadonlyObject(value)

const reasonOf = (error: { readonly notes: ReadonlyArray<{ readonly path: string; readonly problem: string }> }) =>
  error.notes.map(({ path, problem }) => path === "" ? problem : `${path}: ${problem}`).join("; ").slice(0, MAX_REASON)

const convertDocument = Effect.fnUntraced(function*(text: string, to: Version) {
  // Loaded here, because the sandbox starts faster without it.
  const presentation2 = yield* Effect.promise(() => import("@iiif-ingest/iiif/Presentation2"))
  const document: unknown = JSON.parse(text)
  const own = isReadonlyObject(document) ? document[to === "2" ? "id" : "@id"] : undefined
  const rename = (id: string) => id === own ? renamed(id, to) : id
  if (to === "3") return yield* presentation2.toPresentation3(document, { rename })
  if (!isCandidate(document)) return yield* new NotConvertible({ to, reason: "it is not an object" })
  return yield* presentation2.fromPresentation3(document, { rename })
})

/** Results by the content they come from, the least recently used dropped first. */
const makeCache = () => {
  const entries = new Map<string, Converted>()
  let size = 0
  const remove = (key: string) => {
    size -= entries.get(key)?.text.length ?? 0
    entries.delete(key)
  }
  const put = (key: string, value: Converted) => {
    remove(key)
    if (value.text.length > CACHED_CHARACTERS) return
    entries.set(key, value)
    size += value.text.length
    for (const oldest of entries.keys()) {
      if (size <= CACHED_CHARACTERS) break
      remove(oldest)
    }
  }
  return {
    get: (key: string) => {
      const found = entries.get(key)
      if (found !== undefined) put(key, found)
      return found
    },
    put
  }
}

export const make: Effect.Effect<Conversion> = Effect.gen(function*() {
  const cache = makeCache()
  const turn = yield* Semaphore.make(1)

  const convertNow = (text: string, to: Version) =>
    convertDocument(text, to).pipe(
      Effect.timeoutOrElse({
        duration: TIME_LIMIT,
        orElse: () => Effect.fail(new NotConvertible({ to, reason: "it takes longer than the sandbox waits" }))
      }),
      Effect.catchTag("ConversionError", (error) => Effect.fail(new NotConvertible({ to, reason: reasonOf(error) }))),
      Effect.map(({ lost, manifest }): Converted => ({ text: JSON.stringify(manifest), lost: lost.length }))
    )

  return {
    convert: Effect.fnUntraced(function*(text, to) {
      const key = createHash("sha256").update(to).update(text).digest("base64")
      // One at a time: who waits for the same manifest then finds it in the cache.
      return yield* turn.withPermits(1)(Effect.suspend(() => {
        const found = cache.get(key)
        return found === undefined
          ? Effect.tap(convertNow(text, to), (converted) => Effect.sync(() => cache.put(key, converted)))
          : Effect.succeed(found)
      }))
    })
  }
})
