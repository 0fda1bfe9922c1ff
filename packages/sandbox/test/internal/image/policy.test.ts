import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Info from "../../../src/internal/image/info.ts"
import * as Parse from "../../../src/internal/image/parse.ts"
import * as Policy from "../../../src/internal/image/policy.ts"
import * as Resolve from "../../../src/internal/image/resolve.ts"

const square = (side: number) => ({ width: side, height: side })
const sizes = (authenticated: number, shown: number, thumbnail = 1) => ({
  policy: { authenticated: square(authenticated), public: square(shown) },
  thumbnail: { authenticated: square(thumbnail), public: square(thumbnail) }
})

const boundOf = (image: Resolve.Extent, limit: Resolve.Extent): Resolve.Bound => ({
  of: (region) => Policy.largestOf(region, image, limit),
  reason: "because"
})

const resolve = (image: Resolve.Extent, limit: Resolve.Extent, version: "2" | "3", region: string, size: string) =>
  Result.flatMap(
    Parse.parse([region, size, "0", "default.jpg"]),
    (request) => Resolve.resolve(request, image, version, boundOf(image, limit))
  )

const outcome = (version: "2" | "3", region: string, size: string) =>
  Result.match(resolve({ width: 3000, height: 2000 }, { width: 1200, height: 800 }, version, region, size), {
    onFailure: ({ status }) => String(status),
    onSuccess: ({ canonical, size }) => `${size.width}x${size.height} ${canonical.split("/").slice(0, 2).join("/")}`
  })

describe("limits", () => {
  it("are what fits, for those who do not get everything", () => {
    const image = { width: 3000, height: 2000 }
    assert.deepStrictEqual(Policy.limitsOf(image, sizes(2400, 1200)), {
      public: { width: 1200, height: 800 },
      authenticated: { width: 2400, height: 1600 }
    })
    assert.deepStrictEqual(Policy.limitsOf(image, sizes(5000, 1200)), { public: { width: 1200, height: 800 } })
    assert.isUndefined(Policy.limitsOf(image, sizes(5000, 3000)))
    assert.isUndefined(Policy.limitsOf(image, undefined))
  })

  it("are those of the thumbnail where it is larger", () => {
    assert.deepStrictEqual(Policy.limitsOf(square(1000), sizes(5000, 100, 250)), { public: square(250) })
  })

  it("have at least one pixel", () => {
    assert.deepStrictEqual(Policy.limitsOf({ width: 5000, height: 2 }, sizes(5000, 10)), {
      public: { width: 10, height: 1 }
    })
  })

  it("need one copy for each extent", () => {
    assert.deepStrictEqual(Policy.copies(Policy.limitsOf(square(1000), sizes(500, 500))), [square(500)])
    assert.deepStrictEqual(Policy.copies(undefined), [])
  })
})

describe("requests within a limit", () => {
  it("get as much as is allowed where they do not say how much", () => {
    assert.strictEqual(outcome("3", "full", "max"), "1200x800 full/max")
    assert.strictEqual(outcome("3", "full", "^max"), "1200x800 full/max")
    assert.strictEqual(outcome("2", "full", "max"), "1200x800 full/1200,")
    assert.strictEqual(outcome("3", "full", "!2000,2000"), "1200x800 full/max")
    assert.strictEqual(outcome("3", "0,0,300,200", "max"), "120x80 0,0,300,200/max")
    assert.strictEqual(outcome("3", "full", "600,"), "600x400 full/600,400")
  })

  it("are refused where they ask for more, and are wrong where they are without a limit", () => {
    for (const size of ["1201,", ",801", "1200,801", "pct:41", "3000,2000"]) {
      assert.strictEqual(outcome("3", "full", size), "403", size)
    }
    assert.strictEqual(outcome("2", "full", "full"), "403")
    assert.strictEqual(outcome("2", "0,0,300,200", "full"), "403")
    assert.strictEqual(outcome("3", "0,0,300,200", "121,"), "403")
    assert.strictEqual(outcome("3", "full", "^4000,"), "403")
    assert.strictEqual(outcome("3", "full", "4000,"), "400")
    assert.strictEqual(outcome("3", "full", "0,"), "400")
  })

  it("may ask for one side as large as it is allowed, whatever rounding makes of the other", () => {
    const narrow = { width: 10, height: 1000 }
    const limit = Policy.limitsOf(narrow, sizes(5000, 151))?.public ?? narrow
    assert.deepStrictEqual(limit, { width: 2, height: 151 })
    for (const size of ["2,", ",151", "max"]) {
      const found = Result.getOrThrow(resolve(narrow, limit, "2", "full", size))
      assert.deepStrictEqual(found.size, limit, size)
    }
  })
})

const decodeInfo = Schema.decodeUnknownSync(
  Schema.Struct({ sizes: Schema.Array(Schema.Struct({ width: Schema.Int, height: Schema.Int })) })
)

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Side = whole(1, 9000)
const Extent = Schema.Struct({ width: Side, height: Side })

/** Small numbers as often as large ones, since it is rounding that may go wrong. */
const Numeral = Schema.Union([whole(0, 40), whole(0, 9000)])
const Percent = whole(0, 100_000)
const percent = (thousandths: number) => (thousandths / 1000).toFixed(3)

const Region = Schema.Union([
  Schema.Literals(["full", "square"]),
  Schema.Struct({ pixels: Schema.Tuple([Numeral, Numeral, Numeral, Numeral]) }),
  Schema.Struct({ percent: Schema.Tuple([Percent, Percent, Percent, Percent]) })
])
const regionText = (region: typeof Region.Type): string => {
  if (typeof region === "string") return region
  return "pixels" in region ? region.pixels.join(",") : `pct:${region.percent.map(percent).join(",")}`
}

const Size = Schema.Union([
  Schema.Literals(["max", "^max"]),
  Schema.Struct({ caret: Schema.Literals(["", "^"]), form: Schema.Literals(["w,", ",h", "w,h", "!w,h"]), box: Extent }),
  Schema.Struct({ caret: Schema.Literals(["", "^"]), percent: Percent })
])
const sizeText = (size: typeof Size.Type): string => {
  if (typeof size === "string") return size
  if ("percent" in size) return `${size.caret}pct:${percent(size.percent)}`
  const { height, width } = size.box
  return size.caret + size.form.replace("w", String(width)).replace("h", String(height))
}

const Version = Schema.Literals(["2", "3"])

/** The limit of an image whose policy allows as much as fits into the box; `undefined` where that is all of it. */
const limitIn = (image: Resolve.Extent, box: Resolve.Extent) =>
  Policy.limitsOf(image, {
    policy: { public: box, authenticated: image },
    thumbnail: { public: square(1), authenticated: square(1) }
  })?.public

const MANY = { arbitrary: { runs: 3000 } }

describe("laws", () => {
  it.prop("a limit is within its box, and touches it", [Extent, Extent], ([image, box]) => {
    const limit = limitIn(image, box)
    if (limit === undefined) return
    assert.isAtMost(limit.width, Math.min(box.width, image.width))
    assert.isAtMost(limit.height, Math.min(box.height, image.height))
    assert.isTrue(limit.width === box.width || limit.height === box.height)
  })

  it.prop(
    "whatever is asked for is of pixels of the copy, and of no more than it has there",
    [Extent, Extent, Version, Region, Size],
    ([image, box, version, region, size]) => {
      const limit = limitIn(image, box)
      if (limit === undefined) return
      const found = resolve(image, limit, version, regionText(region), sizeText(size))
      if (Result.isFailure(found)) return
      const inCopy = Policy.boxIn(found.success.region, image, limit)
      assert.isAtLeast(Math.min(inCopy.x, inCopy.y), 0)
      assert.isAtMost(inCopy.x + inCopy.width, limit.width)
      assert.isAtMost(inCopy.y + inCopy.height, limit.height)
      assert.isAtMost(found.success.size.width, inCopy.width)
      assert.isAtMost(found.success.size.height, inCopy.height)
    },
    MANY
  )

  it.prop("a region has one pixel too many on a side at most", [Extent, Extent, Extent], ([image, box, asked]) => {
    const limit = limitIn(image, box)
    if (limit === undefined) return
    const region = { width: Math.min(asked.width, image.width), height: Math.min(asked.height, image.height) }
    const most = Policy.largestOf(region, image, limit)
    assert.isBelow(most.width, region.width * limit.width / image.width + 1)
    assert.isBelow(most.height, region.height * limit.height / image.height + 1)
    assert.deepStrictEqual(Policy.largestOf(image, image, limit), { width: limit.width, height: limit.height })
  })

  it.prop(
    "every size that info.json lists is allowed, and the last is the limit",
    [Extent, Extent, Version],
    ([image, box, version]) => {
      const limit = limitIn(image, box)
      if (limit === undefined) return
      const { sizes } = decodeInfo(Info.make("id", image, version, limit))
      assert.deepStrictEqual(sizes.at(-1), { width: limit.width, height: limit.height })
      for (const { height, width } of sizes) {
        for (const size of [`${width},${height}`, `${width},`]) {
          assert.isTrue(Result.isSuccess(resolve(image, limit, version, "full", size)), size)
        }
      }
    }
  )
})
