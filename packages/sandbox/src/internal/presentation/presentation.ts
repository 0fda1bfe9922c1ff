/** Assembles what stores, converts and serves manifests. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import type { Unreadable } from "../../SandboxError.ts"
import type { Namespaces } from "../ingest/namespaces.ts"
import type { Folder } from "../state/files.ts"
import * as Conversion from "./conversion.ts"
import * as Documents from "./documents.ts"
import * as EmbedApi from "./embedApi.ts"
import * as Manifests from "./manifests.ts"
import * as PresentationApi from "./presentationApi.ts"

interface Presentation extends PresentationApi.PresentationApi, EmbedApi.EmbedApi {
  readonly manifests: Manifests.Manifests
  readonly documents: Documents.Documents
}

export const make = Effect.fnUntraced(function*(
  base: string,
  folder: Folder,
  namespaces: Namespaces
): Effect.fn.Return<Presentation, PlatformError | Unreadable> {
  const manifests = yield* Manifests.make(folder, namespaces)
  const documents = Documents.make(manifests, yield* Conversion.make)
  return {
    manifests,
    documents,
    ...PresentationApi.make({ base, documents }),
    ...EmbedApi.make({ base, documents })
  }
})
