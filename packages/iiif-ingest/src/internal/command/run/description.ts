/** The description of a manifest, from the flags. */
import type * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { manifestName } from "../../manifestName.ts"
import { Usage } from "../failure.ts"
import { given } from "./environment.ts"

export interface Input {
  readonly name: Option.Option<string>
  readonly label: Option.Option<string>
  readonly language: Option.Option<string>
  readonly rights: Option.Option<string>
  readonly summary: Option.Option<string>
  readonly attribution: Option.Option<string>
  readonly behavior: ReadonlyArray<string>
  readonly viewingDirection: Option.Option<"left-to-right" | "right-to-left" | "top-to-bottom" | "bottom-to-top">
  readonly metadata: ReadonlyArray<string>
}

const metadataOf = (lines: ReadonlyArray<string>) =>
  Effect.forEach(lines, (line) => {
    const at = line.indexOf("=")
    return at > 0
      ? Effect.succeed({ label: line.slice(0, at), value: line.slice(at + 1) })
      : new Usage({ detail: "--metadata takes a label and its value, as in --metadata Creator=Shakespeare" })
  })

/** `title`: what the images are called together, which name and label are made of where they are not given. */
export const describe = Effect.fnUntraced(function*(input: Input, title: string) {
  const name = Option.getOrElse(input.name, () => manifestName(title))
  if (name === "") {
    return yield* new Usage({
      detail: "no name can be made of the folder's, which has no letters A to Z or digits: give one with --name"
    })
  }
  const { attribution, behavior, label, language, metadata, rights, summary, viewingDirection } = input
  const description: Manifests.Description = {
    name,
    label: Option.getOrElse(label, () => title),
    ...given("language", language),
    ...given("rights", rights),
    ...given("summary", summary),
    ...given("viewingDirection", viewingDirection),
    ...(behavior.length === 0 ? {} : { behavior }),
    ...(Option.isSome(attribution)
      ? { requiredStatement: { label: "Attribution", value: attribution.value } }
      : {}),
    ...(metadata.length === 0 ? {} : { metadata: yield* metadataOf(metadata) })
  }
  return description
})
