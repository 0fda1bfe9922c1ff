import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { BatchReport, Fate, type Plan } from "@iiif-ingest/core"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Layer, Option } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as JournalFile from "../resume/support/journalFile.ts"
import { random } from "../resume/support/program.ts"
import * as BatchRun from "./support/batchRun.ts"
import * as Pages from "./support/pages.ts"

/** The size of the batch, the number of kills and the random seed; `npm run soak` applies the full batch. */
const images = Number(process.env["BATCH_IMAGES"] ?? 60)
const manifests = Number(process.env["BATCH_MANIFESTS"] ?? 6)
const kills = Number(process.env["BATCH_KILLS"] ?? 4)
const seed = Number(process.env["KILL_SEED"] ?? 1)

const [jobsInFlight, concurrency] = [4, 8]
/** Longer than a job of the batch takes: what is not served then is not there. */
const deliveryMillis = images > 200 ? 10_000 : 3_000
const perManifest = Math.ceil(images / manifests)
/** As many as MPS says nothing of, in a job that it calls a success, unless that is all of a small one. */
const dead = Math.min(9, perManifest - 1)

type Request = BatchRun.Run["requests"][number]

const isChange = ({ op }: Request): boolean => op === "PutObject" || op === "Initialize"

const keyOf = (request: Request): string =>
  decodeURIComponent(new URL(request.path, "http://sandbox").pathname.split("/").slice(3).join("/"))

/** The images of the second manifest that never become any. */
const deadIn = (plan: Plan.Plan) => (plan.manifests[1]?.images ?? []).slice(0, dead)

const faultsFor = (plan: Plan.Plan): ReadonlyArray<Faults.FaultRule> => [
  ...deadIn(plan).map(({ id }): Faults.FaultRule => ({
    match: { op: "IngestAsset", assetId: id },
    effect: { type: "childFailure", message: "the converter gave up" }
  })),
  { match: { op: "PutObject" }, probability: 0.03, effect: { type: "throttle", retryAfterSeconds: 0 } },
  { match: { op: "PutObject" }, probability: 0.02, effect: { type: "lostReply" } },
  { match: { op: "Initialize" }, probability: 0.1, effect: { type: "lostReply" } },
  { match: { op: "JobStatus" }, probability: 0.05, effect: { type: "throttle", retryAfterSeconds: 0 } },
  // so few that they are over before the last look at an image that is dead
  {
    match: { op: "ImageInfo" },
    probability: 0.02,
    times: Math.max(5, images / 50),
    effect: { type: "throttle", retryAfterSeconds: 0 }
  }
]

/** Everything that the service has in the end, except when. */
const endState = Effect.fnUntraced(function*(plan: Plan.Plan) {
  const sandbox = yield* Sandbox.Sandbox
  const planned = plan.manifests.flatMap(({ images }) => images)
  const objects = yield* Effect.forEach(
    planned,
    ({ key }) =>
      Effect.map(sandbox.object(sandbox.s3.bucket, key), (found) => {
        const object = Option.getOrUndefined(found)
        return object === undefined ? { key } : { key, crc32: object.crc32, etag: object.etag, size: object.size }
      })
  )
  const get = (url: string) =>
    Effect.promise(async () => {
      const response = await fetch(url)
      return { url, status: response.status, body: await response.text() }
    })
  yield* sandbox.faults.set([])
  const infos = yield* Effect.forEach(
    planned,
    ({ id }) => get(`${sandbox.url}/assets/images/${plan.namespace}:${id}/info.json`),
    { concurrency: 8 }
  )
  const served = yield* Effect.forEach(plan.manifests, ({ id }) => get(id))
  return { objects, infos, served }
})

const fatesOf = (report: BatchReport.BatchReport | undefined) =>
  report?.manifests.map(({ images, name, problem, report }) => ({
    name,
    problem,
    manifest: report?.manifest,
    images: images.map(({ fate, file }) => `${file}: ${Fate.describeAsset(fate)}`)
  }))

/** The posts that reached the service, by manifest. */
const jobsOf = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  const jobs = yield* sandbox.jobs.list
  // a job names its manifest by the part of the address that does not depend on the version
  const nameOf = (manifest = "") => /[A-Z0-9]+:(BOOK\d+)(?::|$)/i.exec(manifest)?.[1]?.toUpperCase() ?? manifest
  return Map.groupBy(jobs.filter(({ manifest }) => manifest !== undefined), ({ manifest }) => nameOf(manifest))
})

/** Whether a run says that it does not know of some images, so that a person would run the same again. */
const isUnsettled = ({ report }: BatchRun.Run): boolean =>
  report !== undefined && BatchReport.counts(report).fates.Unknown > 0

/** The reply to what was posted again may be lost as well, but not for ever. */
const maxRepeats = 3

const layers = Layer.merge(Sandbox.Sandbox.layer({ seed: 7 }), NodeFileSystem.layer)

describe("a batch whose process is killed", () => {
  it.live(
    `ends as an unbroken one (${images} images, ${manifests} manifests, ${kills} kills)`,
    () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
        const { path, plan } = yield* Pages.write(folder, images, manifests)
        const task = (journal: string): BatchRun.Task => ({
          plan: path,
          journal: Path.join(folder, journal),
          jobsInFlight,
          concurrency,
          deliveryMillis
        })

        yield* sandbox.faults.set(faultsFor(plan))
        const first = yield* BatchRun.run(task("unbroken.sqlite"))
        let unbroken = first
        for (let repeat = 0; repeat < maxRepeats && isUnsettled(unbroken); repeat++) {
          unbroken = yield* BatchRun.run(task("unbroken.sqlite"))
        }
        const changes = first.requests.filter(isChange).length
        const expectedFates = fatesOf(unbroken.report)
        assert.isDefined(expectedFates, unbroken.stderr)
        const expected = yield* endState(plan)

        yield* sandbox.reset
        yield* sandbox.faults.set(faultsFor(plan))
        const journal = task("killed.sqlite")
        const next = random(seed)
        const moments = new Map<string, number>()
        let [sentTwice, bytesAgain] = [0, 0]
        let remembered = JournalFile.read(journal.journal)
        let last: BatchRun.Run | undefined
        for (let left = kills; last === undefined; left--) {
          // most kills are among the requests that change something, the others anywhere
          const anywhere = next() < 0.3
          let events = left <= 0 ? Infinity : 1 + Math.floor(next() * (2 * changes / kills) * (anywhere ? 3 : 1.5))
          let moment = ""
          const run = yield* BatchRun.run(journal, (request) => {
            if (!anywhere && !isChange(request)) return false
            events -= 1
            if (events === 0) moment = `${request.op} ${request.ended === undefined ? "started" : "ended"}`
            return events === 0
          })
          for (const request of run.requests) {
            if (request.op !== "PutObject") continue
            assert.isFalse(remembered.finished.has(keyOf(request)), `${keyOf(request)} was sent before`)
          }
          remembered = JournalFile.read(journal.journal)
          if (run.killed) {
            moments.set(moment, (moments.get(moment) ?? 0) + 1)
            const lost = run.requests.filter((r) => r.op === "PutObject" && !remembered.finished.has(keyOf(r)))
            assert.isAtMost(new Set(lost.map(keyOf)).size, concurrency)
            sentTwice += new Set(lost.map(keyOf)).size
            bytesAgain += lost.reduce((sum, { bytesIn }) => sum + bytesIn, 0)
          } else if (isUnsettled(run) && -left < maxRepeats) continue
          else last = run
        }
        const killed = [...moments.values()].reduce((sum, count) => sum + count, 0)
        assert.isAtLeast(killed, Math.min(kills, 3))

        // every image has a fate, and it is the one of the unbroken run
        assert.deepStrictEqual(fatesOf(last.report), expectedFates, last.stderr)
        const report = last.report
        assert.isDefined(report)
        assert.deepStrictEqual(
          report.manifests.flatMap(({ images }) => images.map(({ id }) => id)),
          plan.manifests.flatMap(({ images }) => images.map(({ id }) => id))
        )
        assert.isFalse(BatchReport.isComplete(report, plan))
        const { fates } = BatchReport.counts(report)
        assert.deepStrictEqual([fates.Served, fates.NotServed], [images - dead, dead])

        // no job is there twice without the report saying so
        const jobs = yield* jobsOf
        assert.strictEqual(jobs.size, manifests)
        let again = 0
        for (const { name, report: ended } of report.manifests) {
          const count = jobs.get(name)?.length ?? 0
          assert.isAtLeast(count, 1, `${name} of ${[...jobs.keys()].join(", ")}`)
          if (count === 1) continue
          again += 1
          assert.isTrue(ended?.resubmitted, `${name} has ${count} jobs`)
        }
        assert.deepStrictEqual(yield* endState(plan), expected)
        yield* Effect.logInfo(
          `${killed} kills, seed ${seed}; in flight at a kill and sent again: ${sentTwice} objects, ${bytesAgain} bytes; ` +
            `manifests posted again, and said so: ${again}; killed at: ` +
            [...moments].map(([moment, times]) => `${moment} ${times} times`).join(", ")
        )
        Fs.rmSync(journal.journal)
      }).pipe(Effect.scoped, Effect.provide(layers)),
    60_000 + kills * 60_000
  )
})
