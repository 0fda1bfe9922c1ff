/** Snapshots, restore and reset: the whole state at once, whatever runs meanwhile, and whenever the sandbox is killed. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { join } from "node:path"
import * as SeededRandom from "../src/internal/seededRandom.ts"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import type * as Errors from "../src/SandboxError.ts"
import * as Client from "./support/client.ts"
import { temporaryDirectory } from "./support/files.ts"

const { at, call, ingestRequest, initialize, jobId, jobStatus, manifest, png, put, s3, signedS3 } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

const get = (sandbox: Client.Running, key: string) =>
  Effect.promise(async () => {
    const response = await s3(sandbox, { method: "GET", key })
    const bytes = await response.bytes()
    // An error has an id of its own each time.
    const sha256 = response.ok ? createHash("sha256").update(bytes).digest("hex") : undefined
    return { status: response.status, sha256 }
  })

const info = (sandbox: Client.Running, id: string) =>
  Effect.map(call(`${sandbox.url}/assets/images/SANDBOX:${id}/info.json`), ({ json, status }) => [
    status,
    at(json, "width")
  ])
const manifestStatus = (sandbox: Client.Running, name: string) =>
  Effect.map(call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:${name}`), ({ status }) => status)

const add = Client.putAndIngest

const pixels = (sandbox: Client.Running, id: string) =>
  Effect.map(call(`${sandbox.url}/assets/images/SANDBOX:${id}/full/full/0/default.png`), ({ status }) => status)

const everything = Effect.fnUntraced(function*(sandbox: Client.Running, ids: ReadonlyArray<string>) {
  return {
    jobs: (yield* sandbox.jobs.list).map(({ id, state }) => [id, state]),
    each: yield* Effect.forEach(
      ids,
      (id) =>
        Effect.all([
          get(sandbox, `images/${id}.png`),
          info(sandbox, id),
          pixels(sandbox, id),
          manifestStatus(sandbox, id)
        ])
    )
  }
})

describe("a snapshot", () => {
  it.live("brings back what there was, and nothing else, as often as one likes", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* add(sandbox, "ONE", 30)
      yield* add(sandbox, "TWO", 31)
      const before = yield* everything(sandbox, ["ONE", "TWO", "THREE"])
      yield* sandbox.snapshot("two")

      for (const width of [50, 60]) {
        yield* add(sandbox, "ONE", width)
        yield* add(sandbox, "THREE", width)
        const response = yield* Effect.promise(() => s3(sandbox, { method: "DELETE", key: "images/TWO.png" }))
        assert.strictEqual(response.status, 204)
        assert.deepStrictEqual(yield* info(sandbox, "ONE"), [200, width])

        yield* sandbox.restore("two")
        assert.deepStrictEqual(yield* everything(sandbox, ["ONE", "TWO", "THREE"]), before)
      }

      yield* sandbox.reset
      const empty = yield* everything(sandbox, ["ONE"])
      assert.deepStrictEqual(empty.jobs, [])
      assert.deepStrictEqual(empty.each.map(([object, shown, , document]) => [object.status, shown[0], document]), [
        [404, 404, 404]
      ])
      assert.strictEqual((yield* add(sandbox, "ONE", 70)).state, "success")
      yield* sandbox.restore("two")
      assert.deepStrictEqual(yield* everything(sandbox, ["ONE", "TWO", "THREE"]), before)
    })))

  it.live("takes the place of one of the same name, and outlives the sandbox, also on another port", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          yield* add(sandbox, "OLD", 30)
          yield* sandbox.snapshot("kept")
          yield* add(sandbox, "ONE", 30)
          yield* sandbox.snapshot("kept")
          yield* sandbox.reset
        }),
        { dataDirectory }
      )
      const port = yield* withSandbox((sandbox) => Effect.succeed(Number(new URL(sandbox.url).port)))
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          assert.deepStrictEqual(yield* info(sandbox, "ONE"), [404, undefined])
          yield* sandbox.restore("kept")
          assert.deepStrictEqual(yield* info(sandbox, "ONE"), [200, 30])
          assert.strictEqual(yield* pixels(sandbox, "OLD"), 200)
          const served = yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:ONE`)
          assert.strictEqual(at(served.json, "id"), `${sandbox.url}/URN-3:SANDBOX:ONE:MANIFEST:3`)
        }),
        { dataDirectory, port, rebase: true }
      )
    }).pipe(Effect.scoped))

  it.live("keeps jobs that have not ended, which go on when they are brought back", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
        const id = jobId(yield* initialize(sandbox, ingestRequest([{ id: "ONE", width: 30, height: 20 }])))
        yield* sandbox.snapshot("queued")
        yield* sandbox.clock.advance("1 hour")
        yield* sandbox.jobs.awaitTerminal(id)
        yield* sandbox.restore("queued")
        assert.notInclude(["success", "failed"], yield* jobStatus(sandbox, id))
        assert.deepStrictEqual(yield* info(sandbox, "ONE"), [404, undefined])
        yield* sandbox.clock.advance("1 hour")
        assert.strictEqual((yield* sandbox.jobs.awaitTerminal(id)).state, "success")
        assert.deepStrictEqual(yield* info(sandbox, "ONE"), [200, 30])
      }),
      { pace: { queuedMillis: 60_000, runningMillis: 60_000 }, clock: "manual" }
    ))

  it.live("leaves nobody waiting for a job that is gone", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
        const id = jobId(yield* initialize(sandbox, ingestRequest([{ id: "ONE", width: 30, height: 20 }])))
        yield* sandbox.snapshot("queued")
        const waiting = yield* Effect.forkChild(sandbox.jobs.awaitTerminal(id), { startImmediately: true })
        yield* sandbox.restore("queued")
        yield* sandbox.clock.advance("1 hour")
        assert.strictEqual((yield* Fiber.join(waiting)).state, "success")

        yield* sandbox.restore("queued")
        const left = yield* Effect.forkChild(sandbox.jobs.awaitTerminal(id), { startImmediately: true })
        yield* sandbox.reset
        assert.strictEqual((yield* Effect.flip(Fiber.join(left)))._tag, "UnknownJob")
      }),
      { pace: { queuedMillis: 60_000, runningMillis: 60_000 }, clock: "manual" }
    ))

  it.live("leaves an upload alone that is on its way", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* add(sandbox, "ONE", 30)
      yield* sandbox.snapshot("one")
      const content = () => readdirSync(join(sandbox.dataDirectory, "s3", "content"))
      const length = 2 * 1024 * 1024
      const half = new Uint8Array(length / 2)
      const { headers, url } = signedS3(sandbox, { method: "PUT", key: "images/BIG.bin" }, "UNSIGNED-PAYLOAD")
      const upload = request(url, { method: "PUT", headers: { ...headers, "content-length": length } })
      const answered = new Promise<number | undefined>((resolve, reject) => {
        upload.on("response", (response) => {
          response.resume()
          resolve(response.statusCode)
        }).on("error", reject)
      })
      yield* Effect.promise(() => new Promise<void>((resolve) => upload.write(half, () => resolve())))
      yield* sandbox.awaitRequest(({ op, path }) => op === "PutObject" && path.endsWith("BIG.bin"))
      yield* sandbox.restore("one")
      upload.end(half)
      assert.strictEqual(yield* Effect.promise(() => answered), 200)
      assert.strictEqual((yield* get(sandbox, "images/BIG.bin")).status, 200)
      assert.deepStrictEqual(yield* info(sandbox, "ONE"), [200, 30])
      assert.lengthOf(content(), 2)
    })))

  it.live("is found before or after by every request, and nothing in between", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const random = SeededRandom.make(5)
      const pick = <A>(list: readonly [A, ...ReadonlyArray<A>]): A =>
        list[Math.floor(random() * list.length)] ?? list[0]
      yield* Effect.forEach(["A", "B"], (id) => add(sandbox, id, 900))
      yield* sandbox.snapshot("first")
      yield* sandbox.snapshot("second")
      const statuses = new Set<number>()
      const note = ({ status }: { readonly status: number }) => void statuses.add(status)
      const signed = (call: Client.S3Call) =>
        Effect.promise(async () => {
          const response = await s3(sandbox, call)
          await response.bytes()
          note(response)
        })
      const image = (id: string) =>
        call(`${sandbox.url}/assets/images/SANDBOX:${id}/0,0,200,15/,${1 + Math.floor(random() * 14)}/0/default.jpg`)
      const submit = Effect.fnUntraced(function*(id: string, width: number) {
        yield* signed({ method: "PUT", key: `images/${id}.png`, body: yield* png(width, 20) })
        const body = ingestRequest([{ id, width, height: 20 }], manifest(sandbox, id))
        note(yield* initialize(sandbox, body))
      })
      const ask = Effect.suspend(() => {
        const id = pick(["A", "B", "C"])
        return pick([
          Effect.map(image(id), note),
          Effect.map(image(id), note),
          signed({ method: "GET", key: `images/${id}.png` }),
          submit(id, 300 + Math.floor(random() * 300))
        ])
      })
      const client = Effect.forEach(Array.from({ length: 40 }), () => ask, { discard: true })
      const changes = Effect.forEach(
        Array.from({ length: 40 }),
        () =>
          pick<Effect.Effect<void, Errors.BadSnapshotName | Errors.UnknownSnapshot | Errors.StorageFailed>>([
            sandbox.snapshot("second"),
            sandbox.restore("first"),
            sandbox.restore("second"),
            sandbox.reset
          ]),
        { discard: true }
      )
      yield* Effect.all([changes, ...Array.from({ length: 6 }, () => client)], { concurrency: "unbounded" })
      assert.deepStrictEqual([...statuses].filter((status) => status !== 200 && status !== 404), [])
      assert.include([...statuses], 200)
      yield* sandbox.restore("first")
      for (const id of ["A", "B"]) yield* sandbox.assertServed(`${sandbox.url}/URN-3:SANDBOX:${id}`)
      for (const folder of ["s3/content", "s3/objects", "derivatives", "assets", "jobs", "manifests"]) {
        assert.lengthOf(readdirSync(join(sandbox.dataDirectory, folder)), 2, folder)
      }
    })))

  it.live("that cannot be read changes nothing, and stops no job", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const options: SandboxOptions = {
        dataDirectory,
        pace: { queuedMillis: 60_000, runningMillis: 60_000 },
        clock: "manual"
      }
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
          yield* sandbox.snapshot("bad")
          const id = jobId(yield* initialize(sandbox, ingestRequest([{ id: "ONE", width: 30, height: 20 }])))
          const file = join(dataDirectory, "snapshots", "bad", "s3", "objects", "x.json")
          writeFileSync(file, "{")
          const failed = yield* Effect.flip(sandbox.restore("bad"))
          assert.include(failed.message, file)
          assert.isFalse(existsSync(join(dataDirectory, "changing")))
          yield* sandbox.clock.advance("1 hour")
          assert.strictEqual((yield* sandbox.jobs.awaitTerminal(id)).state, "success")
        }),
        options
      )
      assert.deepStrictEqual(yield* withSandbox((sandbox) => info(sandbox, "ONE"), options), [200, 30])
    }).pipe(Effect.scoped))

  it.live("lets jobs go on where it cannot be brought back", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
          yield* sandbox.snapshot("one")
          const id = jobId(yield* initialize(sandbox, ingestRequest([{ id: "ONE", width: 30, height: 20 }])))
          // So that the change cannot be noted.
          mkdirSync(join(dataDirectory, "changing"))
          assert.strictEqual((yield* Effect.flip(sandbox.restore("one")))._tag, "StorageFailed")
          yield* sandbox.clock.advance("1 hour")
          assert.strictEqual((yield* sandbox.jobs.awaitTerminal(id)).state, "success")
        }),
        { dataDirectory, pace: { queuedMillis: 60_000, runningMillis: 60_000 }, clock: "manual" }
      )
    }).pipe(Effect.scoped))

  it.live("is named plainly, and must exist", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* add(sandbox, "ONE", 30)
      for (const name of ["", ".", "..", "../evil", "a/b", "a\\b", "a\0", "-rf", "x".repeat(65), "a.tmp", "é"]) {
        assert.strictEqual((yield* Effect.flip(sandbox.snapshot(name)))._tag, "BadSnapshotName", name)
        assert.strictEqual((yield* Effect.flip(sandbox.restore(name)))._tag, "UnknownSnapshot", name)
      }
      yield* sandbox.snapshot("one.1")
      const unknown = yield* Effect.flip(sandbox.restore("two"))
      assert.include(unknown.message, "there are one.1")
      // A restore that is refused changes nothing.
      assert.deepStrictEqual(yield* info(sandbox, "ONE"), [200, 30])
    })))
})

describe("a sandbox that was killed while it", () => {
  const interrupted = Effect.fnUntraced(function*(name: string) {
    const dataDirectory = yield* temporaryDirectory
    yield* withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        yield* add(sandbox, "ONE", 30)
        yield* sandbox.snapshot("one")
        yield* add(sandbox, "TWO", 30)
      }),
      { dataDirectory }
    )
    // What is there after some of the files were removed.
    writeFileSync(join(dataDirectory, "changing"), name)
    rmSync(join(dataDirectory, "s3", "content"), { recursive: true })
    rmSync(join(dataDirectory, "jobs"), { recursive: true })
    mkdirSync(join(dataDirectory, "jobs"))
    return yield* withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        assert.isFalse(existsSync(join(dataDirectory, "changing")))
        return yield* everything(sandbox, ["ONE", "TWO"])
      }),
      { dataDirectory }
    )
  }, Effect.scoped)

  it.live("was reset is empty at its next start", () =>
    Effect.gen(function*() {
      const { each, jobs } = yield* interrupted("")
      assert.deepStrictEqual(jobs, [])
      for (const [object, shown] of each) assert.deepStrictEqual([object.status, shown[0]], [404, 404])
    }))

  it.live("was restored has its snapshot at its next start", () =>
    Effect.gen(function*() {
      const { each, jobs } = yield* interrupted("one")
      assert.lengthOf(jobs, 1)
      assert.deepStrictEqual(each.map(([object, shown, rendered]) => [object.status, shown[0], rendered]), [
        [200, 200, 200],
        [404, 404, 404]
      ])
    }))
})

describe("a data directory", () => {
  it.live("may have files of a file manager in it", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      yield* withSandbox((sandbox) => Effect.andThen(add(sandbox, "ONE", 30), sandbox.snapshot("one")), {
        dataDirectory
      })
      for (const folder of ["", "s3", "s3/objects", "s3/content", "jobs", "assets", "derivatives", "snapshots"]) {
        writeFileSync(join(dataDirectory, folder, ".DS_Store"), "x")
      }
      const port = yield* withSandbox((sandbox) => Effect.succeed(Number(new URL(sandbox.url).port)))
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          assert.strictEqual(yield* pixels(sandbox, "ONE"), 200)
          const unknown = yield* Effect.flip(sandbox.restore("two"))
          assert.include(unknown.message, "there are one")
        }),
        { dataDirectory, port, rebase: true }
      )
    }).pipe(Effect.scoped))

  it.live("with a control token that nobody could send is named", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const path = join(dataDirectory, "control-token")
      for (const token of ["", "\n", "short", `${"x".repeat(32)}\n`]) {
        writeFileSync(path, token)
        const { message } = yield* Effect.flip(withSandbox(() => Effect.void, { dataDirectory }))
        assert.include(message, `The control token ${path} cannot be read`)
      }
    }).pipe(Effect.scoped))
})
