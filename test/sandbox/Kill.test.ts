/**
 * A sandbox that is killed (SIGKILL) at any moment of its work, and started again on the same folder, has every object
 * whole, old or new, and ends every job that it had accepted. `KILLS` kills instead of 6, from `KILL_SEED`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schedule, Schema } from "effect"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import sharp from "sharp"
import * as SeededRandom from "../../packages/sandbox/src/internal/seededRandom.ts"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { temporaryDirectory } from "../../packages/sandbox/test/support/files.ts"
import { Printed } from "../../packages/sandbox/test/support/printed.ts"
import { start } from "../support/child.ts"

const KILLS = Number(process.env["KILLS"] ?? 6)
const SEED = Number(process.env["KILL_SEED"] ?? 1)

const decode = Schema.decodeUnknownEffect(Printed)
const decodeJob = Schema.decodeSync(Schema.fromJsonString(Schema.Struct({ state: Schema.String })))
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

const launch = (directory: string) =>
  Effect.gen(function*() {
    const args = ["packages/sandbox/src/bin.ts", "start", "--json", "--port", "0", "--data", directory]
    const child = yield* start(process.execPath, args)
    const { s3, ...connection } = yield* decode(yield* Effect.promise(() => child.firstLine))
    return { child, ...connection, s3: { ...s3, secretAccessKey: Redacted.make(s3.secretAccessKey) } }
  })
type Running = Effect.Success<ReturnType<typeof launch>>

/** What a client knows. */
interface Known {
  /** By key: the contents that the object may have, of which the first was acknowledged. */
  readonly contents: Map<string, Array<string | undefined>>
  readonly jobs: Set<string>
  /** By id: the widths that the asset may have. */
  readonly widths: Map<string, Array<number>>
}

interface Work {
  readonly known: Known
  readonly sandbox: Running
  readonly random: () => number
  /** Called at each reply; kills the sandbox at one of them. */
  readonly replied: (to: "object" | "job") => void
}

/** The end of the connection is what the kill looks like. */
const unlessKilled = <A>(call: Promise<A>) => Effect.promise(() => call.catch(() => undefined))

const putObject = Effect.fnUntraced(function*({ known, replied, sandbox }: Work, key: string, body: Uint8Array) {
  const before = known.contents.get(key) ?? [undefined]
  known.contents.set(key, [...before, sha256(body)])
  const response = yield* unlessKilled(Client.s3(sandbox, { method: "PUT", key, body }))
  if (response === undefined) return
  assert.strictEqual(response.status, 200)
  known.contents.set(key, [sha256(body)])
  replied("object")
})

const noise = (random: () => number, bytes: number) => {
  const buffer = Buffer.alloc(bytes)
  for (let at = 0; at + 4 <= bytes; at += 4) buffer.writeUInt32LE(Math.floor(random() * 2 ** 32), at)
  return buffer
}

const ingest = Effect.fnUntraced(function*(work: Work, ids: ReadonlyArray<string>) {
  const { known, random, replied, sandbox } = work
  const width = 600 + Math.floor(random() * 900)
  const height = 700
  const raw = { width, height, channels: 3 as const }
  const image = yield* Effect.promise(() => sharp(noise(random, width * height * 3), { raw }).jpeg().toBuffer())
  yield* Effect.forEach(ids, (id) => putObject(work, `images/${id}.jpg`, image), { discard: true })
  for (const id of ids) known.widths.set(id, [...known.widths.get(id) ?? [], width])
  // An asset that is created must not stand in the way of its own job, when that goes on.
  const unique = `N${Math.floor(random() * 2 ** 48).toString(36)}`
  const shared = ids.map((id) => ({ id, key: `${id}.jpg`, width, height }))
  const created = { id: unique, action: "create", key: `${ids[0]}.jpg`, width, height }
  const assets = [...shared, created]
  const answer = yield* Effect.option(Client.initialize(sandbox, Client.ingestRequest(assets)))
  if (answer._tag === "None") return
  assert.strictEqual(answer.value.status, 200, answer.value.text)
  known.jobs.add(Client.jobId(answer.value))
  replied("job")
})

/** Puts objects again and again, and ingests images, until the sandbox is killed at one of its replies. */
const workUntilKilled = Effect.fnUntraced(function*(sandbox: Running, known: Known, random: () => number) {
  let left = 1 + Math.floor(random() * 12)
  // A job that has just been accepted has not ended yet.
  const atJob = random() < 0.5
  let killed = false
  const replied: Work["replied"] = (to) => {
    if (--left <= 0 && !killed && (to === "job" || !atJob)) killed = sandbox.child.process.kill("SIGKILL")
  }
  const work: Work = { known, sandbox, random, replied }
  const puts = (name: string) =>
    Effect.forEach(
      [1, 2, 3, 4],
      () => Effect.suspend(() => putObject(work, `images/${name}.bin`, noise(random, Math.floor(random() * 2e6)))),
      { discard: true }
    )
  const ingests = (name: string) => Effect.forEach([1, 2, 3], (page) => ingest(work, [`${name}${page}`, `${name}X`]))
  yield* Effect.all([puts("one"), puts("two"), ingests("A"), ingests("B")], { concurrency: "unbounded" })
  assert.isTrue(killed)
  yield* Effect.promise(() => sandbox.child.ended)
})

const bytesOf = (response: Response) => Effect.promise(() => response.bytes())

const checkObjects = Effect.fnUntraced(function*(sandbox: Running, known: Known) {
  for (const [key, contents] of known.contents) {
    const response = yield* Effect.promise(() => Client.s3(sandbox, { method: "GET", key }))
    const found = response.status === 404 ? undefined : sha256(yield* bytesOf(response))
    assert.include(contents, found, `${key} is neither what it was nor what was sent`)
    known.contents.set(key, [found])
  }
})

/** A later ingest may put another picture under the shared key before the job of an earlier one reads it. */
const isReplaced = (error: unknown): boolean =>
  /^SANDBOX:[AB]X: imageSize is \d+ x 700 but the stored image is \d+ x 700$/.test(String(error))

/** How a job ended, and what went wrong with its assets, of which it says nothing itself. */
const untilEnded = (sandbox: Running, id: string) =>
  Client.call(`${sandbox.url}/admin/ingest/jobstatus/${id}`).pipe(
    Effect.map(({ json }) => ({
      state: Client.at(json, "data", "job_status"),
      errors: Array.from(Client.at(json, "data", "context", "errors_encountered") as Iterable<unknown>).filter((
        error
      ) => !isReplaced(error))
    })),
    Effect.repeat({
      while: ({ state }) => state !== "success" && state !== "failed",
      schedule: Schedule.spaced("10 millis")
    })
  )

const checkAsset = Effect.fnUntraced(function*(sandbox: Running, id: string, widths: ReadonlyArray<number>) {
  const url = `${sandbox.url}/assets/images/SANDBOX:${id}`
  const info = yield* Client.call(`${url}/info.json`)
  if (info.status === 404) return
  const width = Client.at(info.json, "width")
  assert.include(widths, width)
  const response = yield* Effect.promise(() => fetch(`${url}/full/full/0/default.png`))
  assert.strictEqual(response.status, 200)
  const body = yield* bytesOf(response)
  const decoded = yield* Effect.promise(() =>
    sharp(body, { failOn: "error" }).raw().toBuffer({ resolveWithObject: true })
  )
  assert.strictEqual(decoded.info.width, width)
})

/** The jobs that had not ended when the sandbox was killed. */
const unfinished = (directory: string): number => {
  const names = readdirSync(join(directory, "jobs")).filter((name) => name.endsWith(".json"))
  const states = names.map((name) => decodeJob(readFileSync(join(directory, "jobs", name), "utf8")).state)
  return states.filter((state) => state !== "success" && state !== "failed").length
}

/** Files that nothing names any more were removed at the start. */
const checkFiles = (directory: string, known: Known) => {
  const objects = [...known.contents.values()].filter(([content]) => content !== undefined).length
  assert.lengthOf(readdirSync(join(directory, "s3", "content")), objects)
  for (const folder of ["assets", "derivatives", "jobs", "s3/objects", "s3/content"]) {
    assert.deepStrictEqual(readdirSync(join(directory, folder)).filter((name) => /\.(partial|tmp)$/.test(name)), [])
  }
  assert.strictEqual(readdirSync(join(directory, "derivatives")).length, readdirSync(join(directory, "assets")).length)
}

describe("a sandbox that is killed", () => {
  it.live(
    `${KILLS} times has whole objects only, and ends every job`,
    () =>
      Effect.gen(function*() {
        const directory = yield* temporaryDirectory
        const random = SeededRandom.make(SEED)
        const known: Known = { contents: new Map(), jobs: new Set(), widths: new Map() }
        let interrupted = 0
        for (let kill = 0; kill < KILLS; kill++) {
          yield* Effect.scoped(Effect.gen(function*() {
            yield* workUntilKilled(yield* launch(directory), known, random)
          }))
          interrupted += unfinished(directory)
          yield* Effect.scoped(Effect.gen(function*() {
            const sandbox = yield* launch(directory)
            yield* checkObjects(sandbox, known)
            for (const id of known.jobs) {
              assert.deepStrictEqual(yield* untilEnded(sandbox, id), { state: "success", errors: [] }, id)
            }
            for (const [id, widths] of known.widths) yield* checkAsset(sandbox, id, widths)
            checkFiles(directory, known)
          }))
        }
        assert.isAbove(known.jobs.size, 0)
        // Else it was never killed in the middle of a job.
        assert.isAbove(interrupted, 0)
      }).pipe(Effect.scoped),
    30_000 + KILLS * 10_000
  )
})
