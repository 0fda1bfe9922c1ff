/** The versions of manifests that the sandbox can serve: those that were sent, and the others converted. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import type { Conversion, NotConvertible } from "./conversion.ts"
import type { Version } from "./manifestName.ts"
import type { Manifests } from "./manifests.ts"

export interface Document {
  readonly text: string
  /** `undefined` for a version that was sent. */
  readonly convertedFrom: Version | undefined
  /** How much of the version that was sent is not in it. */
  readonly lost: number
}

export interface Documents {
  /** The newest version that was sent, or `undefined` for an unknown key. */
  readonly newest: (key: string) => Version | undefined
  /** `undefined` for an unknown key. */
  readonly read: (key: string, version: Version) => Effect.Effect<Document | undefined, NotConvertible | PlatformError>
}

export const make = (manifests: Manifests, conversion: Conversion): Documents => {
  const newest = (key: string) => manifests.versions(key).at(-1)
  return {
    newest,
    read: Effect.fnUntraced(function*(key, version) {
      const sent = manifests.versions(key).includes(version) ? version : newest(key)
      if (sent === undefined) return undefined
      const text = yield* manifests.read(key, sent)
      if (sent === version) return { text, convertedFrom: undefined, lost: 0 }
      const converted = yield* conversion.convert(text, version)
      return { ...converted, convertedFrom: sent }
    })
  }
}
