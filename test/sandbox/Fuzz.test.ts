/**
 * Requests that nobody should send, to everything that the sandbox serves, end in no 500, no crash and no growth.
 * `FUZZ` is their number, 2,000 unless set; `FUZZ_SEED` replays others.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import { join } from "node:path"
import sharp from "sharp"
import { Random } from "../../packages/iiif/test/support/random.ts"
import * as Child from "../../packages/sandbox/test/support/child.ts"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { fuzz } from "./support/fuzz/mix.ts"
import { problemsOf, send } from "./support/fuzz/send.ts"
import type { Target } from "./support/fuzz/types.ts"

const count = Number(process.env["FUZZ"] ?? 2000)
const seed = Number(process.env["FUZZ_SEED"] ?? 20_262)

const CONNECTIONS = 8
/** Requests between two looks at the memory. */
const ROUND = Math.max(500, Math.floor(count / 10))

/** The log of the sandbox is full after so many. */
const LOGGED = 10_000

type Running = Effect.Success<typeof Child.start>

/** An image and a manifest, by the names that the generators know. */
const prepare = Effect.fnUntraced(function*(sandbox: Running): Effect.fn.Return<Target> {
  const port = Number(new URL(sandbox.url).port)
  const image = yield* Effect.promise(() =>
    sharp({ create: { width: 1100, height: 700, channels: 3, background: "#5a2" } }).jpeg().toBuffer()
  )
  yield* Client.put(sandbox, "images/hostile.png", image)
  const id = `${sandbox.url}/URN-3:SANDBOX:FUZZBOOK:MANIFEST:3`
  const manifest = { "@context": "http://iiif.io/api/presentation/3/context.json", id, type: "Manifest", items: [] }
  const label = { label: { none: ["<b>book</b>"] } }
  const body = Client.ingestRequest([{ id: "hostile", width: 1100, height: 700 }], { ...manifest, ...label })
  const job = Client.jobId(yield* Effect.orDie(Client.initialize(sandbox, body)))
  const state = Client.jobStatus(sandbox, job).pipe(Effect.orDie)
  yield* Effect.repeat(state, { until: (now) => now === "success" || now === "failed" })
  assert.strictEqual(yield* state, "success")
  return {
    port,
    bucket: sandbox.s3.bucket,
    accessKeyId: sandbox.s3.accessKeyId,
    secretAccessKey: Client.secretOf(sandbox),
    token: Client.mintToken(sandbox),
    controlToken: Fs.readFileSync(join(sandbox.dataDirectory, "control-token"), "utf8"),
    jobs: [job]
  }
})

const filesBelow = (folder: string): number => Fs.readdirSync(folder, { recursive: true }).length

describe("requests that nobody should send", () => {
  it.live.skipIf(!Child.isMeasurable)(`${count} to everything, seed ${seed}`, () =>
    Effect.gen(function*() {
      const sandbox = yield* Child.start
      const target = yield* prepare(sandbox)
      const random = new Random(seed)
      const problems: Array<string> = []
      const seen = new Map<string, number>()
      const ask = Effect.fnUntraced(function*(index: number) {
        const sent = fuzz(random, target)
        const answer = yield* Effect.promise(() => send(target, sent))
        const name = `${sent.kind} ${answer.status}`
        seen.set(name, (seen.get(name) ?? 0) + 1)
        const line = sent.bytes.toString("latin1").split("\r\n", 1)[0]?.slice(0, 300)
        for (const problem of problemsOf(sent, answer)) problems.push(`${index}: ${sent.kind}: ${line}: ${problem}`)
      })
      const measured: Array<{ readonly held: number; readonly resident: number; readonly files: number }> = []
      for (let done = 0; done < count; done += ROUND) {
        const round = Array.from({ length: Math.min(ROUND, count - done) }, (_, index) => done + index)
        yield* Effect.forEach(round, ask, { concurrency: CONNECTIONS, discard: true })
        measured.push({
          held: yield* sandbox.held,
          resident: sandbox.memory().now,
          files: filesBelow(sandbox.dataDirectory)
        })
      }
      if (process.env["FUZZ_SHOW"] !== undefined) yield* Effect.logInfo(measured, [...seen].sort().join("\n"))
      assert.deepStrictEqual(problems.slice(0, 20), [], `${problems.length} problems`)
      assert.isTrue(sandbox.isRunning())
      assert.deepStrictEqual(sandbox.output(), [])
      // It is a mix: of each kind some are valid and some are not.
      for (const name of ["s3 200", "s3 403", "s3 404", "ingest 200", "ingest 400", "ingest 401", "image 200"]) {
        assert.isAbove(seen.get(name) ?? 0, 0, name)
      }
      for (const name of ["presentation 200", "page 200", "control 200", "control 401", "broken 400"]) {
        assert.isAbove(seen.get(name) ?? 0, 0, name)
      }
      // A run that does not fill the log begins with the first round; the log takes 16 MiB at most.
      const full = measured[count > 2 * LOGGED ? Math.ceil(LOGGED / ROUND) : 0]
      const last = measured.at(-1)
      // What a client has stored is kept: 20 jobs, uploads and objects of a thousand requests, some kilobytes each.
      assert.isBelow((last?.held ?? 0) - (full?.held ?? 0), 16 + count / 5000, JSON.stringify(measured))
      // The allocator keeps what it once needed, and needs ever less more.
      assert.isBelow((last?.resident ?? 0) - (full?.resident ?? 0), 256, JSON.stringify(measured))
    }).pipe(Effect.scoped), Math.max(60_000, count * 30))
})
