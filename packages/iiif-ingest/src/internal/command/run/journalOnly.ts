/** The layer of commands that need settings and the journal alone: no credentials, no clients. */
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as NodeJournal from "@iiif-ingest/node/NodeJournal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Usage } from "../failure.ts"
import type { GlobalValues } from "../globals.ts"
import { type Given, liveOptions } from "./environment.ts"

export const layer = (globals: GlobalValues, flags: Given = {}) => {
  const journal = Option.match(globals.journal, {
    onNone: () => NodeJournal.layerConfig,
    onSome: (path) => NodeJournal.layer({ path })
  })
  const config = Layer.effect(MpsConfig.MpsConfig, MpsConfig.resolve(liveOptions(globals, flags).config ?? {}))
  return journal.pipe(Layer.provideMerge(config))
}

/** Each bucket has a journal of its own, so that of another one would only say that nothing was ingested. */
export const requireBucket = Effect.fnUntraced(
  function*(plan: { readonly bucket: string; readonly environment: string }) {
    const { bucket } = yield* MpsConfig.MpsConfig
    if (bucket !== plan.bucket) {
      return yield* new Usage({
        detail: `the plan is for ${plan.environment} and bucket ${plan.bucket}, and the settings are for ${bucket}: ` +
          "give --env, or the account and space that the plan was made for"
      })
    }
  }
)
