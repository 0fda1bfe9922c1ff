/** Policies over sockets: what the public gets of an image, and what someone signed in. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import sharp from "sharp"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"
import { temporaryDirectory } from "./support/files.ts"

const { at, call, ingest, ingestRequest, manifest, put } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

const WIDTH = 400
const HEIGHT = 300

/** Pixels that all differ, so that each is known again. */
const noise = Effect.promise(() => {
  const bytes = Array.from(
    { length: Math.ceil(WIDTH * HEIGHT * 3 / 32) },
    (_, index) => createHash("sha256").update(String(index)).digest()
  )
  const data = Buffer.concat(bytes).subarray(0, WIDTH * HEIGHT * 3)
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).png().toBuffer()
})

const square = (side: number) => ({ width: side, height: side })
const policy = (authenticated: number, shown: number) => ({
  policy: { authenticated: square(authenticated), public: square(shown) },
  thumbnail: { authenticated: square(40), public: square(40) }
})

/** An asset of which the public sees a quarter of each side, and someone signed in everything. */
const LIMIT = { width: 100, height: 75 }
const QUARTER = policy(5000, 100)

const filled = Effect.fnUntraced(function*(sandbox: Client.Running, sizes: unknown = QUARTER, id = "ONE") {
  yield* put(sandbox, `images/${id}.png`, yield* noise)
  return yield* ingest(
    sandbox,
    ingestRequest([{ id, width: WIDTH, height: HEIGHT, policy: sizes }], manifest(sandbox, "BOOK"))
  )
})

const imageOf = (sandbox: Client.Running, prefix = "", id = "ONE") =>
  `${sandbox.url}/assets/images/${prefix}SANDBOX:${id}`

const pixelsOf = (url: string, headers: Record<string, string> = {}) =>
  Effect.promise(async () => {
    const response = await fetch(url, { headers })
    assert.strictEqual(response.status, 200, url)
    const { data, info } = await sharp(await response.arrayBuffer()).raw().toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, channels: info.channels, data }
  })

const sizeOf = (url: string, headers: Record<string, string> = {}) =>
  Effect.map(pixelsOf(url, headers), ({ height, width }) => ({ width, height }))

const FULL = "/full/max/0/default.png"

describe("a policy", () => {
  it.live("shows the public as much as it says, and someone signed in all of it, by path, query and cookie", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox)
      const whole = { width: WIDTH, height: HEIGHT }
      const cookie = { cookie: "other=1; sandbox-audience=authenticated" }
      const sizes = {
        nobody: yield* sizeOf(imageOf(sandbox) + FULL),
        byPath: yield* sizeOf(imageOf(sandbox, "authenticated/") + FULL),
        byVersionAndPath: yield* sizeOf(imageOf(sandbox, "3/authenticated/") + FULL),
        byQuery: yield* sizeOf(`${imageOf(sandbox)}${FULL}?sandbox-audience=authenticated`),
        byCookie: yield* sizeOf(imageOf(sandbox) + FULL, cookie),
        pathWins: yield* sizeOf(`${imageOf(sandbox, "public/")}${FULL}?sandbox-audience=authenticated`, cookie),
        queryWins: yield* sizeOf(`${imageOf(sandbox)}${FULL}?sandbox-audience=public`, cookie)
      }
      assert.deepStrictEqual(sizes, {
        nobody: LIMIT,
        byPath: whole,
        byVersionAndPath: whole,
        byQuery: whole,
        byCookie: whole,
        pathWins: LIMIT,
        queryWins: LIMIT
      })
      const unknown = yield* call(`${imageOf(sandbox)}${FULL}?sandbox-audience=admin`)
      assert.strictEqual(unknown.status, 400)
      assert.include(unknown.text, "public and authenticated")
    })))

  it.live("says in info.json what may be asked for, and a guess in every reply", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox)
      const two = yield* call(`${imageOf(sandbox)}/info.json`)
      assert.deepStrictEqual(
        ["width", "height", "tiles", "sizes"].map((name) => at(two.json, name)),
        [WIDTH, HEIGHT, undefined, [LIMIT]]
      )
      assert.strictEqual(at(two.json, "@id"), imageOf(sandbox))
      assert.strictEqual(at(two.json, "profile", 0), "http://iiif.io/api/image/2/level0.json")
      assert.strictEqual(at(two.json, "profile", 1, "maxWidth"), LIMIT.width)
      assert.include(two.headers.get("link"), "level0.json>;rel=\"profile\"")
      assert.strictEqual(two.headers.get("vary"), "Accept, Cookie")
      assert.match(two.headers.get("x-sandbox-fidelity") ?? "", /^guess; limited to 100 x 75 pixels for the public/)

      const three = yield* call(`${imageOf(sandbox, "3/public/")}/info.json`)
      assert.strictEqual(at(three.json, "id"), imageOf(sandbox, "3/public/"))
      assert.deepStrictEqual(
        ["profile", "maxWidth", "maxHeight", "tiles"].map((name) => at(three.json, name)),
        ["level0", LIMIT.width, LIMIT.height, undefined]
      )
      assert.strictEqual(three.headers.get("vary"), "Accept")

      const image = yield* call(imageOf(sandbox) + FULL)
      assert.match(image.headers.get("x-sandbox-fidelity") ?? "", /^guess; limited to/)
      assert.strictEqual(image.headers.get("vary"), "Cookie")
      assert.include(image.headers.get("link"), `<${imageOf(sandbox)}/full/100,/0/default.png>;rel="canonical"`)
    })))

  it.live("names in the id whom the query names, so that what a viewer appends is for the same", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox)
      const info = yield* call(`${imageOf(sandbox)}/info.json?sandbox-audience=authenticated`)
      assert.strictEqual(at(info.json, "@id"), imageOf(sandbox, "authenticated/"))
      assert.isNull(info.headers.get("x-sandbox-fidelity"))
      const base = yield* call(`${imageOf(sandbox)}?sandbox-audience=authenticated`)
      assert.strictEqual(base.headers.get("location"), `${imageOf(sandbox, "authenticated/")}/info.json`)
    })))

  it.live("refuses what is over the limit, and says how much is allowed and to whom more is", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox)
      for (const request of ["full/full", "full/101,", "0,0,40,40/full", "0,0,40,40/11,", "10,10,1,1/2,2"]) {
        const refused = yield* call(`${imageOf(sandbox)}/${request}/0/default.jpg`)
        assert.strictEqual(refused.status, request.endsWith("2,2") ? 400 : 403, request)
        if (refused.status === 400) continue
        const message = String(at(refused.json, "error"))
        assert.include(message, "the public sees at most 100 x 75 pixels")
        assert.include(message, "/assets/images/authenticated/SANDBOX:ONE")
        assert.match(refused.headers.get("x-sandbox-fidelity") ?? "", /^guess; /)
        assert.strictEqual(refused.headers.get("vary"), "Cookie")
        assert.strictEqual(refused.headers.get("access-control-allow-origin"), "*")
      }
      const wider = yield* call(`${imageOf(sandbox, "authenticated/")}/0,0,40,40/full/0/default.jpg`)
      assert.strictEqual(wider.status, 200)
    })))

  it.live("keeps transparency, and refuses nothing but pixels", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const clear = yield* Effect.promise(() =>
        sharp({ create: { width: 90, height: 60, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } }).png()
          .toBuffer()
      )
      yield* put(sandbox, "images/CLEAR.png", clear)
      yield* ingest(sandbox, ingestRequest([{ id: "CLEAR", width: 90, height: 60, policy: policy(45, 45) }]))
      const png = yield* pixelsOf(imageOf(sandbox, "", "CLEAR") + FULL)
      assert.deepStrictEqual([png.width, png.height, png.channels, png.data[3]], [45, 30, 4, 0])
      for (const rest of ["!90/gray.tif", "22.5/bitonal.gif", "0/color.jpg"]) {
        const reply = yield* call(`${imageOf(sandbox, "3/", "CLEAR")}/pct:10,10,50,50/max/${rest}`)
        assert.strictEqual(reply.status, 200, rest)
      }
    })))

  it.live("is the larger of the image's and the thumbnail's", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox, { ...policy(20, 20), thumbnail: { authenticated: square(200), public: square(40) } })
      assert.deepStrictEqual(yield* sizeOf(imageOf(sandbox) + FULL), { width: 40, height: 30 })
      assert.deepStrictEqual(
        yield* sizeOf(imageOf(sandbox, "authenticated/") + FULL),
        { width: 200, height: 150 }
      )
    })))
})

describe("no set of requests", () => {
  it.live("has more pixels than one for the whole image", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox)
      const whole = yield* pixelsOf(imageOf(sandbox, "public/") + FULL)
      assert.deepStrictEqual([whole.width, whole.height], [LIMIT.width, LIMIT.height])
      const pixelAt = (x: number, y: number) => {
        const start = (y * whole.width + x) * whole.channels
        return [...whole.data.subarray(start, start + 3)]
      }
      const seen = new Set<string>()
      // Every position of a window as wide as one pixel of the limit and of some others, in steps of one pixel.
      for (const side of [1, 3, 4]) {
        for (let step = 0; step < 40; step++) {
          const x = 97 + step
          const y = 41 + step % 9
          const piece = yield* pixelsOf(`${imageOf(sandbox, "public/")}/${x},${y},${side},${side}/max/0/default.png`)
          assert.deepStrictEqual([piece.width, piece.height], [1, 1])
          if (x % 4 + side <= 4 && y % 4 + side <= 4) {
            assert.deepStrictEqual([...piece.data.subarray(0, 3)], pixelAt(Math.floor(x / 4), Math.floor(y / 4)))
            seen.add(String(pixelAt(Math.floor(x / 4), Math.floor(y / 4))))
          }
        }
      }
      // They do differ from one another, so that equal ones are no accident.
      assert.isAbove(seen.size, 10)
    })))

  it.live("tells apart two images whose copies are the same", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      // The same picture twice, once with its finest lines moved: black and white take turns in each.
      const lines = (first: number) =>
        Effect.promise(() =>
          sharp(
            Buffer.from({ length: 64 * 64 }).map((_, index) => (index + first) % 2 * 255),
            { raw: { width: 64, height: 64, channels: 1 } }
          ).png().toBuffer()
        )
      const sizes = policy(5000, 16)
      yield* put(sandbox, "images/EVEN.png", yield* lines(0))
      yield* put(sandbox, "images/ODD.png", yield* lines(1))
      yield* ingest(
        sandbox,
        ingestRequest(["EVEN", "ODD"].map((id) => ({
          id,
          width: 64,
          height: 64,
          policy: { ...sizes, thumbnail: { authenticated: square(16), public: square(16) } }
        })))
      )
      const both = (prefix: string, request: string) =>
        Effect.forEach(["EVEN", "ODD"], (id) =>
          Effect.map(pixelsOf(`${imageOf(sandbox, prefix, id)}/${request}/0/default.png`), ({ data }) =>
            data.toString("hex")))
      const [even, odd] = yield* both("authenticated/", "full/max")
      assert.notStrictEqual(even, odd)
      for (const request of ["full/max", "full/15,", "full/7,9", "1,1,2,2/1,1", "3,2,5,5/2,2", "0,0,63,64/max"]) {
        const [one, other] = yield* both("public/", request)
        assert.strictEqual(one, other, request)
      }
    })))
})

describe("whom a policy does not limit", () => {
  it.live("gets what there would be without it, tiles too, from no cache of another audience", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const large = yield* Effect.promise(() =>
        sharp({ create: { width: 1100, height: 1100, channels: 3, background: "#864" } }).png().toBuffer()
      )
      const sizes = { LIMITED: policy(5000, 600), FREE: { policyGroupName: "default" } }
      for (const [id, one] of Object.entries(sizes)) {
        yield* put(sandbox, `images/${id}.png`, large)
        yield* ingest(sandbox, ingestRequest([{ id, width: 1100, height: 1100, policy: one }]))
      }
      const TILE = "/0,0,512,512/512,/0/default.jpg"
      const free = yield* call(imageOf(sandbox, "", "FREE") + TILE)
      assert.deepStrictEqual([free.headers.get("vary"), free.headers.get("x-sandbox-fidelity")], [null, null])
      const named = imageOf(sandbox, "authenticated/", "LIMITED") + TILE
      const asked = `${imageOf(sandbox, "", "LIMITED")}${TILE}?sandbox-audience=authenticated`
      for (const url of [named, named, asked, asked]) {
        const tile = yield* call(url)
        assert.deepStrictEqual([tile.status, tile.text], [200, free.text])
        assert.isNull(tile.headers.get("x-sandbox-fidelity"))
      }
      const cookie = { headers: { cookie: "sandbox-audience=authenticated" } }
      const byCookie = yield* call(imageOf(sandbox, "", "LIMITED") + TILE, cookie)
      assert.deepStrictEqual([byCookie.status, byCookie.headers.get("vary")], [200, "Cookie"])
      assert.strictEqual((yield* call(imageOf(sandbox, "", "LIMITED") + TILE)).status, 403)

      const SMALL = "/full/300,/0/default.jpg"
      const etag = (yield* call(imageOf(sandbox, "", "LIMITED") + SMALL)).headers.get("etag") ?? ""
      const theirs = (yield* call(imageOf(sandbox, "", "LIMITED") + SMALL, cookie)).headers.get("etag") ?? ""
      assert.notStrictEqual(etag, theirs)
      const ours = { headers: { "if-none-match": etag } }
      assert.strictEqual((yield* call(imageOf(sandbox, "", "LIMITED") + SMALL, ours)).status, 304)
      const mixed = { headers: { ...cookie.headers, "if-none-match": etag } }
      assert.strictEqual((yield* call(imageOf(sandbox, "", "LIMITED") + SMALL, mixed)).status, 200)
    })))

  it.live("includes everybody where a policy group is not known, with a warning unless it is default", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const warningsOf = (name: string) =>
          Effect.map(filled(sandbox, { policyGroupName: name }), ({ children }) => children[0]?.warnings)
        assert.deepStrictEqual(yield* warningsOf("default"), [])
        assert.deepStrictEqual(yield* warningsOf("toString"), [
          "the sandbox does not know policy group toString: nobody has a limit"
        ])
        assert.deepStrictEqual(yield* sizeOf(imageOf(sandbox) + FULL), { width: WIDTH, height: HEIGHT })
        assert.deepStrictEqual(yield* warningsOf("staff"), [])
        assert.deepStrictEqual(yield* sizeOf(imageOf(sandbox) + FULL), LIMIT)
      }),
      { policyGroups: { staff: QUARTER } }
    ))
})

describe("copies", () => {
  it.live("go with their asset", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const files = () => readdirSync(join(sandbox.dataDirectory, "derivatives")).length
      yield* filled(sandbox, policy(200, 100))
      assert.strictEqual(files(), 3)
      yield* filled(sandbox, policy(100, 100))
      assert.strictEqual(files(), 2)
      yield* filled(sandbox, { policyGroupName: "default" })
      assert.strictEqual(files(), 1)
      yield* filled(sandbox, policy(200, 100))
      yield* sandbox.reset
      assert.strictEqual(files(), 0)
    })))

  it.live("survive a restart, with the limits that the asset was ingested with", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const policyGroups = { staff: QUARTER }
      yield* withSandbox((sandbox) => filled(sandbox, { policyGroupName: "staff" }), { dataDirectory, policyGroups })
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          assert.deepStrictEqual(yield* sizeOf(imageOf(sandbox) + FULL), LIMIT)
          assert.deepStrictEqual(
            yield* sizeOf(imageOf(sandbox, "authenticated/") + FULL),
            { width: WIDTH, height: HEIGHT }
          )
        }),
        { dataDirectory }
      )
    }))
})

describe("a manifest for an audience", () => {
  it.live("names the images as the audience sees them, and says so", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const body = {
        ...manifest(sandbox, "VIEWS"),
        items: [
          imageOf(sandbox),
          `${imageOf(sandbox, "3/")}/full/max/0/default.jpg`,
          imageOf(sandbox, "3/public/"),
          "https://mps-qa.lib.harvard.edu/assets/images/SANDBOX:ONE",
          `${sandbox.url}/elsewhere/SANDBOX:ONE`,
          `see ${imageOf(sandbox)}`
        ]
      }
      yield* ingest(sandbox, ingestRequest([], body))
      const url = `${sandbox.url}/iiif/3/URN-3:SANDBOX:VIEWS`
      const items = Effect.fnUntraced(function*(query: string) {
        const reply = yield* call(url + query)
        return [reply.headers.get("x-sandbox-view"), at(reply.json, "items")] as const
      })
      const seen = [
        imageOf(sandbox, "authenticated/"),
        `${imageOf(sandbox, "3/authenticated/")}/full/max/0/default.jpg`,
        imageOf(sandbox, "3/authenticated/")
      ]
      const others = body.items.slice(4)
      assert.deepStrictEqual(yield* items(""), [null, body.items])
      assert.deepStrictEqual(yield* items("?sandbox-audience=authenticated"), [
        "sandbox-audience=authenticated",
        [...seen, body.items[3], ...others]
      ])
      assert.deepStrictEqual(yield* items("?hosts=sandbox&sandbox-audience=authenticated"), [
        "hosts=sandbox; sandbox-audience=authenticated",
        [...seen, seen[0], ...others]
      ])
      assert.strictEqual((yield* call(`${url}?sandbox-audience=admin`)).status, 400)
      const named = yield* call(`${sandbox.url}/URN-3:SANDBOX:VIEWS:MANIFEST:3?sandbox-audience=public&hosts=sandbox`)
      assert.strictEqual(named.headers.get("location"), `${url}?hosts=sandbox&sandbox-audience=public`)
      const viewed = yield* Effect.promise(() =>
        fetch(`${sandbox.url}/URN-3:SANDBOX:VIEWS:VIEW?n=2&sandbox-audience=authenticated`)
      )
      assert.strictEqual(
        viewed.url,
        `${sandbox.url}/view/URN-3:SANDBOX:VIEWS?n=2&sandbox-audience=authenticated`
      )
      assert.strictEqual((yield* call(`${sandbox.url}/URN-3:SANDBOX:VIEWS:VIEW?sandbox-audience=admin`)).status, 400)
    })))
})

describe("pages", () => {
  it.live("show a limited picture as who is asked for, and link to the other view", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox)
      const page = `${sandbox.url}/view/SANDBOX:ONE`
      const asPublic = (yield* call(page)).text
      assert.include(asPublic, "at most 100 × 75 pixels of 400 × 300")
      assert.include(asPublic, `data-info="${imageOf(sandbox, "public/")}/info.json"`)
      assert.include(asPublic, `href="?sandbox-audience=authenticated"`)
      const signedIn = (yield* call(`${page}?sandbox-audience=authenticated`)).text
      assert.include(signedIn, "all of the 400 × 300 pixels")
      assert.include(signedIn, `data-info="${imageOf(sandbox, "authenticated/")}/info.json"`)
      const byCookie = (yield* call(page, { headers: { cookie: "sandbox-audience=authenticated" } })).text
      assert.strictEqual(byCookie, signedIn)
      const contents = (yield* call(`${page}/contents`)).text
      assert.include(contents, "The public sees 100 × 75 pixels, someone signed in all of it")
      assert.notInclude(contents, "/full/200,/")
      assert.include((yield* call(`${page}/contents?sandbox-audience=authenticated`)).text, "/full/200,/")
      assert.strictEqual((yield* call(`${page}?sandbox-audience=admin`)).status, 400)
      assert.include((yield* call(sandbox.url)).text, "The public sees 100 × 75 pixels")
    })))

  it.live("keep the page of a manifest, and say nothing where nobody has a limit", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const canvas = {
        id: `${sandbox.url}/canvas/1`,
        type: "Canvas",
        thumbnail: [{ id: `${imageOf(sandbox)}/full/50,/0/default.jpg`, type: "Image" }],
        items: [{
          type: "AnnotationPage",
          items: [{ type: "Annotation", body: { service: [{ id: imageOf(sandbox) }] } }]
        }]
      }
      const book = { ...manifest(sandbox, "PAGES"), items: [canvas, canvas] }
      yield* filled(sandbox)
      yield* ingest(sandbox, ingestRequest([], book))
      const view = `${sandbox.url}/view/URN-3:SANDBOX:PAGES`
      const limited = (yield* call(`${view}?n=2`)).text
      assert.include(limited, `href="?n=2&amp;sandbox-audience=authenticated"`)
      assert.include(limited, `data-manifest="${sandbox.url}/iiif/3/URN-3:SANDBOX:PAGES?sandbox-audience=public"`)
      const contents = (yield* call(`${view}/contents?sandbox-audience=authenticated`)).text
      assert.include(contents, `${imageOf(sandbox, "authenticated/")}/full/50,/0/default.jpg`)

      const manifestId = encodeURIComponent(`${sandbox.url}/iiif/3/URN-3:SANDBOX:PAGES`)
      const viewer = yield* call(`${sandbox.url}/viewer/?manifestId=${manifestId}&n=2&sandbox-audience=authenticated`)
      assert.strictEqual(viewer.headers.get("location"), `${view}?n=2&sandbox-audience=authenticated`)

      yield* filled(sandbox, { policyGroupName: "default" })
      for (const address of [view, `${view}/contents`, `${sandbox.url}/view/SANDBOX:ONE`]) {
        const page = (yield* call(address)).text
        assert.notInclude(page, "sandbox-audience")
        assert.notInclude(page, "someone signed in")
      }
    })))
})
