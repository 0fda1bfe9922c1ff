/** What the official validator does not ask of an image service. */
import { assert, describe, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import sharp from "sharp"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { ingest, prepared } from "./support/ingest.ts"
import * as Service from "./support/service.ts"
import { problemsOfGrid, squares } from "./support/squares.ts"

const { bare, errorOf, jsonOf, pathOf, services, three, two } = Service

const SQUARES = "SANDBOX:squares67"
const WIDE = "SANDBOX:wide"
const SMALL = "SANDBOX:small"
const [wideWidth, wideHeight] = [1411, 777]

/** Colors that differ from pixel to pixel but not by much. */
const gradient = (width: number, height: number): Effect.Effect<Buffer> =>
  Effect.promise(() => {
    const data = Buffer.alloc(width * height * 3)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data.set([(x * 255) / width, (y * 255) / height, 128], (y * width + x) * 3)
    }
    return sharp(data, { raw: { width, height, channels: 3 } }).png().toBuffer()
  })

const world = prepared(Effect.all([
  Effect.map(squares, (bytes) => ({ id: "squares67", bytes })),
  Effect.map(gradient(wideWidth, wideHeight), (bytes) => ({ id: "wide", bytes })),
  Effect.map(gradient(40, 30), (bytes) => ({ id: "small", bytes }))
]))

const get = (path: string, sent?: Service.Sent) =>
  Effect.flatMap(Sandbox.Sandbox, (sandbox) => Service.get(sandbox, path, sent))

const ok = Effect.fnUntraced(function*(path: string, sent?: Service.Sent) {
  const got = yield* get(path, sent)
  assert.strictEqual(got.status, 200, `${path}: ${got.status} ${got.status === 200 ? "" : got.body}`)
  return got
})

const pixels = (path: string) => Effect.flatMap(ok(path), ({ body }) => Service.decode(body))

const sizeOf = (path: string) => Effect.map(pixels(path), ({ height, width }) => [width, height])

/** The error has to say which part is wrong, since a URL has five of them. */
const refuses = Effect.fnUntraced(function*(path: string, part: RegExp, statuses: ReadonlyArray<number> = [400]) {
  const got = yield* get(path)
  assert.include([...statuses], got.status, path)
  assert.match(errorOf(got), part, path)
  assert.strictEqual(got.headers["access-control-allow-origin"], "*", path)
})

const link = ({ headers }: Service.Got, relation: string): string | undefined => {
  const [text = ""] = [headers["link"] ?? ""].flat()
  for (const [, uri, parameters = ""] of text.matchAll(/<([^>]*)>([^,<]*)/g)) {
    if (parameters.replaceAll(/[\s"]/g, "").includes(`rel=${relation}`)) return uri
  }
  return undefined
}

/** The canonical path of an image request, with a caret written as such. */
const canonical = Effect.fnUntraced(function*(path: string) {
  const { url } = yield* Sandbox.Sandbox
  const uri = link(yield* ok(path), "canonical") ?? "none"
  assert.isTrue(uri.startsWith(`${url}/`), uri)
  return uri.slice(url.length).replaceAll("%5E", "^")
})

const restOf = (service: Service.Service, id: string, path: string) => path.replace(`${service.prefix}/${id}/`, "")

layer(world, { excludeTestServices: true })("image API", (it) => {
  describe("identifiers", () => {
    const spellings = [
      SQUARES,
      "SANDBOX%3Asquares67",
      "SANDBOX%3asquares67",
      "sandbox:squares67",
      "Sandbox%3Asquares67",
      "%53ANDBOX:%73quares67"
    ]

    it.effect.each(spellings)("%s is the same asset", (id) =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        for (const service of services) {
          const info = jsonOf(yield* ok(`${service.prefix}/${id}/info.json`))
          const expected = `${sandbox.url}${service.prefix}/${SQUARES}`
          assert.strictEqual(Client.at(info, service.version === "2.1" ? "@id" : "id"), expected)
          assert.deepStrictEqual(problemsOfGrid(yield* pixels(pathOf(service, id))), [])
          assert.strictEqual(yield* canonical(pathOf(service, id)), pathOf(service, SQUARES))
          const base = yield* get(`${service.prefix}/${id}`)
          assert.deepStrictEqual([base.status, base.headers.location], [303, `${expected}/info.json`])
        }
      }))

    it.effect("are case-sensitive after the namespace, and whole", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const others = [
            "SANDBOX:SQUARES67",
            "SANDBOX:squares6",
            "squares67",
            "SANDBOX%253Asquares67",
            "SANDBOX::squares67",
            "OTHER:squares67",
            "SANDBOX:squares67%00",
            "..%2FSANDBOX:squares67"
          ]
          for (const id of others) {
            for (const path of ["", "/info.json", "/full/max/0/default.jpg"]) {
              const got = yield* get(`${service.prefix}/${id}${path}`)
              assert.strictEqual(got.status, 404, id)
              assert.isAbove(errorOf(got).length, 8, id)
            }
          }
        }
      }))

    it.effect("never come from the Host header", () =>
      Effect.gen(function*() {
        const { url } = yield* Sandbox.Sandbox
        const host = `localhost:${new URL(url).port}`
        const info = jsonOf(yield* ok(`${bare.prefix}/${SQUARES}/info.json`, { headers: { host } }))
        assert.strictEqual(Client.at(info, "@id"), `${url}${bare.prefix}/${SQUARES}`)
      }))
  })

  describe("the canonical link", () => {
    const cases: ReadonlyArray<readonly [asked: string, in2: string, in3: string]> = [
      ["full/max/0/default.jpg", "full/full/0/default.jpg", "full/max/0/default.jpg"],
      ["full/1411,/0/default.jpg", "full/full/0/default.jpg", "full/max/0/default.jpg"],
      ["full/1411,777/0/default.jpg", "full/full/0/default.jpg", "full/max/0/default.jpg"],
      ["full/pct:100/0/default.jpg", "full/full/0/default.jpg", "full/max/0/default.jpg"],
      ["0,0,1411,777/max/0/default.jpg", "full/full/0/default.jpg", "full/max/0/default.jpg"],
      ["0,0,5000,5000/max/0/default.jpg", "full/full/0/default.jpg", "full/max/0/default.jpg"],
      ["pct:0,0,100,100/max/0/default.jpg", "full/full/0/default.jpg", "full/max/0/default.jpg"],
      ["full/500,/0/default.jpg", "full/500,/0/default.jpg", "full/500,275/0/default.jpg"],
      ["full/500,275/0/default.jpg", "full/500,/0/default.jpg", "full/500,275/0/default.jpg"],
      ["full/500,300/0/default.jpg", "full/500,300/0/default.jpg", "full/500,300/0/default.jpg"],
      ["full/!500,500/0/default.jpg", "full/500,/0/default.jpg", "full/500,275/0/default.jpg"],
      ["100,50,400,200/max/0/default.jpg", "100,50,400,200/full/0/default.jpg", "100,50,400,200/max/0/default.jpg"],
      [
        "100,50,400,200/,100/0/default.jpg",
        "100,50,400,200/200,/0/default.jpg",
        "100,50,400,200/200,100/0/default.jpg"
      ],
      [
        "100,50,400,200/pct:25/0/default.jpg",
        "100,50,400,200/100,/0/default.jpg",
        "100,50,400,200/100,50/0/default.jpg"
      ],
      [
        "1311,677,512,512/max/0/default.jpg",
        "1311,677,100,100/full/0/default.jpg",
        "1311,677,100,100/max/0/default.jpg"
      ],
      ["square/max/0/default.jpg", "317,0,777,777/full/0/default.jpg", "317,0,777,777/max/0/default.jpg"],
      ["full/max/90.0/default.jpg", "full/full/90/default.jpg", "full/max/90/default.jpg"],
      ["full/max/!90/default.jpg", "full/full/!90/default.jpg", "full/max/!90/default.jpg"],
      ["full/max/22.50/default.jpg", "full/full/22.5/default.jpg", "full/max/22.5/default.jpg"],
      ["full/max/0/gray.png", "full/full/0/gray.png", "full/max/0/gray.png"]
    ]

    for (const service of services) {
      it.effect.each(cases)(`${service.name}: %s`, ([asked, in2, in3]) =>
        Effect.gen(function*() {
          const path = yield* canonical(`${service.prefix}/${WIDE}/${asked}`)
          const expected = service.version === "2.1" ? in2 : in3
          assert.strictEqual(restOf(service, WIDE, path), expected)
          // It leads to itself, and to the same bytes.
          assert.strictEqual(yield* canonical(path), path)
          const [first, second] = [yield* ok(`${service.prefix}/${WIDE}/${asked}`), yield* ok(path)]
          assert.isTrue(first.body.equals(second.body))
        }))
    }

    it.effect("rounds percentages to pixels that lie in the image", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const path = yield* canonical(pathOf(service, WIDE, { region: "pct:33.3,66.6,33.3,50" }))
          const [region = ""] = restOf(service, WIDE, path).split("/")
          const [x = -1, y = -1, w = -1, h = -1] = region.split(",").map(Number)
          assert.isAtMost(Math.abs(x - 469.9), 1, region)
          assert.isAtMost(Math.abs(y - 517.5), 1, region)
          assert.isAtMost(Math.abs(w - 469.9), 1, region)
          assert.strictEqual(y + h, wideHeight, region)
          assert.deepStrictEqual(yield* sizeOf(path), [w, h])
        }
      }))

    it.effect("stands beside that of the profile", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const major = service.version === "2.1" ? 2 : 3
          const got = yield* ok(pathOf(service, WIDE))
          assert.strictEqual(link(got, "profile"), `http://iiif.io/api/image/${major}/level2.json`)
          assert.include(String(got.headers["access-control-expose-headers"]).toLowerCase(), "link")
        }
      }))
  })

  describe("rotation", () => {
    const rotate = (service: Service.Service, rotation: string) => pathOf(service, SMALL, { rotation, format: "png" })

    it.effect("turns and mirrors, in this order of the specification: mirror, then turn", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const stored = yield* pixels(rotate(service, "0"))
          const at = (image: Service.Pixels, x: number, y: number) => Service.pixel(image, x, y).slice(0, 3)
          const quarter = yield* pixels(rotate(service, "90"))
          assert.deepStrictEqual([quarter.width, quarter.height], [30, 40])
          assert.deepStrictEqual(at(quarter, 29, 0), at(stored, 0, 0))
          const mirrored = yield* pixels(rotate(service, "!90"))
          assert.deepStrictEqual(at(mirrored, 29, 0), at(stored, 39, 0))
          assert.deepStrictEqual(at(mirrored, 29, 39), at(stored, 0, 0))
          const whole = yield* pixels(rotate(service, "360"))
          assert.isTrue(whole.data.equals(stored.data))
        }
      }))

    it.effect("encloses the picture at other angles", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const [width = 0, height = 0] = yield* sizeOf(rotate(service, "30"))
          assert.isAtMost(Math.abs(width - (40 * Math.cos(Math.PI / 6) + 30 * 0.5)), 2)
          assert.isAtMost(Math.abs(height - (40 * 0.5 + 30 * Math.cos(Math.PI / 6))), 2)
          yield* ok(rotate(service, "0.0001"))
          yield* ok(rotate(service, "359.9999"))
        }
      }))

    const wrong = [
      "361",
      "360.1",
      "-90",
      "+90",
      "1e2",
      "NaN",
      "Infinity",
      "0x5a",
      "!!0",
      "90!",
      "90,",
      "90%20",
      "!",
      "x"
    ]
    it.effect.each(wrong)(
      "refuses %s",
      (rotation) => Effect.forEach(services, (service) => refuses(rotate(service, rotation), /rotation/i))
    )

    it.effect("reads leading zeros as they are, or refuses them", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const got = yield* get(rotate(service, "090"))
          assert.include([200, 400], got.status)
          if (got.status === 200) assert.match(link(got, "canonical") ?? "", /\/90\/default\.png$/)
        }
      }))
  })

  describe("sizes", () => {
    const absurd = [
      "0,",
      ",0",
      "0,0",
      "!0,0",
      "-1,",
      "-1,-1",
      "10,-1",
      "2147483648,",
      "4294967297,4294967297",
      "999999999,",
      ",999999999",
      "99999999999999999999,",
      "1e308,",
      "1e1,",
      "NaN,",
      "Infinity,",
      "undefined,",
      ",",
      "!,",
      "!10",
      "10",
      "10,10,10",
      "10.5,",
      "0x10,",
      "%2010,",
      "10%20,",
      "+10,",
      "10%2B,",
      "pct:0",
      "pct:-5",
      "pct:NaN",
      "pct:",
      "pct:1e1",
      "pct:100.1",
      "pct:200",
      "pct:10,10",
      "max,",
      "full,",
      "FULL",
      "Max",
      "%EF%BC%91%EF%BC%90,"
    ]

    it.effect.each(absurd)(
      "refuses %s",
      (size) => Effect.forEach(services, (service) => refuses(pathOf(service, SQUARES, { size }), /size/i))
    )

    it.effect("have to stay within the limits when they are turned", () =>
      Effect.forEach(
        ["22.5", "45", "!135"],
        (rotation) =>
          refuses(pathOf(three, SQUARES, { region: "0,0,1000,20", size: "^65500,1310", rotation }), /turned/)
      ))

    it.effect("do not grow a picture that nobody asked to grow", () =>
      Effect.gen(function*() {
        for (const service of services) {
          for (const size of ["1001,", ",1001", "1001,1001", "500,1001"]) {
            yield* refuses(pathOf(service, SQUARES, { size }), /size/i)
          }
        }
      }))

    it.effect("may be limits larger than the picture in 2.1, as in the address of every thumbnail", () =>
      Effect.gen(function*() {
        for (const service of [bare, two]) {
          assert.deepStrictEqual(yield* sizeOf(pathOf(service, SMALL, { size: "!200,200" })), [40, 30])
        }
      }))

    it.effect("have a caret only in 3.0", () =>
      Effect.gen(function*() {
        const carets = ["^500,", "^max", "^!500,500", "^2000,"]
        for (const size of carets) {
          yield* refuses(pathOf(bare, SQUARES, { size }), /size/i)
          yield* refuses(pathOf(two, SQUARES, { size }), /size/i)
        }
        const info = jsonOf(yield* ok(`${three.prefix}/${SQUARES}/info.json`))
        const extra = Client.at(info, "extraFeatures")
        if (!Array.isArray(extra) || !extra.includes("sizeUpscaling")) {
          for (const size of carets) yield* refuses(pathOf(three, SQUARES, { size }), /size/i, [400, 501])
          return
        }
        // Who scales up has to say how far.
        assert.isTrue(["maxWidth", "maxArea"].some((name) => Number(Client.at(info, name)) > 0))
        assert.deepStrictEqual(yield* sizeOf(pathOf(three, SQUARES, { size: "^1200," })), [1200, 1200])
        assert.deepStrictEqual(yield* sizeOf(pathOf(three, SQUARES, { size: "^500,400" })), [500, 400])
        assert.deepStrictEqual(yield* sizeOf(pathOf(three, SQUARES, { size: "^pct:120" })), [1200, 1200])
        assert.deepStrictEqual(yield* sizeOf(pathOf(three, SQUARES, { size: "^!1100,1300" })), [1100, 1100])
        for (const size of ["^999999999,", "^100000,100000", "^pct:100000", "^2147483648,"]) {
          yield* refuses(pathOf(three, SQUARES, { size }), /size/i)
        }
      }))

    it.effect("are at least one pixel, however thin the region", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const thin = pathOf(service, WIDE, { region: "0,0,1411,1", size: "10," })
          const got = yield* get(thin)
          assert.include([200, 400], got.status)
          if (got.status === 200) assert.deepStrictEqual(yield* sizeOf(thin), [10, 1])
        }
      }))

    it.effect("full is of 2.1 and max of both", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* sizeOf(pathOf(bare, SQUARES, { size: "max" })), [1000, 1000])
        assert.deepStrictEqual(yield* sizeOf(pathOf(two, SQUARES, { size: "full" })), [1000, 1000])
        yield* refuses(pathOf(three, SQUARES, { size: "full" }), /size/i)
      }))
  })

  describe("regions", () => {
    const wrong = [
      "1000,0,10,10",
      "0,1000,10,10",
      "0,0,0,10",
      "0,0,10,0",
      "-1,0,10,10",
      "0,0,-10,10",
      "0,0,1e2,10",
      "0,0,10.5,10",
      "0,0,10",
      "0,0,10,10,10",
      "NaN,0,10,10",
      "%200,0,10,10",
      "+0,0,10,10",
      "0;0;10;10",
      "pct:100,0,10,10",
      "pct:0,0,0,0",
      "pct:-1,0,10,10",
      "pct:0,0,NaN,10",
      "pct:0,0,1e1,10",
      "pct:0,0,10",
      "square,",
      "Full",
      "max"
    ]

    it.effect.each(wrong)(
      "refuses %s",
      (region) => Effect.forEach(services, (service) => refuses(pathOf(service, SQUARES, { region }), /region/i))
    )

    it.effect("are cut to the picture", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const of = (region: string) => sizeOf(pathOf(service, SQUARES, { region }))
          assert.deepStrictEqual(yield* of("900,950,999999999,999999999"), [100, 50])
          assert.deepStrictEqual(yield* of("pct:90,90,50,200"), [100, 100])
          assert.deepStrictEqual(yield* of("999,999,1,1"), [1, 1])
        }
      }))
  })

  describe("qualities and formats", () => {
    const types = { jpg: "image/jpeg", tif: "image/tiff", gif: "image/gif", png: "image/png" }

    it.effect.each(Object.entries(types))(
      "%s is %s, with the right pixels",
      ([format, type]) =>
        Effect.gen(function*() {
          for (const service of services) {
            const got = yield* ok(pathOf(service, SQUARES, { format }))
            assert.strictEqual(got.headers["content-type"], type)
            const decoded = yield* Service.decode(got.body)
            assert.strictEqual(`image/${decoded.format}`, type)
            assert.deepStrictEqual(problemsOfGrid(decoded), [])
          }
        })
    )

    it.effect.each(["webp", "jp2", "pdf", "svg", "JPG", "jpeg", "html", "jpg.png", "json"])(
      "refuses .%s",
      (format) =>
        Effect.forEach(
          services,
          (service) => refuses(pathOf(service, SQUARES, { format }), /format|quality/i, [400, 501])
        )
    )

    it.effect.each(["grey", "native", "Default", "colour", "default.default"])(
      "refuses %s",
      (quality) =>
        Effect.forEach(services, (service) => refuses(pathOf(service, SQUARES, { quality }), /quality|format/i))
    )

    it.effect("serve color as the default, gray and bitonal without color", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const of = (quality: string) => pixels(pathOf(service, SQUARES, { quality }))
          const [plain, color] = [yield* of("default"), yield* of("color")]
          assert.isTrue(plain.data.equals(color.data))
          const gray = yield* of("gray")
          const values = new Set<number>()
          for (let x = 50; x < 1000; x += 100) {
            const [red = 0, green = red, blue = red] = Service.pixel(gray, x, 450)
            assert.isTrue(red === green && green === blue)
            values.add(red)
          }
          assert.isAbove(values.size, 5)
          const bitonal = yield* of("bitonal")
          assert.deepStrictEqual([...new Set(bitonal.data)].toSorted(), [0, 255])
        }
      }))
  })

  describe("spelling", () => {
    const same = [
      "0%2C0%2C100%2C100/max/0/default.png",
      "0,0,100,100/%6Dax/0/default.png",
      "0,0,100,100/max/%30/default.png",
      "0,0,100,100/max/0/default%2Epng",
      "0,0,100,100/max/0/default.png?",
      "0,0,100,100/max/0/default.png?size=10,&x=%ZZ",
      "0,0,100,100/100%2C/0/default.png",
      "0,0,100,100/pct%3A100/0/default.png"
    ]

    it.effect.each(same)("%s is read as it is meant", (path) =>
      Effect.gen(function*() {
        for (const service of services) {
          const plain = yield* ok(`${service.prefix}/${SQUARES}/0,0,100,100/max/0/default.png`)
          const got = yield* ok(`${service.prefix}/${SQUARES}/${path}`)
          assert.isTrue(got.body.equals(plain.body))
        }
      }))

    const other = [
      "full/max/0/default",
      "full/max/0/.png",
      "full/max/0/default.",
      "full/max/0/default.png%00",
      "full/max/0/%FF.png",
      "full/max/0/default.png/",
      "full/max/0",
      "full/max",
      "/full/max/0/default.png",
      "full//0/default.png",
      "full%2Fmax/0/default.png",
      "full/max/0/default.png%0D%0Ax-evil:1",
      "0%2500/max/0/default.png"
    ]

    it.effect.each(other)("%s is refused", (path) =>
      Effect.gen(function*() {
        for (const service of services) {
          const got = yield* get(`${service.prefix}/${SQUARES}/${path}`)
          assert.include([400, 404], got.status)
          assert.isAbove(errorOf(got).length, 8)
          assert.isUndefined(got.headers["x-evil"])
        }
      }))
  })

  describe("caches", () => {
    const paths = services.flatMap((service) => [
      `${service.prefix}/${WIDE}/info.json`,
      pathOf(service, WIDE, { size: "100,", format: "jpg" }),
      pathOf(service, WIDE, { region: "0,0,512,512", size: "512,512", format: "jpg" }),
      pathOf(service, WIDE, { size: "90,", format: "png" })
    ])

    it.effect.each(paths)("%s has a strong ETag that answers 304", (path) =>
      Effect.gen(function*() {
        const got = yield* ok(path)
        const etag = got.headers.etag ?? ""
        assert.match(etag, /^"[^"]+"$/)
        assert.strictEqual((yield* ok(path)).headers.etag, etag)
        assert.strictEqual(got.headers["cache-control"], "no-cache")
        for (const matching of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
          const unchanged = yield* get(path, { headers: { "if-none-match": matching } })
          assert.strictEqual(unchanged.status, 304, matching)
          assert.strictEqual(unchanged.body.length, 0)
          assert.isUndefined(unchanged.headers["content-length"])
          for (const name of ["etag", "cache-control", "access-control-allow-origin", "vary"] as const) {
            assert.strictEqual(unchanged.headers[name], got.headers[name], name)
          }
        }
        for (const other of ["\"other\"", etag.slice(1, -1), "junk,,\"", ""]) {
          assert.strictEqual((yield* get(path, { headers: { "if-none-match": other } })).status, 200, other)
        }
      }))

    it.effect.each(paths)("HEAD %s equals GET without a body", (path) =>
      Effect.gen(function*() {
        const plain = (got: Service.Got) => ({ ...got.headers, date: "" })
        const [got, head] = [yield* ok(path), yield* ok(path, { method: "HEAD" })]
        assert.strictEqual(head.body.length, 0)
        assert.deepStrictEqual(plain(head), plain(got))
        assert.strictEqual(got.headers["content-length"], String(got.body.length))
        const headers = { "if-none-match": got.headers.etag ?? "" }
        assert.strictEqual((yield* get(path, { method: "HEAD", headers })).status, 304)
      }))

    it.effect("see a picture that was ingested again", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const colored = (background: string, side: number) =>
          Effect.promise(() =>
            sharp({ create: { width: side, height: side, channels: 3, background } }).png().toBuffer()
          )
        const paths = services.flatMap((service) => [
          `${service.prefix}/SANDBOX:again/info.json`,
          pathOf(service, "SANDBOX:again", { size: "64," }),
          pathOf(service, "SANDBOX:again", { region: "0,0,512,512", size: "512,512", format: "jpg" })
        ])
        const etags = () => Effect.forEach(paths, (path) => Effect.map(ok(path), ({ headers }) => headers.etag))
        yield* ingest(sandbox, { id: "again", bytes: yield* colored("#ff0000", 600) })
        const first = yield* etags()
        yield* ingest(sandbox, { id: "again", bytes: yield* colored("#0000ff", 700) })
        const second = yield* etags()
        for (const [i, etag] of first.entries()) {
          assert.notStrictEqual(second[i], etag, paths[i])
          const headers = { "if-none-match": etag ?? "" }
          assert.strictEqual((yield* get(paths[i] ?? "", { headers })).status, 200)
        }
        for (const service of services) {
          const image = yield* pixels(pathOf(service, "SANDBOX:again", { size: "64," }))
          assert.isAtMost(Service.distance(Service.pixel(image, 32, 32).slice(0, 3), [0, 0, 255]), 2)
        }
      }))

    it.effect("serve a picture while it is ingested again", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const picture = { id: "meanwhile", bytes: yield* gradient(1100, 900) }
        yield* ingest(sandbox, picture)
        // More than are rendered at once, so that some wait for a pyramid that is replaced.
        const render = (x: number) =>
          Effect.forEach(
            Array.from({ length: 10 }, (_, y) => pathOf(bare, "SANDBOX:meanwhile", { region: `${x},${y},1000,800` })),
            (path) => ok(path)
          )
        const columns = Effect.forEach(Array.from({ length: 16 }, (_, x) => x), render, { concurrency: "unbounded" })
        yield* Effect.raceFirst(columns, Effect.forever(ingest(sandbox, picture)))
      }))
  })

  describe("HTTP", () => {
    const paths = services.flatMap((service) => [
      `${service.prefix}/${SQUARES}`,
      `${service.prefix}/${SQUARES}/info.json`,
      pathOf(service, SQUARES, { size: "50," })
    ])

    it.effect.each(paths)("%s answers a preflight and refuses to be changed", (path) =>
      Effect.gen(function*() {
        const preflight = yield* get(path, {
          method: "OPTIONS",
          headers: {
            origin: "https://example.org",
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match"
          }
        })
        assert.strictEqual(preflight.status, 204)
        assert.strictEqual(preflight.headers["access-control-allow-origin"], "*")
        assert.include(preflight.headers["access-control-allow-methods"], "GET")
        for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
          const got = yield* get(path, { method })
          assert.strictEqual(got.status, 405, method)
          assert.deepStrictEqual(got.headers.allow?.split(/, */).toSorted(), ["GET", "HEAD", "OPTIONS"])
        }
      }))

    it.effect("sends the whole picture to who asks for a range", () =>
      Effect.gen(function*() {
        const path = pathOf(bare, SQUARES, { size: "50," })
        const whole = yield* ok(path)
        for (const range of ["bytes=0-9", "bytes=5-1", "junk", "bytes=-0"]) {
          const got = yield* get(path, { headers: { range } })
          if (got.status === 206) assert.strictEqual(range, "bytes=0-9")
          else assert.isTrue(got.status === 200 && got.body.equals(whole.body), range)
        }
      }))

    it.effect("does not negotiate the format of pixels", () =>
      Effect.gen(function*() {
        const got = yield* ok(pathOf(bare, SQUARES, { size: "50,", format: "jpg" }), {
          headers: { accept: "image/png;q=1.0" }
        })
        assert.strictEqual(got.headers["content-type"], "image/jpeg")
      }))
  })

  describe("info.json", () => {
    const profile = (version: 2 | 3) => `profile="http://iiif.io/api/image/${version}/context.json"`
    const json = /^application\/json(?:;|$)/
    const ld = /^application\/ld\+json(?:;|$)/
    /** Who sends junk gets either form. */
    const either = /^application\/(?:ld\+)?json(?:;|$)/

    const negotiations: ReadonlyArray<readonly [accept: string | undefined, type: RegExp, version: 2 | 3]> = [
      [undefined, json, 2],
      ["*/*", json, 2],
      ["application/json", json, 2],
      ["application/ld+json", ld, 2],
      [`application/ld+json;${profile(2)}`, ld, 2],
      [`application/ld+json;${profile(3)}`, ld, 3],
      [`application/ld+json; ${profile(3)} ; q=1.0, application/json;q=0.1`, ld, 3],
      [`application/ld+json;${profile(3)};q=0.1, application/ld+json;${profile(2)};q=0.9`, ld, 2],
      [`application/ld+json;${profile(2)};q=0.1, application/ld+json;${profile(3)};q=0.9`, ld, 3],
      ["application/ld+json;q=0.1, application/json", json, 2],
      ["application/json;q=0.5, application/ld+json;q=0.9", ld, 2],
      ["application/ld+json;q=0, */*", json, 2],
      ["APPLICATION/LD+JSON", ld, 2],
      ["text/html", json, 2],
      [";;;,,,q=", json, 2],
      ["application/ld+json;profile=\"", either, 2],
      ["application/ld+json;q=junk", either, 2],
      [`application/ld+json;profile="${"x".repeat(4000)}"`, ld, 2],
      ["*/*,".repeat(1000), json, 2]
    ]

    const named = negotiations.map(([accept, ...expected]) => ({
      name: String(accept).slice(0, 120),
      accept,
      expected
    }))

    it.effect.each(named)("negotiates $name", ({ accept, expected: [type, version] }) =>
      Effect.gen(function*() {
        const { url } = yield* Sandbox.Sandbox
        const sent = accept === undefined ? {} : { headers: { accept } }
        const got = yield* ok(`${bare.prefix}/${WIDE}/info.json`, sent)
        const contentType = got.headers["content-type"] ?? ""
        assert.match(contentType, type)
        assert.match(String(got.headers["vary"]), /accept/i)
        const value = jsonOf(got)
        assert.strictEqual(Client.at(value, "@context"), `http://iiif.io/api/image/${version}/context.json`)
        const id = version === 2 ? `${url}${bare.prefix}/${WIDE}` : `${url}${three.prefix}/${WIDE}`
        assert.strictEqual(Client.at(value, version === 2 ? "@id" : "id"), id)
        if (version === 3) assert.include(contentType, "http://iiif.io/api/image/3/context.json")
        if (json.test(contentType)) {
          assert.strictEqual(
            link(got, "http://www.w3.org/ns/json-ld#context"),
            "http://iiif.io/api/image/2/context.json"
          )
        }
      }))

    it.effect("keeps the version that the path names", () =>
      Effect.gen(function*() {
        for (const [service, asked] of [[two, 3], [three, 2]] as const) {
          const headers = { accept: `application/ld+json;${profile(asked)}` }
          const value = jsonOf(yield* ok(`${service.prefix}/${WIDE}/info.json`, { headers }))
          assert.strictEqual(Client.at(value, "@context"), `http://iiif.io/api/image/${5 - asked}/context.json`)
        }
      }))

    it.effect("has the shape that was seen of MPS (docs/mps.md, 2.4)", () =>
      Effect.gen(function*() {
        const value = jsonOf(yield* ok(`${bare.prefix}/${WIDE}/info.json`))
        assert.deepStrictEqual([Client.at(value, "width"), Client.at(value, "height")], [wideWidth, wideHeight])
        assert.strictEqual(Client.at(value, "profile", 0), "http://iiif.io/api/image/2/level2.json")
        assert.deepStrictEqual(Client.at(value, "profile", 1, "formats"), ["jpg", "tif", "gif", "png"])
        const supports = Client.at(value, "profile", 1, "supports")
        assert.isTrue(
          Array.isArray(supports) && supports.includes("mirroring") && supports.includes("rotationArbitrary")
        )
        const sizes = Client.at(value, "sizes")
        assert.isTrue(Array.isArray(sizes) && sizes.length > 1)
        assert.deepStrictEqual(Client.at(sizes, Array.isArray(sizes) ? sizes.length - 1 : 0), {
          width: wideWidth,
          height: wideHeight
        })
      }))

    it.effect("promises sizes and tiles that are served", () =>
      Effect.gen(function*() {
        for (const service of services) {
          const value = jsonOf(yield* ok(`${service.prefix}/${WIDE}/info.json`))
          const sizes = Client.at(value, "sizes")
          assert.isTrue(Array.isArray(sizes))
          for (const size of Array.isArray(sizes) ? sizes : []) {
            const [width, height] = [Number(Client.at(size, "width")), Number(Client.at(size, "height"))]
            for (
              const text of service.version === "2.1"
                ? [`${width},`, `${width},${height}`]
                : [`${width},${height}`]
            ) {
              assert.deepStrictEqual(yield* sizeOf(pathOf(service, WIDE, { size: text })), [width, height])
            }
          }
          const tile = Client.at(value, "tiles", 0)
          const side = Number(Client.at(tile, "width"))
          const factors = Client.at(tile, "scaleFactors")
          assert.isTrue(Array.isArray(factors) && factors.length > 0)
          for (const factor of Array.isArray(factors) ? factors.map(Number) : []) {
            const step = side * factor
            for (let y = 0; y < wideHeight; y += step) {
              for (let x = 0; x < wideWidth; x += step) {
                const [w, h] = [Math.min(step, wideWidth - x), Math.min(step, wideHeight - y)]
                const [tw, th] = [Math.ceil(w / factor), Math.ceil(h / factor)]
                const region = `${x},${y},${w},${h}`
                const forms = service.version === "2.1" ? [`${tw},`, `${tw},${th}`] : [`${tw},${th}`]
                for (const size of forms) {
                  const [seenWidth = 0, seenHeight = 0] = yield* sizeOf(
                    pathOf(service, WIDE, { region, size, format: "jpg" })
                  )
                  assert.strictEqual(seenWidth, tw, `${region}/${size}`)
                  assert.isAtMost(Math.abs(seenHeight - th), size.endsWith(",") ? 1 : 0, `${region}/${size}`)
                }
              }
            }
          }
        }
      }))
  })
})
