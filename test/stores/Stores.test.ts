/**
 * Stores of every kind with an object under the key of an image: the same bytes are recognized, other bytes are never
 * replaced without being asked for, and nothing is reported that the bucket does not hold.
 *
 * `STORES=all` tries every combination with large images too.
 */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, expect, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Console, Context, Effect, FileSystem, Layer } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { writeLargeTiff } from "../support/pictures.ts"
import * as Cases from "./support/cases.ts"
import { type Kind, kinds } from "./support/kinds.ts"
import * as Runs from "./support/runs.ts"
import * as Table from "./support/table.ts"
import * as World from "./support/world.ts"

const everything = process.env["STORES"] === "all"

/** In parts of the size that `World` sets. */
const partsOfLarge = 2

/** The images: of one size each, and the bytes that may be there instead. */
class Files extends Context.Service<Files, {
  readonly path: (size: Cases.Form["size"]) => string
  readonly bytes: (size: Cases.Form["size"], present: Cases.Present) => Buffer
}>()("test/stores/Files") {
  static readonly layer = Layer.effect(
    Files,
    Effect.gen(function*() {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const path = (size: Cases.Form["size"]) => Path.join(folder, `${size}.tif`)
      writeLargeTiff(path("small"), 100, 200)
      // more than 8 MiB, so that other tools send it in parts
      writeLargeTiff(path("large"), 2000, 1420)
      return {
        path,
        bytes: (size, present) => {
          const bytes = Fs.readFileSync(path(size))
          if (present === "longer") return Buffer.concat([bytes, Buffer.from("longer")])
          if (present === "other") bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
          return bytes
        }
      }
    })
  )
}

const layers = Files.layer.pipe(Layer.provideMerge(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer)))

const stored = new Set(["sent", "replaced", "resumed", "identical"])

/** Whatever was reported: what is stored is the image or, untouched, what was there before. */
const assertHonest = (id: string, ended: World.Ended, ours: Buffer, before: Buffer | undefined, what: string) =>
  Effect.gen(function*() {
    const after = yield* World.held(id)
    const should = stored.has(ended.end) ? ours : before
    assert.isTrue(should === undefined ? after === undefined : after?.equals(should), `${what}: what is stored`)
    return after
  })

const sizes = ["small", "large"] as const
const rows = kinds.flatMap((kind) => sizes.map((size) => ({ kind, size, name: kind.name })))
const patience = 600_000

const observed: Array<Table.Observed> = []

layer(layers, { excludeTestServices: true })("an object under the key of an image", (it) => {
  it.effect.each(rows)("$name, $size", ({ kind, size }) =>
    Effect.gen(function*() {
      const files = yield* Files
      const ours = files.bytes(size, "same")
      const world = yield* World.open(kind)
      const untouched = new Set<string>()
      for (const c of Cases.casesOf(kind, size, everything)) {
        const id = Cases.objectOf(kind, c)
        const before = files.bytes(size, c.present)
        if (!untouched.has(id)) yield* World.putByOthers(kind, id, before, c.form.partSize)
        const ended = yield* world.upload(files.path(size), id, c.options)
        const what = Cases.describe(c)
        assert.strictEqual(ended.end, Cases.expected(kind, c), `${what}: ${ended.message}`)
        const after = yield* assertHonest(id, ended, ours, before, what)
        if (c.options.action === "create" && c.options.existing !== "replace") {
          assert.isTrue(after?.equals(before), `${what}: replaced`)
        }
        if (ended.end === "replaced") untouched.delete(id)
        else untouched.add(id)
        if (Cases.isInTable(c)) observed.push({ kind, case: c, ended, size: before.length })
      }
    }).pipe(Effect.scoped), patience)

  it.effect("the table in docs/faults.md matches what was observed", () =>
    Effect.gen(function*() {
      yield* Console.log(Table.markdown(observed))
      const page = Fs.readFileSync(Path.resolve(import.meta.dirname, "../../docs/faults.md"), "utf8")
      assert.include(page, "<!-- stores -->")
      yield* Effect.promise(() => expect(Table.quoting(page, observed)).toMatchFileSnapshot("../../docs/faults.md"))
    }))
})

/** Without `everything`, large images are tried with the usual options only. */
const handlingsOf = (size: Cases.Form["size"]) =>
  Runs.handlings.slice(0, everything || size === "small" ? undefined : 1)

layer(layers, { excludeTestServices: true })("a run after success", (it) => {
  it.effect.each(rows)("$name, $size", ({ kind, size }) =>
    Effect.gen(function*() {
      const files = yield* Files
      const world = yield* World.open(kind)
      for (const options of handlingsOf(size)) {
        const id = ["again", kind.name, size, ...Object.values(options)].join("")
        const journal = yield* World.newJournal
        const upload = world.upload(files.path(size), id, options, journal)
        assert.strictEqual((yield* upload).end, "sent")
        for (const meanwhile of Runs.meanwhiles) {
          const what = `${Object.values(options).join()}, ${meanwhile}`
          if (meanwhile === "removed") yield* World.remove(id)
          if (meanwhile === "replaced") yield* World.putByOthers(kind, id, files.bytes(size, "other"))
          const before = yield* World.held(id)
          const ended = yield* upload
          assert.strictEqual(ended.end, Runs.expectedAgain(kind, size, meanwhile, options), `${what}: ${ended.message}`)
          if (Runs.isTrusted(kind, options)) {
            assert.match(ended.warnings.join(), /does not say whether it is still there/)
          } else yield* assertHonest(id, ended, files.bytes(size, "same"), before, what)
        }
      }
    }).pipe(Effect.scoped), patience)
})

/** The request that makes an object. */
const making = { small: "PutObject", large: "CompleteMultipartUpload" } as const

const sentParts = ({ requests }: World.Ended) => requests.filter((op) => op === "UploadPart").length

layer(layers, { excludeTestServices: true })("a reply that is lost after the object was stored", (it) => {
  it.effect.each(rows)("$name, $size", ({ kind, size }) =>
    Effect.gen(function*() {
      const files = yield* Files
      const ours = files.bytes(size, "same")
      for (const options of handlingsOf(size)) {
        const what = Object.values(options).join()
        const id = ["lost", kind.name, size, ...Object.values(options)].join("")
        const world = yield* World.open(kind, [
          { match: { op: making[size] }, times: 1, effect: { type: "lostReply" } }
        ])
        const ended = yield* world.upload(files.path(size), id, options)
        assert.strictEqual(ended.end, Runs.expectedAfterLoss(kind, size, options), `${what}: ${ended.message}`)
        yield* assertHonest(id, ended, ours, ours, what)
        const isKnown = Runs.canTell(kind, size, options)
        if (size === "large") assert.isAtMost(sentParts(ended), isKnown ? partsOfLarge : 2 * partsOfLarge, what)
      }
    }).pipe(Effect.scoped), patience)

  const [s3] = kinds as readonly [Kind, ...Array<Kind>]
  /** As Amazon's S3 does when CompleteMultipartUpload is repeated: it still knows the upload, and finds the object. */
  const repeated: Kind = {
    ...s3,
    disguise: ({ op }, reply) =>
      op === "CompleteMultipartUpload" && reply.status === 404
        ? { ...reply, status: 412, body: Buffer.from("<Error><Code>PreconditionFailed</Code></Error>") }
        : reply
  }

  it.effect.each(["skipIdentical", "fail"] as const)(
    "and whose repetition finds the object: existing %s",
    (existing) =>
      Effect.gen(function*() {
        const files = yield* Files
        const id = `repeated${existing}`
        const lost = { match: { op: making.large }, times: 1, effect: { type: "lostReply" } } as const
        const world = yield* World.open(repeated, [lost])
        const ended = yield* world.upload(files.path("large"), id, { existing, action: "create" })
        assert.strictEqual(ended.end, "identical", ended.message)
        assert.strictEqual(sentParts(ended), partsOfLarge)
      }).pipe(Effect.scoped)
  )
})

layer(layers, { excludeTestServices: true })("bytes that are corrupted on their way to a key that is taken", (it) => {
  it.effect.each(rows)("$name, $size", ({ kind, size }) =>
    Effect.gen(function*() {
      const files = yield* Files
      const id = `corrupt${kind.name}${size}`
      const before = files.bytes(size, "other")
      yield* World.putByOthers(kind, id, before)
      const world = yield* World.open(kind, [{
        match: { op: making[size] },
        // a part is not sent again before every attempt to complete it has failed
        times: size === "small" ? 1 : 4,
        effect: { type: "status", status: 400, body: "<Error><Code>BadDigest</Code></Error>" }
      }])
      const ended = yield* world.upload(files.path(size), id, { action: "create" })
      assert.include(["IdTaken", "CannotCompare"], ended.end, ended.message)
      yield* assertHonest(id, ended, files.bytes(size, "same"), before, kind.name)
    }).pipe(Effect.scoped), patience)
})
