/**
 * The whole way against a real environment: two pictures under ids of their own, so that it can be run again and again.
 * Settings come from the variables `LTS_IIIF_*`, and an option goes before its variable; for S3, AWS's own variables or
 * profile. A sandbox prints such variables when it starts.
 *
 *     tsx examples/live.ts --issuer atissuer --space atdarth --environment qa --asset-prefix myapp
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { ConfigProvider, Effect, Layer, Option, Path, Schema } from "effect"
import { CliError, Command, Flag } from "effect/cli"
import { IngestImage, IngestProgram, IngestReport, Live } from "iiif-ingest"
import { showProgress, showReport } from "./support/show.ts"

const variables = {
  issuer: "LTS_IIIF_ISSUER",
  account: "LTS_IIIF_ACCOUNT",
  space: "LTS_IIIF_SPACE",
  namespace: "LTS_IIIF_NAMESPACE",
  agent: "LTS_IIIF_AGENT",
  environment: "LTS_IIIF_ENVIRONMENT",
  "asset-prefix": "LTS_IIIF_ASSET_PREFIX"
}

type Name = keyof typeof variables

const option = (name: Name, what: string) =>
  Flag.String(name).pipe(Flag.optional, Flag.withDescription(`${what} (default: ${variables[name]})`))

const options = {
  issuer: option("issuer", "Who signs, as LTS registered it"),
  account: option("account", "The account at LTS"),
  space: option("space", "The space of the assets"),
  namespace: option("namespace", "The namespace of ids and manifests"),
  agent: option("agent", "Who is recorded as having made the assets"),
  environment: option("environment", "dev, qa, prod or sandbox"),
  "asset-prefix": option("asset-prefix", "Put before every asset id")
}

/** Flags take precedence over variables. */
const given = (flags: { readonly [K in Name]: Option.Option<string> }) =>
  ConfigProvider.layerAdd(
    ConfigProvider.fromUnknown(Object.fromEntries(
      Object.entries(flags).flatMap(([name, flag]) =>
        Option.isSome(flag) ? [[variables[name as Name], flag.value]] : []
      )
    )),
    { asPrimary: true }
  )

class NotComplete extends Schema.TaggedError<NotComplete>()("NotComplete", {}) {
  override readonly message = "not everything is served: see the table"
}

const ingest = Effect.gen(function*() {
  const path = yield* Path.Path
  const picture = (name: string, label: string) =>
    IngestImage.file(path.join(import.meta.dirname, "images", name), { label })

  const report = yield* IngestProgram.ingestProgram({
    images: [picture("coffee.png", "Coffee"), picture("falcon9-strips.tif", "Falcon 9 carrying DSCOVR")],
    manifest: {
      label: "Live test of iiif-ingest",
      requiredStatement: { label: "Attribution", value: "Rachel Michetti, SpaceX" }
    },
    randomIds: true
  }).pipe(showProgress)
  yield* showReport(report)
  if (!IngestReport.isComplete(report)) return yield* new NotComplete()
})

const live = Command.make("live", options, (flags) =>
  ingest.pipe(
    Effect.provide(Layer.provide(Live.layerConfig, given(flags))),
    Effect.mapError((cause) => new CliError.UserError({ cause, userMessage: cause.message }))
  )).pipe(Command.withDescription("Takes two pictures the whole way on a real environment"))

live.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)
