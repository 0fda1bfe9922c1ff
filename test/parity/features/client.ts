import { NodeFileSystem } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import {
  Ids,
  ImageSource,
  Ingest,
  IngestImage,
  Job,
  LtsClient,
  Manifests,
  MpsConfig,
  ObjectStore,
  Reason,
  RetryPolicy,
  Status,
  Upload
} from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer, Option, Result, Schedule } from "effect"
import { sandboxSettings } from "../../../examples/support/sandboxLayers.ts"
import { withVariables } from "../../../packages/core/test/support/config.ts"
import { pathOf } from "../../support/pictures.ts"
import { account, inMemory, requestOf, run } from "../support/memory.ts"
import { type Feature, section } from "./Feature.ts"

const row = section("1.3")

const coffee = pathOf("coffee.png")
const falcon = pathOf("falcon9-strips.tif")
const manifest = { name: "ONE", label: "One" }
const jobId = Ids.JobId.make("6255a8a966b08c163ac5c880")

const manifestOf = (options: Parameters<typeof requestOf>[0], config?: MpsConfig.Options) =>
  Effect.map(requestOf(options, config), (request) => JSON.parse(JSON.stringify(request.manifest)))

const settingsOf = (options: Partial<MpsConfig.Options>) => MpsConfig.make({ ...account, ...options })

const scripted = (script: LtsClient.Script) => Status.layer.pipe(Layer.provide(LtsClient.layerScripted(script)))

const evidence = Reason.evidence(403, "no")

export const client: ReadonlyArray<Feature> = [
  row(
    "arguments and defaults",
    "MpsConfig has them all; environment, account, space, namespace and agent have no default",
    Effect.gen(function*() {
      const config = Result.getOrThrow(settingsOf({}))
      assert.deepStrictEqual(
        [config.account, config.space, config.namespace, config.assetPrefix, config.agent, config.environment.name],
        ["at", "atspace", "AT", "", "atagent", "qa"]
      )
      const missing = yield* Effect.flip(MpsConfig.fromConfig).pipe(withVariables({}))
      assert.deepStrictEqual(missing.problems.map(({ setting }) => setting), [
        "LTS_IIIF_ENVIRONMENT",
        "LTS_IIIF_ACCOUNT",
        "LTS_IIIF_SPACE",
        "LTS_IIIF_NAMESPACE",
        "LTS_IIIF_AGENT"
      ])
    })
  ),

  row(
    "arguments and defaults",
    "the agent is recorded as both creator and last modifier of an asset",
    Effect.gen(function*() {
      const request = yield* requestOf({ images: [IngestImage.file(coffee)], manifest }, {
        ...account,
        agent: "someone"
      })
      const [asset] = request.assets.image
      assert.deepStrictEqual([asset?.createdByAgent, asset?.lastModifiedByAgent], ["someone", "someone"])
    })
  ),

  row(
    "arguments and defaults",
    "with wire iiifingest the last modifier is atagent whoever the agent is, as the Python client sends it",
    Effect.gen(function*() {
      const request = yield* requestOf(
        {
          images: [IngestImage.file(coffee, { agent: "other" }), IngestImage.file(falcon)],
          manifest,
          wire: "iiifingest"
        },
        { ...account, agent: "someone" }
      )
      assert.deepStrictEqual(
        request.assets.image.map(({ createdByAgent, lastModifiedByAgent }) => [createdByAgent, lastModifiedByAgent]),
        [["other", "atagent"], ["someone", "atagent"]]
      )
    })
  ),

  row(
    "checks",
    "namespace has letters, digits, periods and is upper-cased; environment is one of four; all problems at once",
    Effect.sync(() => {
      const good = settingsOf({ namespace: "vpal.harvardonline" })
      assert.strictEqual(Result.getOrThrow(good).namespace, "VPAL.HARVARDONLINE")
      const bad = MpsConfig.make(JSON.parse(JSON.stringify({ ...account, namespace: "a-b", environment: "test" })))
      assert.deepStrictEqual(
        Result.isFailure(bad) ? bad.failure.problems.map(({ setting }) => setting).toSorted() : [],
        ["environment", "namespace"]
      )
    })
  ),

  row(
    "upload",
    "ingestProgram takes images with id, label and the rest of their Description, and uploads several at a time",
    Effect.gen(function*() {
      const { posted, report } = yield* run({
        images: [IngestImage.file(coffee, { id: "one", label: "First" }), IngestImage.file(falcon, { id: "two" })],
        manifest
      })
      assert.deepStrictEqual(report.assets.map(({ id }) => String(id)), ["one", "two"])
      assert.deepStrictEqual(posted[0]?.assets.image.map(({ identifier }) => identifier), ["AT:one", "AT:two"])
    })
  ),

  row(
    "upload",
    "an image's asset_id is assetId, taken as it is, without prefix or random part; its id gets both",
    Effect.gen(function*() {
      const { posted } = yield* run({
        images: [
          IngestImage.file(coffee, { assetId: "mcih235dad6fd15742bc91d167cbd59c7756" }),
          IngestImage.file(falcon, { id: "id123" })
        ],
        manifest,
        randomIds: true
      }, { ...account, assetPrefix: "myapp" })
      const [whole, made] = posted[0]?.assets.image ?? []
      assert.strictEqual(whole?.identifier, "AT:mcih235dad6fd15742bc91d167cbd59c7756")
      assert.match(made?.identifier ?? "", /^AT:myappid123[A-Za-z0-9]{22}$/)
    })
  ),

  row(
    "upload",
    "s3_path is keyPrefix, of an image, of Upload's call or configured; the root of the bucket is / on the wire too",
    Effect.gen(function*() {
      const { assets } = yield* requestOf({
        images: [
          IngestImage.file(coffee, { key: "coffee.png" }),
          IngestImage.file(falcon, { key: "falcon9-strips.tif", keyPrefix: "images" })
        ],
        manifest
      }, { ...account, keyPrefix: "/" })
      assert.deepStrictEqual(assets.image.map(({ storageSrcKey, storageSrcPath }) => [storageSrcPath, storageSrcKey]), [
        ["/", "coffee.png"],
        ["images/", "falcon9-strips.tif"]
      ])
    })
  ),

  row(
    "create_manifest",
    "a manifest without a name is named GEN plus 22 random letters and digits",
    Effect.gen(function*() {
      const { id } = yield* manifestOf({ images: [IngestImage.file(coffee)], manifest: { label: "x" } })
      assert.match(id, /^https:\/\/nrs-qa\.lib\.harvard\.edu\/URN-3:AT:GEN[A-Z0-9]{22}:MANIFEST:3$/)
    })
  ),

  row(
    "create_manifest",
    "labels, behaviors, providers, rights, required_statement, metadata, default_lang, service_type, service_profile",
    Effect.gen(function*() {
      const made = yield* manifestOf({
        images: [IngestImage.file(coffee)],
        manifest: {
          name: "ALL",
          label: { en: ["A"], fr: ["Un"] },
          behavior: ["continuous"],
          provider: [{ id: "https://library.harvard.edu", label: "Harvard Library" }],
          rights: "http://creativecommons.org/publicdomain/zero/1.0/",
          requiredStatement: { label: "Attribution", value: "Me" },
          metadata: [{ label: "Creator", value: { de: ["Niemand"] } }],
          language: "en",
          service: { type: "ImageService3", profile: "level1" }
        }
      })
      assert.deepStrictEqual(made.label, { en: ["A"], fr: ["Un"] })
      assert.deepStrictEqual(made.behavior, ["continuous"])
      assert.deepStrictEqual(made.provider, [
        { id: "https://library.harvard.edu", type: "Agent", label: { en: ["Harvard Library"] } }
      ])
      assert.strictEqual(made.rights, "http://creativecommons.org/publicdomain/zero/1.0/")
      assert.deepStrictEqual(made.requiredStatement, { label: { en: ["Attribution"] }, value: { en: ["Me"] } })
      assert.deepStrictEqual(made.metadata, [{ label: { en: ["Creator"] }, value: { de: ["Niemand"] } }])
      assert.deepStrictEqual(made.items[0].items[0].items[0].body.service, [
        { id: "https://mps-qa.lib.harvard.edu/assets/images/AT:coffee", type: "ImageService3", profile: "level1" }
      ])
    })
  ),

  row(
    "create_manifest",
    "prezi_version=2: the caller's own Presentation 2 manifest is sent as is",
    Effect.gen(function*() {
      const own = {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": "https://nrs-qa.lib.harvard.edu/URN-3:AT:OWN:MANIFEST:2",
        "@type": "sc:Manifest",
        label: "Own"
      }
      assert.deepStrictEqual(yield* manifestOf({ images: [IngestImage.file(coffee)], manifest: { asIs: own } }), own)
    })
  ),

  row(
    "create_manifest",
    "a manifest name of any case, and with underscores, is sent as it is; one that breaks the address is refused",
    Effect.gen(function*() {
      const manifests = yield* Manifests.Manifests
      for (const name of ["functional_test", "GENJQDmHuAeKC57iEbJE9Sjsc"]) {
        assert.strictEqual(
          yield* manifests.uri(name),
          `https://nrs-qa.lib.harvard.edu/URN-3:AT:${name}:MANIFEST:3`
        )
      }
      const error = yield* Effect.flip(manifests.uri("act 1/2"))
      assert.match(error.message, /it is part of the address, which cannot have " ", "\/"/)
    }).pipe(Effect.provide(inMemory()))
  ),

  row(
    "ingest",
    "the report has the job's id and reply; a failure is a typed error or a fate, never an empty id",
    Effect.gen(function*() {
      const { report } = yield* run({ images: [IngestImage.file(coffee)], manifest })
      assert.strictEqual(report.job?.id, jobId)
      assert.isTrue(report.job?.result?.succeeded)
      const client = yield* LtsClient.LtsClient
      const refused = yield* Effect.flip(
        client.initialize(yield* requestOf({ images: [IngestImage.file(coffee)], manifest }))
      )
      assert.strictEqual(refused.reason._tag, "NoJobId")
    }).pipe(Effect.provide(LtsClient.layerScripted({ initialize: [new LtsClient.NoJobId({ evidence })] })))
  ),

  row(
    "ingest",
    "policy_definition in both forms, for all images or for one",
    Effect.gen(function*() {
      const size = { height: 1200, width: 1200 }
      const limits = { authenticated: size, public: size }
      const own = { policy: limits, thumbnail: limits }
      const { assets } = yield* requestOf({
        images: [IngestImage.file(coffee), IngestImage.file(falcon, { policyDefinition: own })],
        manifest,
        policyDefinition: { policyGroupName: "restricted" }
      })
      assert.deepStrictEqual(assets.image.map(({ policyDefinition }) => policyDefinition), [
        { policyGroupName: "restricted" },
        own
      ])
    })
  ),

  row(
    "ingest",
    "without a manifest: Ingest.request for uploaded assets, and Ingest.submit under a custom id",
    Effect.gen(function*() {
      const upload = yield* Upload.Upload
      const ingest = yield* Ingest.Ingest
      const outcomes = yield* upload.all([ImageSource.file(coffee)])
      const assets = outcomes.flatMap((outcome) => outcome._tag === "Uploaded" ? [outcome.uploaded] : [])
      const request = yield* ingest.request({ assets })
      assert.deepStrictEqual(request.manifest, {})
      assert.strictEqual(request.assets.image.length, 1)
      const submitted = yield* ingest.submit("coffee alone", request)
      assert.deepStrictEqual(submitted.identifiers, ["AT:coffee"])
    }).pipe(Effect.provide(inMemory()))
  ),

  row(
    "jobstatus",
    "Status.get asks once, Status.await waits with the RetryPolicy's limit and intervals, Status.watch streams",
    Effect.gen(function*() {
      const status = yield* Status.Status
      assert.strictEqual((yield* status.get(jobId)).state, "queued")
      const ended = yield* status.await(jobId)
      assert.deepStrictEqual([Job.phase(ended.job), ended.succeeded], ["Succeeded", true])
    }).pipe(
      Effect.provide(scripted({ jobStatus: [{ state: "queued" }, { state: "running" }, { state: "success" }] })),
      Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.standard, poll: Schedule.recurs(10) })
    )
  ),

  row(
    "servicestatus",
    "Status.version returns the service's reply, or fails with the reason",
    Effect.gen(function*() {
      const up = yield* Status.Status.use(({ version }) => version).pipe(
        Effect.provide(scripted({ version: [{ version: "1.0" }] }))
      )
      assert.deepStrictEqual(up, { version: "1.0" })
      const down = yield* Status.Status.use(({ version }) => version).pipe(
        Effect.provide(scripted({ version: [new LtsClient.Forbidden({ evidence })] })),
        Effect.flip
      )
      assert.deepStrictEqual([down.operation, down.reason._tag], ["version", "Forbidden"])
    })
  ),

  row(
    "arguments and defaults",
    "jwt_creds and boto_session are layers: any Credentials, any AWS session",
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const session = yield* sandbox.issueSession({ lifetime: "1 hour" })
      const { bucket, endpoint, region } = sandbox.s3
      const store = S3ObjectStore.layer().pipe(
        Layer.provide(S3Client.layer({ endpoint, region, credentials: session })),
        Layer.provide(MpsConfig.layer(sandboxSettings(sandbox))),
        Layer.provide(NodeFileSystem.layer)
      )
      yield* ObjectStore.ObjectStore.use((store) =>
        store.put("images/a", ObjectStore.bytes(new Uint8Array([1])), { contentType: "image/png", metadata: {} })
      ).pipe(Effect.provide(store))
      assert.isTrue(Option.isSome(yield* sandbox.object(bucket, "images/a")))
    }).pipe(Effect.provide(Sandbox.Sandbox.layer()))
  )
]
