/** `assertServed` finds what a viewer would not get, whatever the job said. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { FaultRule } from "../src/Faults.ts"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"

const { ingest, ingestRequest, png, put } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

interface Page {
  readonly id: string
  readonly width: number
  readonly height: number
}

const manifest3 = (base: string, pages: ReadonlyArray<Page>) => ({
  "@context": "http://iiif.io/api/presentation/3/context.json",
  id: `${base}/URN-3:SANDBOX:BOOK:MANIFEST:3`,
  type: "Manifest",
  label: { none: ["Book"] },
  items: pages.map(({ height, id, width }) => Client.canvas({ url: base }, id, width, height))
})

const manifest2 = (base: string, pages: ReadonlyArray<Page>) => ({
  "@context": "http://iiif.io/api/presentation/2/context.json",
  "@id": `${base}/URN-3:SANDBOX:BOOK:MANIFEST:2`,
  "@type": "sc:Manifest",
  label: "Book",
  sequences: [{
    "@type": "sc:Sequence",
    canvases: pages.map(({ height, id, width }) => ({
      "@id": `${base}/canvas/${id}`,
      "@type": "sc:Canvas",
      label: id,
      width,
      height,
      images: [{
        "@type": "oa:Annotation",
        motivation: "sc:painting",
        on: `${base}/canvas/${id}`,
        resource: {
          "@id": `${base}/assets/images/SANDBOX:${id}/full/full/0/default.jpg`,
          "@type": "dctypes:Image",
          width,
          height,
          service: {
            "@context": "http://iiif.io/api/image/2/context.json",
            "@id": `${base}/assets/images/SANDBOX:${id}`,
            profile: "http://iiif.io/api/image/2/level2.json"
          }
        }
      }]
    }))
  }]
})

const PAGES = [{ id: "ONE", width: 1300, height: 700 }, { id: "TWO", width: 60, height: 90 }]

const upload = (sandbox: Client.Running, pages: ReadonlyArray<Page>) =>
  Effect.forEach(
    pages,
    ({ height, id, width }) => Effect.flatMap(png(width, height), (body) => put(sandbox, `images/${id}.png`, body)),
    { discard: true }
  )

const publish = Effect.fnUntraced(
  function*(
    sandbox: Client.Running,
    manifest: unknown,
    pages: ReadonlyArray<Page & { readonly policy?: unknown }> = PAGES
  ) {
    yield* upload(sandbox, pages)
    const job = yield* ingest(sandbox, ingestRequest(pages, manifest))
    assert.strictEqual(job.state, "success")
  }
)

const urlOf = (sandbox: Client.Running) => `${sandbox.url}/URN-3:SANDBOX:BOOK`
const book = (sandbox: Client.Running) => manifest3(sandbox.url, PAGES)

const problemsOf = (sandbox: Client.Running) =>
  Effect.map(
    Effect.flip(sandbox.assertServed(urlOf(sandbox))),
    ({ problems }) => problems.map(({ canvas, problem, url }) => [canvas, url.replace(sandbox.url, ""), problem])
  )

describe("assertServed", () => {
  it.live("counts what is served, in both versions of the Presentation API", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* publish(sandbox, book(sandbox))
      const report = yield* sandbox.assertServed(urlOf(sandbox))
      // 1300 x 700 has the scales 1 to 8, of which 4 and 8 have one tile, and the smallest size; 60 x 90 is one tile.
      assert.deepStrictEqual(report, {
        manifest: `${sandbox.url}/iiif/3/URN-3:SANDBOX:BOOK`,
        canvases: 2,
        services: 2,
        images: 2 + 2 + 1 + 1 + 1
      })
      const asked = (yield* sandbox.requests({ op: "Image" })).map(({ path }) => decodeURIComponent(path))
      assert.include(asked, "/assets/images/SANDBOX:ONE/1024,512,276,188/276,188/0/default.jpg")
      assert.deepStrictEqual(yield* sandbox.assertServed(`${urlOf(sandbox)}:MANIFEST:2`), {
        ...report,
        manifest: `${sandbox.url}/iiif/2/URN-3:SANDBOX:BOOK`
      })
      yield* sandbox.awaitIdle

      yield* sandbox.reset
      yield* publish(sandbox, manifest2(sandbox.url, PAGES))
      assert.deepStrictEqual((yield* sandbox.assertServed(urlOf(sandbox))).images, report.images)
    })))

  it.live("takes addresses of MPS for those of the sandbox", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* publish(
        sandbox,
        manifest3("https://mps-qa.lib.harvard.edu", PAGES)
      )
      const report = yield* sandbox.assertServed("https://nrs-qa.lib.harvard.edu/URN-3:SANDBOX:BOOK:MANIFEST:3")
      assert.strictEqual(report.services, 2)
    })))

  it.live("asks nobody else", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* publish(sandbox, manifest3("http://images.example", PAGES))
      assert.deepStrictEqual(yield* problemsOf(sandbox), [
        [1, "http://images.example/assets/images/SANDBOX:ONE/info.json", "it is not an address of this sandbox"],
        [2, "http://images.example/assets/images/SANDBOX:TWO/info.json", "it is not an address of this sandbox"]
      ])
      const foreign = yield* Effect.flip(sandbox.assertServed("http://iiif.example/manifest"))
      assert.include(foreign.message, "http://iiif.example/manifest: it is not an address of this sandbox")
    })))

  it.live("finds what the manifest leaves out, and what is not there", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const document = manifest3(sandbox.url, [
        { id: "ONE", width: 1301, height: 700 },
        { id: "MISSING", width: 10, height: 10 }
      ])
      const bare = { id: `${sandbox.url}/canvas/bare`, type: "Canvas", width: 1, height: 1, items: [] }
      yield* publish(sandbox, { ...document, items: [...document.items, bare] })
      assert.deepStrictEqual(yield* problemsOf(sandbox), [
        [
          1,
          "/assets/images/SANDBOX:ONE/info.json",
          "the image has 1300 x 700 pixels, and the manifest says 1301 x 700"
        ],
        [2, "/assets/images/SANDBOX:MISSING/info.json", "404 {\"error\":\"No such image\"}"],
        [3, "/iiif/3/URN-3:SANDBOX:BOOK", "no image is painted on it"]
      ])
      yield* sandbox.reset
      yield* publish(sandbox, Client.manifest(sandbox, "BOOK"))
      assert.deepStrictEqual(yield* problemsOf(sandbox), [[
        undefined,
        "/iiif/3/URN-3:SANDBOX:BOOK",
        "it has no canvas"
      ]])
      yield* sandbox.reset
      assert.deepStrictEqual(yield* problemsOf(sandbox), [
        [undefined, "/URN-3:SANDBOX:BOOK", "404 {\"error\":\"No such manifest\"}"]
      ])
    })))

  it.live("finds the images that are cropped, turned, or to choose among", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const { items: [one, two], ...document } = book(sandbox)
      const bodyOf = (canvas: unknown) => Client.at(canvas, "items", 0, "items", 0, "body")
      const part = {
        type: "SpecificResource",
        source: bodyOf(one),
        selector: { type: "ImageApiSelector", rotation: "90" }
      }
      const choice = { type: "Choice", items: [part, bodyOf(two)] }
      const painted = (body: unknown, motivation: unknown) => ({
        ...one,
        items: [{ type: "AnnotationPage", items: [{ type: "Annotation", motivation, body }] }]
      })
      const items = [
        painted(part, "painting"),
        painted(choice, ["painting"]),
        painted({ type: "TextualBody", value: "a note" }, "commenting")
      ]
      yield* publish(sandbox, { ...document, items })
      assert.deepStrictEqual(yield* problemsOf(sandbox), [
        [3, "/iiif/3/URN-3:SANDBOX:BOOK", "no image is painted on it"]
      ])
      yield* publish(sandbox, { ...document, items: items.slice(0, 2) })
      const { services } = yield* sandbox.assertServed(urlOf(sandbox))
      assert.strictEqual(services, 2)
      const { text } = yield* Client.call(`${sandbox.url}/view/URN-3:SANDBOX:BOOK/contents`)
      assert.include(text, "/view/SANDBOX:ONE")
      assert.include(text, "/view/SANDBOX:TWO")
    })))

  it.live("sees a limited image as the public, or as someone signed in", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const side = (size: number) => ({ width: size, height: size })
      const limits = { authenticated: side(2000), public: side(200) }
      const pages = [{ id: "ONE", width: 1300, height: 700, policy: { policy: limits, thumbnail: limits } }]
      yield* publish(sandbox, manifest3(sandbox.url, pages), pages)
      const url = urlOf(sandbox)
      const imagesFor = Effect.fnUntraced(function*(audience?: "public" | "authenticated") {
        const { images } = yield* sandbox.assertServed(url, audience === undefined ? {} : { audience })
        return images
      })
      // The public gets the sizes within its limit, someone signed in the tiles and the smallest size.
      const images = [yield* imagesFor(), yield* imagesFor("public"), yield* imagesFor("authenticated")]
      assert.deepStrictEqual(images, [1, 1, 6])
    })))

  const FAULTS: ReadonlyArray<readonly [string, FaultRule, RegExp]> = [
    ["a firewall", { match: { op: "ImageInfo" }, effect: { type: "emptyAccepted" } }, /202 and a firewall's challenge/],
    ["a tile cut short", { match: { op: "Image" }, effect: { type: "truncate" } }, /it is not a complete image/],
    ["a lost connection", { match: { op: "Image" }, effect: { type: "reset" } }, /no complete reply/],
    ["a page of a proxy", { match: { op: "ImageInfo" }, effect: { type: "html", status: 200 } }, /it is not JSON/],
    ["another shape", { match: { op: "ImageInfo" }, effect: { type: "malformed" } }, /not the information of an image/],
    ["one tile", { match: { op: "Image" }, times: 1, effect: { type: "status", status: 503 } }, /503 without a body/],
    [
      "a redirect to itself",
      { match: { op: "ImageInfo" }, effect: { type: "redirect", location: "/assets/images/SANDBOX:ONE/info.json" } },
      /redirects without end/
    ],
    [
      "a redirect to nowhere",
      { match: { op: "ImageInfo" }, effect: { type: "redirect", location: "http://[" } },
      /redirects to http:\/\/\[, which is no address/
    ]
  ]
  for (const [name, rule, says] of FAULTS) {
    it.live(`finds ${name}, though the job was a success`, () =>
      withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          yield* publish(sandbox, book(sandbox))
          const { message, problems } = yield* Effect.flip(sandbox.assertServed(urlOf(sandbox)))
          assert.match(message, says)
          assert.lengthOf(problems.filter(({ problem }) => says.test(problem)), problems.length)
          if (rule.times === 1) assert.lengthOf(problems, 1)
        }),
        { faults: [rule] }
      ))
  }
})
