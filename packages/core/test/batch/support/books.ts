/** Plans of small pictures in a temporary folder, made without the pre-flight. */
import { NodeServices } from "@effect/platform-node"
import { BatchProgram, IngestProgram, Journal, MpsEnvironment, type Plan, TestMps } from "@iiif-ingest/core"
import { AssetId, ManifestName, ManifestUri, Namespace } from "@iiif-ingest/core/base/Ids"
import * as Fingerprint from "@iiif-ingest/core/image/Fingerprint"
import { Effect, Fiber, FileSystem, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { png, pngChunk } from "../../support/imageCorpus.ts"

const environment = Result.getOrThrow(MpsEnvironment.make("qa"))

/** The services of a batch on a journal, for the service in memory that is in the context. */
export const onJournal = (journal: Layer.Layer<Journal.Journal>) =>
  BatchProgram.layer.pipe(Layer.provideMerge(IngestProgram.layer()), Layer.provideMerge(journal))

/** Everything that a batch needs, in memory; `journal` is a journal in place of the usual one. */
export const inMemory = (options: TestMps.Options = {}, journal: Layer.Layer<Journal.Journal> = Journal.layerMemory) =>
  onJournal(journal).pipe(
    Layer.provideMerge(TestMps.layerPorts({ jobDuration: "10 millis", ...options })),
    Layer.provideMerge(NodeServices.layer)
  )

/** Writes a picture whose size and bytes follow from a number. */
export const draw = (root: string, file: string, n: number): void => {
  const path = Path.join(root, file)
  Fs.mkdirSync(Path.dirname(path), { recursive: true })
  Fs.writeFileSync(path, png(20 + n % 7, 30, { chunks: [pngChunk("tEXt", [...Buffer.from(`n\0${n}`)])] }))
}

/** The plan of a picture that is there. */
const imageOf = Effect.fnUntraced(function*(root: string, file: string, row: number, n: number) {
  const id = AssetId.make(file.replace(/\.\w+$/, "").replace(/[^A-Za-z0-9]/g, ""))
  const image: Plan.PlannedImage = {
    file,
    id,
    key: `images/${id}.png`,
    width: 20 + n % 7,
    height: 30,
    mediaType: "image/png",
    fingerprint: yield* Fingerprint.ofFile(Path.join(root, file)),
    description: { label: `Page ${n}` },
    origin: { source: "pages.csv", row, cells: { file } }
  }
  return image
})

/** A plan of books, each with so many pages, and its folder. */
export const plan = Effect.fnUntraced(function*(pages: ReadonlyArray<number>) {
  const root = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  let n = 0
  const manifests: Array<Plan.PlannedManifest> = []
  for (const [book, count] of pages.entries()) {
    const name = `BOOK${book + 1}`
    const images: Array<Plan.PlannedImage> = []
    for (let page = 1; page <= count; page++) {
      n += 1
      const file = `book${book + 1}/page${page}.png`
      draw(root, file, n)
      images.push(yield* imageOf(root, file, n + 1, n))
    }
    manifests.push({
      id: ManifestUri.make(
        MpsEnvironment.manifestUri(environment, Namespace.make("TEST"), ManifestName.make(name))
      ),
      description: { name, label: `Book ${book + 1}` },
      origin: { source: "pages.csv" },
      images
    })
  }
  const made: Plan.Plan = {
    format: "iiif-ingest plan",
    version: 1,
    environment: "qa",
    account: "test",
    space: "testspace",
    namespace: Namespace.make("TEST"),
    bucket: MpsEnvironment.bucketName(environment, "test", "testspace"),
    root,
    manifests
  }
  return { plan: made, root }
})

/** The plan with the files as they are now. */
export const again = (plan: Plan.Plan) =>
  Effect.map(
    Effect.forEach(plan.manifests, (manifest) =>
      Effect.map(
        Effect.forEach(
          manifest.images,
          (image) =>
            Effect.map(
              Fingerprint.ofFile(Path.join(plan.root, image.file)),
              (fingerprint) => ({ ...image, fingerprint })
            )
        ),
        (images) => ({ ...manifest, images })
      )),
    (manifests): Plan.Plan => ({ ...plan, manifests })
  )

/** The plan with one of its manifests changed. */
export const withManifest = (
  plan: Plan.Plan,
  at: number,
  change: (manifest: Plan.PlannedManifest) => Plan.PlannedManifest
): Plan.Plan => ({
  ...plan,
  manifests: plan.manifests.map((manifest, index) => index === at ? change(manifest) : manifest)
})

/** Runs an effect on the clock of a test: reading pictures takes real time, and jobs take virtual time. */
export const drive = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const running = yield* Effect.forkChild(effect)
  while (running.pollUnsafe() === undefined) {
    yield* TestClock.adjust("1 minute")
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
  }
  return yield* Fiber.join(running)
})
