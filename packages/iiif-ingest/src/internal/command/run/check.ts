/** `check`: finds what is wrong with a manifest, by IIIF's rules and those of MPS. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as MpsEnvironment from "@iiif-ingest/core/config/MpsEnvironment"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import type * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as DocumentReader from "@iiif-ingest/lts-http/DocumentReader"
import * as ProxiedHttpClient from "@iiif-ingest/node/ProxiedHttpClient"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { Screen } from "../../terminal/screen.ts"
import type { Style } from "../../terminal/style.ts"
import { counted } from "../../terminal/units.ts"
import type * as Documents from "../documents.ts"
import { exitCodes } from "../exitCodes.ts"
import { Usage } from "../failure.ts"
import type { Run } from "../running.ts"
import { environmentName } from "./environment.ts"
import { textOf as fileText } from "./readAssets.ts"

export interface Input {
  readonly manifest: string
}

const client = Layer.unwrap(Effect.map(ProxySettings.resolve({}), ProxiedHttpClient.layer))

const read = (manifest: string) =>
  /^https?:\/\//i.test(manifest)
    ? DocumentReader.read(manifest).pipe(
      Effect.map(({ bytes }) => new TextDecoder().decode(bytes)),
      Effect.provide(client)
    )
    : fileText(manifest)

const parse = (name: string, text: string): Effect.Effect<unknown, Usage> =>
  Effect.try({
    try: (): unknown => JSON.parse(text.replace(/^\uFEFF/, "")),
    catch: () => new Usage({ detail: `${visible(name)} is no JSON: give the manifest itself, not a page about it` })
  })

/** The addresses of the environment, if one is named: a manifest's own is compared with them. */
const environment = Effect.gen(function*() {
  const name = yield* environmentName
  if (Option.isNone(name)) return undefined
  const given = yield* Effect.orElseSucceed(Config.withDefault(Config.String("LTS_IIIF_MANIFEST_URL"), ""), () => "")
  const made = MpsEnvironment.make(name.value, given.trim() === "" ? {} : { manifestUrl: given.trim() })
  return Option.getOrUndefined(Result.getSuccess(made))
})

const lines = (style: Style, { message, path, remedy, severity, code, omitted = 0 }: Manifest.Finding) => [
  `${style[severity](severity)}: ${path === "" ? "" : `${visible(path)}: `}${visible(message)} ${
    style.faint(`[${code}]`)
  }`,
  `  ${visible(remedy)}`,
  ...(omitted > 0 ? [`  and ${omitted} more like this`] : [])
]

const count = (findings: ReadonlyArray<Manifest.Finding>, severity: Manifest.Finding["severity"]): number =>
  findings.reduce((sum, one) => one.severity === severity ? sum + 1 + (one.omitted ?? 0) : sum, 0)

export const run: Run<Input> = Effect.fnUntraced(function*({ manifest: name }) {
  const screen = yield* Screen
  const document = yield* parse(name, yield* read(name))
  const known = yield* environment
  const all = Manifests.check(document, known === undefined ? {} : { environment: known })
  const [errors, warnings] = [count(all, "error"), count(all, "warning")]
  const shown = all.filter(({ severity }) => severity === "error" || !screen.quiet)
    .toSorted((one, other) => Number(other.severity === "error") - Number(one.severity === "error"))
  const found: typeof Documents.Check.Type = {
    format: "iiif-ingest check",
    version: 1,
    name,
    errors,
    warnings,
    findings: all
  }
  const summary = `${visible(name)}: ${counted(errors, "error")}, ${counted(warnings, "warning")}`
  yield* screen.result([...shown.flatMap((finding) => lines(screen.style, finding)), summary].join("\n"), found)
  return errors > 0 ? exitCodes.incomplete : exitCodes.done
})
