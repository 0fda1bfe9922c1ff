/** What the log says of requests that were accepted. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"

const { call, imageAsset, ingest, ingestRequest, initialize, manifest, mintToken, png, put, s3 } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

interface Page {
  readonly asset: string
  readonly base?: string
  readonly file?: string
  readonly format?: string
  readonly width?: number
}

const canvas = (
  sandbox: Client.Running,
  { asset, base = sandbox.url, file = "default.jpg", format, width = 30 }: Page
) => {
  const id = `${sandbox.url}/canvas/${asset}`
  const service = `${base}/assets/images/${asset}`
  const body = {
    id: `${service}/full/max/0/${file}`,
    type: "Image",
    format: format ?? "image/jpeg",
    width: 30,
    height: 20,
    service: [{ "@id": service, "@type": "ImageService2", profile: "level2" }]
  }
  const annotation = { id: `${id}/a`, type: "Annotation", motivation: "painting", body, target: id }
  const page = { id: `${id}/p`, type: "AnnotationPage", items: [annotation] }
  return { id, type: "Canvas", label: { none: [asset] }, width, height: 20, items: [page] }
}

const book = (sandbox: Client.Running, ...pages: ReadonlyArray<Page>) => ({
  ...manifest(sandbox, "BOOK"),
  items: pages.map((page) => canvas(sandbox, page))
})

const ONE = { id: "ONE", width: 30, height: 20 }
const IN_ONE = { asset: "SANDBOX:ONE" }

/** The rules of the notes on the last request of an operation. */
const notesOn = Effect.fnUntraced(function*(sandbox: Client.Running, op: string) {
  yield* sandbox.awaitRequest((entry) => entry.op === op && entry.ended !== undefined)
  const entries = yield* sandbox.requests({ op })
  return entries.at(-1)?.notes ?? []
})

/** What is said of an ingest request that is accepted, whatever becomes of its job. */
const said = Effect.fnUntraced(function*(sandbox: Client.Running, body: unknown) {
  assert.strictEqual((yield* initialize(sandbox, body)).status, 200)
  const { id } = (yield* sandbox.requests({ op: "Initialize" })).at(-1) ?? { id: -1 }
  const entry = yield* sandbox.awaitRequest((entry) => entry.id === id && entry.ended !== undefined)
  return entry.notes
})

const rules = (sandbox: Client.Running, body: unknown) =>
  Effect.map(said(sandbox, body), (notes) => notes.map(({ rule }) => rule))

describe("advice on an ingest request", () => {
  it.live("has nothing to say of one as it should be, with a manifest or without, and of the demo seed", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      assert.deepStrictEqual(yield* said(sandbox, ingestRequest([ONE], book(sandbox, IN_ONE))), [])
      assert.deepStrictEqual(yield* said(sandbox, ingestRequest([ONE])), [])
      yield* sandbox.seed
      const entries = yield* sandbox.requests()
      assert.deepStrictEqual(entries.flatMap(({ notes }) => notes), [])
    })))

  it.live("finds what MPS cannot serve under its name, as the Python client writes it", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const tiff = { ...IN_ONE, file: "default.tiff", format: "image/tiff" }
      const notes = yield* said(sandbox, ingestRequest([ONE], book(sandbox, tiff)))
      assert.deepStrictEqual(notes, [{
        rule: "body-name",
        message: "The image of a canvas is named default.tiff, which an image service cannot serve: name it one of " +
          "default.jpg, default.png, default.gif, default.tif"
      }])
      const mixed = { ...IN_ONE, file: "default.tif" }
      assert.deepStrictEqual(yield* rules(sandbox, ingestRequest([ONE], book(sandbox, mixed))), ["body-format"])
    })))

  it.live("compares canvases with the assets of the request and with those that are ingested", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const wide = { ...IN_ONE, width: 31 }
      assert.deepStrictEqual(yield* rules(sandbox, ingestRequest([ONE], book(sandbox, wide))), ["canvas-size"])
      assert.deepStrictEqual(yield* rules(sandbox, ingestRequest([], book(sandbox, IN_ONE))), ["unknown-asset"])
      yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
      yield* ingest(sandbox, ingestRequest([ONE]))
      assert.deepStrictEqual(yield* rules(sandbox, ingestRequest([], book(sandbox, IN_ONE))), [])
      assert.deepStrictEqual(yield* rules(sandbox, ingestRequest([], book(sandbox, wide))), ["canvas-size"])
      const two = { id: "TWO", width: 1, height: 1 }
      const [note] = yield* said(sandbox, ingestRequest([ONE, two], book(sandbox, IN_ONE)))
      assert.deepStrictEqual(note, {
        rule: "unused-asset",
        message: "SANDBOX:TWO is in the request, but no canvas of its manifest shows it"
      })
    })))

  it.live("reads Presentation 2 as well", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const service = `${sandbox.url}/assets/images/SANDBOX:ONE`
      const resource = {
        "@id": `${service}/full/full/0/default.jp2`,
        "@type": "dctypes:Image",
        service: { "@id": service, "@context": "http://iiif.io/api/image/2/context.json" }
      }
      const images = [{ "@type": "oa:Annotation", motivation: "sc:painting", resource, on: "x" }]
      const document = {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": `${sandbox.url}/URN-3:SANDBOX:OLD:MANIFEST:2`,
        "@type": "sc:Manifest",
        label: "Old",
        sequences: [{ canvases: [{ "@id": "x", "@type": "sc:Canvas", label: "1", width: 3, height: 20, images }] }]
      }
      const found = yield* rules(sandbox, ingestRequest([ONE], document))
      assert.includeMembers([...found], ["body-name", "canvas-size"])
      assert.notInclude(found, "unused-asset")
    })))

  it.live("sees addresses of other places, and of the wrong scheme", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const secure = { ...IN_ONE, base: sandbox.url.replace("http:", "https:") }
      assert.deepStrictEqual(yield* rules(sandbox, ingestRequest([ONE], book(sandbox, secure))), ["scheme"])
      const qa = {
        ...book(sandbox, { ...IN_ONE, base: "http://mps-qa.lib.harvard.edu" }),
        id: "https://nrs-qa.lib.harvard.edu/URN-3:SANDBOX:BOOK:MANIFEST:3"
      }
      assert.deepStrictEqual(yield* rules(sandbox, ingestRequest([ONE], qa)), ["other-environment", "scheme"])
    })))

  it.live("has the title of MPS's viewer and the findings of the checker", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const document = { ...book(sandbox, IN_ONE), label: { en: ["A book"] }, rights: "mine" }
      const found = yield* rules(sandbox, ingestRequest([ONE], document))
      assert.strictEqual(found[0], "label-none")
      assert.match(found[1] ?? "", /^iiif\//)
    })))

  it.live("weighs policies and thumbnails", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const square = (side: number) => ({ width: side, height: side })
      const sizes = (signedIn: number, anyone: number) => ({ authenticated: square(signedIn), public: square(anyone) })
      const withAsset = (more: object) => ({
        ...ingestRequest([]),
        assets: { audio: [], video: [], text: [], image: [{ ...imageAsset(ONE), ...more }] }
      })
      const policy = (all: unknown, thumbnail: unknown) =>
        rules(sandbox, withAsset({ policyDefinition: { policy: all, thumbnail } }))
      assert.deepStrictEqual(yield* policy(sizes(2400, 1200), sizes(250, 250)), [])
      assert.deepStrictEqual(yield* policy(sizes(1200, 2400), sizes(250, 250)), ["policy-order"])
      assert.deepStrictEqual(yield* policy(sizes(200, 200), sizes(200, 250)), ["policy-order", "thumbnail-size"])
      assert.deepStrictEqual(yield* rules(sandbox, withAsset({ thumbSizes: [10, 10, 40] })), [
        "thumbnail-size",
        "thumbnail-size"
      ])
      assert.deepStrictEqual(yield* rules(sandbox, withAsset({ thumbSizes: [10, 30] })), [])
    })))

  it.live("says so much and no more, and nothing of what was refused", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const assets = Array.from({ length: 80 }, (_, index) => ({ id: `A${index}`, width: 1, height: 1 }))
      const notes = yield* said(sandbox, ingestRequest(assets, manifest(sandbox, "NONE")))
      assert.lengthOf(notes, 51)
      assert.match(notes.at(-1)?.message ?? "", /^And \d+ more/)
      assert.strictEqual((yield* initialize(sandbox, { ...ingestRequest([ONE]), more: 1 })).status, 400)
      assert.deepStrictEqual(yield* notesOn(sandbox, "Initialize"), [])
    })))
})

describe("advice on how a client asks", () => {
  it.live("is about the lifetime of tokens, and about tokens and haste where a job's state is asked for", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const now = Math.floor(Date.now() / 1000)
      const token = mintToken(sandbox, { payload: { iat: now, exp: now + 7200 } })
      const answer = yield* initialize(sandbox, ingestRequest([]), token)
      const initial = yield* notesOn(sandbox, "Initialize")
      assert.deepStrictEqual(initial.map(({ rule }) => rule), ["token-lifetime"])
      assert.include(initial[0]?.message, "120 minutes")
      const status = `${sandbox.url}/admin/ingest/jobstatus/${Client.jobId(answer)}`
      yield* call(status)
      yield* call(status)
      yield* call(status, { headers: { authorization: `Bearer ${token}` } })
      yield* sandbox.awaitRequest(({ ended, headers, op }) =>
        op === "JobStatus" && ended !== undefined && headers["authorization"] !== undefined
      )
      const notes = (yield* sandbox.requests({ op: "JobStatus" })).map(({ notes }) => notes)
      assert.notInclude(JSON.stringify(notes), token.slice(0, 20))
      assert.deepStrictEqual(notes[0], [])
      assert.deepStrictEqual(notes[2]?.at(-1)?.rule, "status-token")
    })))

  it.live("is about the type and the checksum of objects", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const body = yield* png(3, 2)
      yield* put(sandbox, "images/A.png", body)
      assert.deepStrictEqual((yield* notesOn(sandbox, "PutObject")).map(({ rule }) => rule), ["content-type"])
      yield* put(sandbox, "notes.txt", body)
      assert.deepStrictEqual((yield* notesOn(sandbox, "PutObject")).map(({ rule }) => rule), [])
      yield* Effect.promise(() => s3(sandbox, { method: "POST", key: "images/A.tif", query: "?uploads=" }))
      const [note] = yield* notesOn(sandbox, "CreateMultipartUpload")
      assert.include(note?.message, "send image/tiff")
    })))
})
