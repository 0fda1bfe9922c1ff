/**
 * The checks of the official IIIF image validator (github.com/IIIF/image-validator, December 2024) that apply at
 * level 2, each by its official name and expressed anew. What the original draws at random is here a seeded or a whole
 * set, and the whole grid of squares is compared where it looks at a few.
 */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { Random } from "../../../packages/iiif/test/support/random.ts"
import * as Client from "../../../packages/sandbox/test/support/client.ts"
import * as Service from "./service.ts"
import * as Squares from "./squares.ts"

export interface Target {
  readonly sandbox: Client.Running
  readonly service: Service.Service
  readonly id: string
}

export interface Check {
  /** The official name. */
  readonly name: string
  /** Only where the official one has fewer than both versions. */
  readonly versions?: ReadonlyArray<Service.Service["version"]>
  readonly run: (target: Target) => Effect.Effect<unknown, Client.NoAnswer>
}

const fetch = ({ id, sandbox, service }: Target, parameters: Service.Parameters = {}) =>
  Service.get(sandbox, Service.pathOf(service, id, { format: "jpg", ...parameters }))

const image = Effect.fnUntraced(function*(target: Target, parameters: Service.Parameters = {}) {
  const got = yield* fetch(target, parameters)
  assert.strictEqual(got.status, 200, got.status === 200 ? "" : got.body.toString("utf8"))
  return yield* Service.decode(got.body)
})

const info = ({ id, sandbox, service }: Target, sent?: Service.Sent) =>
  Service.get(sandbox, `${service.prefix}/${id}/info.json`, sent)

const uri = ({ id, sandbox, service }: Target) => `${sandbox.url}${service.prefix}/${id}`

const refused = (parameters: Service.Parameters, statuses: ReadonlyArray<number>) => (target: Target) =>
  Effect.map(fetch(target, parameters), ({ status }) => assert.include([...statuses], status))

/** As the original makes it: characters from `0` to `z`, without those that end a segment. */
const randomText = (random: Random, length: number): string =>
  Array.from({ length }, () => String.fromCharCode(48 + random.below(75))).join("").replaceAll(/[?#/]/g, "$")

const refusedAtRandom =
  (parameter: "region" | "size" | "rotation" | "quality" | "format", length: number) => (target: Target) => {
    const random = new Random(length)
    return Effect.forEach(
      Array.from({ length: 8 }, () => randomText(random, length)),
      (text) => Effect.map(fetch(target, { [parameter]: text }), ({ status }) => assert.strictEqual(status, 400, text))
    )
  }

const isGrid = (pixels: Service.Pixels, width: number, height: number) => {
  assert.deepStrictEqual([pixels.width, pixels.height], [width, height])
  assert.deepStrictEqual(Squares.problemsOfGrid(pixels), [])
}

const scaled = (size: string, width: number, height: number) => (target: Target) =>
  Effect.map(image(target, { size }), (pixels) => isGrid(pixels, width, height))

const isSquare = (place: Squares.Place, parameters: Service.Parameters, side: number) => (target: Target) =>
  Effect.map(image(target, parameters), (pixels) => {
    assert.deepStrictEqual([pixels.width, pixels.height], [side, side])
    assert.deepStrictEqual(Squares.problemsOfSquare(pixels, place), [])
  })

const everySquare = (parameters: (place: Squares.Place) => Service.Parameters, side: number) => (target: Target) =>
  Effect.forEach(Squares.somePlaces, (place) => isSquare(place, parameters(place), side)(target))

/** The region within a square, without its edges. */
const inner = ([column, row]: Squares.Place, side: number): string =>
  `${column * 100 + 13},${row * 100 + 13},${side},${side}`

const turned = (rotation: string, sourceOf: (place: Squares.Place) => Squares.Place) => (target: Target) =>
  Effect.map(image(target, { rotation }), (pixels) => {
    assert.deepStrictEqual([pixels.width, pixels.height], [Squares.SIDE, Squares.SIDE])
    assert.deepStrictEqual(Squares.problemsOfGrid(pixels, sourceOf), [])
  })

const isWhole = (value: unknown) => assert.isTrue(Number.isInteger(value), String(value))

const isArray: (value: unknown, message?: string) => asserts value is ReadonlyArray<unknown> = (value, message) =>
  assert.isTrue(Array.isArray(value), message)

const checkInfo = Effect.fnUntraced(function*(target: Target) {
  const got = yield* info(target)
  assert.strictEqual(got.status, 200)
  assert.match(got.headers["content-type"] ?? "", /^application\/(?:ld\+)?json/)
  const value = Service.jsonOf(got)
  const field = (...path: ReadonlyArray<string | number>) => Client.at(value, ...path)
  const two = target.service.version === "2.1"
  isWhole(field("width"))
  isWhole(field("height"))
  assert.strictEqual(field(two ? "@id" : "id"), uri(target))
  assert.strictEqual(field("@context"), `http://iiif.io/api/image/${two ? 2 : 3}/context.json`)
  assert.strictEqual(field("protocol"), "http://iiif.io/api/image")
  const profile = field("profile")
  if (two) {
    isArray(profile, "profile")
    assert.match(String(profile[0]), /^http:\/\/iiif\.io\/api\/image\/2\/level/)
  } else {
    assert.include(["level0", "level1", "level2"], profile)
    assert.strictEqual(field("type"), "ImageService3")
    for (const name of ["extraQualities", "extraFormats", "extraFeatures", "service", "partOf", "seeAlso"]) {
      if (field(name) !== undefined) isArray(field(name), name)
    }
    // They have other names in 3.0, or none.
    for (const name of ["license", "attribution", "logo"]) assert.isUndefined(field(name), name)
  }
  const [sizes, tiles] = [field("sizes") ?? [], field("tiles") ?? []]
  isArray(sizes, "sizes")
  for (const size of sizes) {
    isWhole(Client.at(size, "width"))
    isWhole(Client.at(size, "height"))
  }
  isArray(tiles, "tiles")
  for (const tile of tiles) {
    isWhole(Client.at(tile, "width"))
    isArray(Client.at(tile, "scaleFactors"), "scaleFactors")
  }
})

const hasFormat = (format: string, expected: string) => (target: Target) =>
  Effect.map(image(target, { format }), (pixels) => assert.strictEqual(pixels.format, expected))

/** The original asks for two thirds of the pixels. */
const most = (pixels: Service.Pixels, holds: (color: ReadonlyArray<number>) => boolean) => {
  let count = 0
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) if (holds(Service.pixel(pixels, x, y))) count++
  }
  assert.isAbove(count, 0.95 * pixels.width * pixels.height)
}

const isGray = ([red = 0, green = red, blue = red]: ReadonlyArray<number>) =>
  Math.abs(red - green) < 5 && Math.abs(green - blue) < 5

const isBlackOrWhite = (color: ReadonlyArray<number>) =>
  color.every((value) => value < 5) || color.every((value) => value > 250)

export const checks: ReadonlyArray<Check> = [
  {
    name: "id_basic",
    run: (target) => image(target)
  },
  {
    name: "id_squares",
    run: (target) => Effect.map(image(target), (pixels) => isGrid(pixels, Squares.SIDE, Squares.SIDE))
  },
  {
    name: "id_escaped",
    run: (target) =>
      Effect.forEach(
        [target.id.replaceAll(":", "%3A"), target.id.replaceAll(":", "%3a"), target.id.replaceAll("s", "%73")],
        (id) => Effect.map(image(target, { id }), (pixels) => isGrid(pixels, Squares.SIDE, Squares.SIDE))
      )
  },
  { name: "id_error_random", run: refused({ id: "7b0d3a5e-1c52-11f0-9d2c-0242ac120002" }, [404]) },
  {
    name: "id_error_escapedslash",
    run: (target) => Effect.forEach(["a/b", "a%2Fb"], (id) => refused({ id }, [404])(target))
  },
  { name: "id_error_unescaped", run: refused({ id: "[frob]" }, [400, 404]) },
  { name: "info_json", run: checkInfo },
  {
    name: "region_pixels",
    run: everySquare((place) => ({ region: inner(place, 74) }), 74)
  },
  {
    name: "region_percent",
    run: everySquare(([column, row]) => ({ region: `pct:${column * 10 + 1},${row * 10 + 1},9,9` }), 90)
  },
  {
    name: "region_square",
    versions: ["3.0"],
    run: (target) =>
      Effect.map(image(target, { region: "square" }), ({ height, width }) => assert.strictEqual(width, height))
  },
  { name: "region_error_random", run: refusedAtRandom("region", 6) },
  { name: "size_wc", run: scaled("517,", 517, 517) },
  { name: "size_ch", run: scaled(",623", 623, 623) },
  { name: "size_wh", run: scaled("431,702", 431, 702) },
  { name: "size_bwh", run: scaled("!712,388", 388, 388) },
  { name: "size_percent", run: scaled("pct:57", 570, 570) },
  {
    name: "size_region",
    run: everySquare(([column, row]) => ({ region: `${column * 100},${row * 100},100,100`, size: "43,43" }), 43)
  },
  { name: "size_error_random", run: refusedAtRandom("size", 6) },
  {
    name: "size_nofull",
    versions: ["3.0"],
    run: (target) => Effect.map(fetch(target, { size: "full" }), ({ status }) => assert.notStrictEqual(status, 200))
  },
  {
    name: "size_noup",
    versions: ["3.0"],
    run: (target) =>
      Effect.forEach(
        ["1340,1340", ",1340", "1340,", "pct:200", "!2000,3000"],
        (size) => Effect.map(fetch(target, { size }), ({ status }) => assert.strictEqual(status, 400, size))
      )
  },
  {
    name: "rot_full_basic",
    run: (target) =>
      Effect.all([
        turned("90", ([column, row]) => [row, 9 - column])(target),
        turned("180", ([column, row]) => [9 - column, 9 - row])(target),
        turned("270", ([column, row]) => [9 - row, column])(target)
      ])
  },
  {
    name: "rot_region_basic",
    run: everySquare((place) => ({ region: inner(place, 76), rotation: "180" }), 76)
  },
  { name: "rot_error_random", run: refusedAtRandom("rotation", 4) },
  {
    name: "quality_color",
    run: (target) =>
      Effect.map(image(target, { quality: "color" }), (pixels) => isGrid(pixels, Squares.SIDE, Squares.SIDE))
  },
  {
    name: "quality_grey",
    run: (target) => Effect.map(image(target, { quality: "gray" }), (pixels) => most(pixels, isGray))
  },
  {
    name: "quality_bitonal",
    run: (target) =>
      Effect.map(image(target, { quality: "bitonal", format: "png" }), (pixels) => most(pixels, isBlackOrWhite))
  },
  { name: "quality_error_random", run: refusedAtRandom("quality", 6) },
  { name: "format_jpg", run: hasFormat("jpg", "jpeg") },
  { name: "format_png", run: hasFormat("png", "png") },
  { name: "format_error_random", run: refusedAtRandom("format", 3) },
  {
    name: "baseurl_redirect",
    run: Effect.fnUntraced(function*(target) {
      const got = yield* Service.get(target.sandbox, `${target.service.prefix}/${target.id}`)
      assert.strictEqual(got.status, 303)
      assert.strictEqual(got.headers.location, `${uri(target)}/info.json`)
    })
  },
  {
    name: "cors",
    run: (target) =>
      Effect.map(
        info(target, { headers: { origin: "https://iiif.io" } }),
        ({ headers }) => assert.strictEqual(headers["access-control-allow-origin"], "*")
      )
  },
  {
    name: "jsonld",
    run: (target) =>
      Effect.map(
        info(target, { headers: { accept: "application/ld+json" } }),
        ({ headers }) => assert.match(headers["content-type"] ?? "", /^application\/ld\+json/)
      )
  }
]

/** Whether the validator runs a check against a version. */
export const applies = ({ versions }: Check, version: Service.Service["version"]): boolean =>
  versions?.includes(version) ?? true
