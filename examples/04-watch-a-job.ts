/**
 * The services one by one, in place of the whole program: upload, build, submit, and then watch the job as a stream of
 * its states. Whoever knows the id of a job can watch it, from any machine, at any time.
 *
 *     tsx examples/04-watch-a-job.ts
 */
import { Sandbox } from "@iiif-ingest/sandbox"
import { Console, Effect, Layer, Path, Schedule, Stream } from "effect"
import { ImageSource, Ingest, Job, Main, Manifests, RetryPolicy, Status, Upload } from "iiif-ingest"
import { onSandbox } from "./support/sandboxLayers.ts"

const submitCoffee = Effect.gen(function*() {
  const path = yield* Path.Path
  const manifests = yield* Manifests.Manifests
  const ingest = yield* Ingest.Ingest
  const upload = yield* Upload.Upload

  const [outcome] = yield* upload.all([ImageSource.file(path.join(import.meta.dirname, "images/coffee.png"))])
  if (outcome === undefined) return yield* Effect.die("one image, one outcome")
  if (outcome._tag === "Failed") return yield* outcome.error
  const { uploaded } = outcome

  const uri = yield* manifests.uri("COFFEE")
  const manifest = yield* manifests.build(uri, { label: "Coffee" }, [uploaded.asset])
  const { jobId } = yield* ingest.submit(uri, yield* ingest.request({ assets: [uploaded], manifest }))
  return jobId
})

const program = Effect.gen(function*() {
  const jobId = yield* submitCoffee
  yield* Console.log(`job ${jobId}`)

  const status = yield* Status.Status
  yield* status.watch(jobId).pipe(
    Stream.tap((job) => Console.log(`${job.state.padEnd(8)} ${Job.phase(job)}`)),
    Stream.runDrain
  )
})

/** This sandbox shows one state more each time it is asked. */
const layers = Layer.provideMerge(onSandbox, Sandbox.Sandbox.layer({ pace: "per-poll" }))

program.pipe(
  Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.standard, poll: Schedule.spaced("50 millis") }),
  Effect.provide(layers),
  Main.run
)
