/** Aligned tiles are sent as they lie in the pyramid, and mean the same pixels. */
import { assert, describe, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import * as Fs from "node:fs"
import { connect } from "node:net"
import * as Path from "node:path"
import sharp from "sharp"
import { Random } from "../../packages/iiif/test/support/random.ts"
import { prepared } from "./support/ingest.ts"
import * as Service from "./support/service.ts"

const [width, height] = [2600, 1700]
const TILE = 512
const ID = "SANDBOX:tiles"

/** Waves of every color with a little noise, so that no two tiles are alike. */
const waves: Effect.Effect<Buffer> = Effect.promise(() => {
  const random = new Random(12)
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      data[at] = 128 + 100 * Math.sin(x / 70) + random.below(12)
      data[at + 1] = 128 + 100 * Math.sin(y / 50) + random.below(12)
      data[at + 2] = 128 + 100 * Math.sin((x + y) / 90) + random.below(12)
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } }).jpeg({ quality: 98 }).toBuffer()
})

const world = prepared(Effect.map(waves, (bytes) => [{ id: "tiles", bytes }]))

const get = Effect.fnUntraced(function*(path: string) {
  const got = yield* Service.get(yield* Sandbox.Sandbox, path)
  assert.strictEqual(got.status, 200, got.status === 200 ? "" : `${path}: ${got.body}`)
  return got.body
})

/** The only TIFF file of several pages among the sandbox's data. */
const pyramidFile = Effect.flatMap(Sandbox.Sandbox, ({ dataDirectory }) =>
  Effect.promise(async () => {
    const names = Fs.readdirSync(dataDirectory, { recursive: true, encoding: "utf8" })
    for (const name of names) {
      const file = Path.join(dataDirectory, name)
      if (!Fs.statSync(file).isFile() || !Fs.readFileSync(file).subarray(0, 4).equals(Buffer.from("II*\0"))) continue
      if (((await sharp(file).metadata()).pages ?? 1) > 1) return file
    }
    throw new Error("the sandbox has no pyramid")
  }))

interface Directory {
  readonly width: number
  readonly height: number
  readonly photometric: number
  readonly tables: Buffer
  readonly tiles: ReadonlyArray<Buffer>
}

/** Reads what a TIFF file says of its tiles, apart from the engine's own reader. */
const directoriesOf = (file: Buffer): ReadonlyArray<Directory> => {
  const found: Array<Directory> = []
  for (let at = file.readUInt32LE(4); at !== 0;) {
    const count = file.readUInt16LE(at)
    const valuesOf = (tag: number): ReadonlyArray<number> => {
      for (let i = 0; i < count; i++) {
        const entry = at + 2 + i * 12
        if (file.readUInt16LE(entry) !== tag) continue
        const bytes = { 3: 2, 4: 4 }[file.readUInt16LE(entry + 2)] ?? 1
        const length = file.readUInt32LE(entry + 4)
        const start = length * bytes <= 4 ? entry + 8 : file.readUInt32LE(entry + 8)
        return Array.from({ length }, (_, k) => file.readUIntLE(start + k * bytes, bytes))
      }
      return []
    }
    const lengths = valuesOf(325)
    found.push({
      width: valuesOf(256)[0] ?? 0,
      height: valuesOf(257)[0] ?? 0,
      photometric: valuesOf(262)[0] ?? -1,
      tables: Buffer.from(valuesOf(347)),
      tiles: valuesOf(324).map((offset, i) => file.subarray(offset, offset + (lengths[i] ?? 0)))
    })
    at = file.readUInt32LE(at + 2 + count * 12)
  }
  return found
}

/** The content of the marker APP14 of a JPEG file. */
const app14 = (jpeg: Buffer): Buffer | undefined => {
  for (let at = 2; at + 4 < jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda;) {
    const length = jpeg.readUInt16BE(at + 2)
    if (jpeg[at + 1] === 0xee) return jpeg.subarray(at + 4, at + 2 + length)
    at += 2 + length
  }
  return undefined
}

interface Place {
  readonly level: number
  readonly column: number
  readonly row: number
}

/** The tiles that the picture fills. */
const complete = (levels: ReadonlyArray<Directory>): ReadonlyArray<Place> =>
  levels.flatMap(({ height, width }, level) =>
    Array.from(
      { length: Math.floor(height / TILE) },
      (_, row) => Array.from({ length: Math.floor(width / TILE) }, (_, column) => ({ level, column, row }))
    ).flat()
  )

const regionOf = ({ column, level, row }: Place): string => {
  const side = TILE * 2 ** level
  return [column * side, row * side, side, side].join(",")
}

const pageTile = (file: string, { column, level, row }: Place) =>
  Effect.promise(() =>
    sharp(file, { page: level }).extract({ left: column * TILE, top: row * TILE, width: TILE, height: TILE })
      .raw().toBuffer()
  )

const meanDifference = (a: Buffer, b: Buffer): number => {
  assert.strictEqual(a.length, b.length)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0))
  return sum / a.length
}

layer(world, { excludeTestServices: true })("tiles", (it) => {
  it.effect("of the pyramid are sent as they are, in the canonical forms of both versions", () =>
    Effect.gen(function*() {
      const levels = directoriesOf(Fs.readFileSync(yield* pyramidFile))
      assert.deepStrictEqual([levels[0]?.width, levels[0]?.height], [width, height])
      const places = complete(levels)
      assert.isAtLeast(places.length, 17)
      for (const place of places) {
        const directory = levels[place.level]
        const columns = Math.ceil((directory?.width ?? 0) / TILE)
        const stored = directory?.tiles[place.row * columns + place.column] ?? Buffer.alloc(0)
        const tables = directory?.tables ?? Buffer.alloc(0)
        for (const service of Service.services) {
          for (const size of [`${TILE},`, `${TILE},${TILE}`]) {
            const path = Service.pathOf(service, ID, { region: regionOf(place), size, format: "jpg" })
            const body = yield* get(path)
            // SOI, APP14, the tables between their SOI and EOI, and the tile behind its SOI.
            assert.isTrue(body.subarray(-stored.length + 2).equals(stored.subarray(2)), path)
            const head = body.subarray(0, body.length - stored.length + 2)
            assert.isTrue(head.includes(tables.subarray(2, -2)), path)
            assert.strictEqual(head.length, 2 + 16 + tables.length - 4, path)
            const marker = app14(body) ?? Buffer.alloc(0)
            assert.strictEqual(marker.subarray(0, 5).toString("latin1"), "Adobe", path)
            assert.strictEqual(marker[11], directory?.photometric === 6 ? 1 : 0, path)
          }
        }
      }
    }))

  it.effect("mean the very pixels of the pyramid", () =>
    Effect.gen(function*() {
      const file = yield* pyramidFile
      for (const place of complete(directoriesOf(Fs.readFileSync(file)))) {
        const expected = yield* pageTile(file, place)
        const region = regionOf(place)
        const jpeg = yield* Service.decode(
          yield* get(Service.pathOf(Service.three, ID, { region, size: `${TILE},${TILE}`, format: "jpg" }))
        )
        assert.isTrue(jpeg.data.equals(expected), region)
        // Whoever asks for them in another format gets them decoded.
        const png = yield* Service.decode(yield* get(Service.pathOf(Service.bare, ID, { region, size: `${TILE},` })))
        assert.isTrue(png.data.equals(expected), region)
      }
    }))

  it.effect("of the first level have no scaled size", () =>
    Effect.gen(function*() {
      for (const service of Service.services) {
        const ask = (size: string) =>
          get(Service.pathOf(service, ID, { region: "512,512,512,512", size, format: "jpg" }))
        const tile = yield* ask("512,512")
        for (const size of [service.version === "2.1" ? "full" : "max", "max", ",512", "!512,512", "pct:100"]) {
          assert.isTrue((yield* ask(size)).equals(tile), size)
        }
      }
    }))

  describe("that are no whole tile", () => {
    const cases: ReadonlyArray<readonly [region: string, size: string, width: number, height: number]> = [
      ["2560,0,40,512", "40,", 40, 512],
      ["0,1536,512,164", "512,", 512, 164],
      ["2560,1536,512,512", "max", 40, 164],
      ["2048,0,552,1024", "276,512", 276, 512],
      ["100,100,512,512", "512,512", 512, 512],
      ["512,511,512,512", "512,512", 512, 512],
      ["0,0,1024,1024", "511,511", 511, 511],
      ["0,0,1023,1023", "512,512", 512, 512],
      ["0,0,512,512", "256,256", 256, 256],
      ["512,512,1024,1024", "512,512", 512, 512],
      ["0,0,1536,1536", "512,512", 512, 512]
    ]

    it.effect.each(cases)("%s/%s is decoded", ([region, size, tileWidth, tileHeight]) =>
      Effect.gen(function*() {
        const [left = 0, top = 0, w = 0, h = 0] = region.split(",").map(Number)
        const source = yield* waves
        const expected = yield* Effect.promise(() =>
          sharp(source).extract({ left, top, width: Math.min(w, width - left), height: Math.min(h, height - top) })
            .resize({ width: tileWidth, height: tileHeight, fit: "fill" }).raw().toBuffer()
        )
        for (const service of Service.services) {
          const body = yield* get(Service.pathOf(service, ID, { region, size, format: "jpg" }))
          const tile = yield* Service.decode(body)
          assert.deepStrictEqual([tile.width, tile.height, tile.channels], [tileWidth, tileHeight, 3])
          assert.isBelow(meanDifference(tile.data, expected), 4)
        }
      }))
  })

  it.effect("are rendered where more is asked of them than to be cut out", () =>
    Effect.gen(function*() {
      const parameters = { region: "512,512,512,512", size: "512,512", format: "jpg" }
      const ask = (more: Service.Parameters) => get(Service.pathOf(Service.bare, ID, { ...parameters, ...more }))
      const plain = yield* Service.decode(yield* ask({}))
      assert.isTrue((yield* Service.decode(yield* ask({ quality: "color" }))).data.equals(plain.data))
      const mirrored = yield* Service.decode(yield* ask({ rotation: "!0" }))
      const turned = yield* Service.decode(yield* ask({ rotation: "180" }))
      for (const [x, y] of [[0, 0], [100, 7], [511, 511], [30, 400]] as const) {
        const color = Service.pixel(plain, x, y)
        assert.isAtMost(Service.distance(color, Service.pixel(mirrored, TILE - 1 - x, y)), 24)
        assert.isAtMost(Service.distance(color, Service.pixel(turned, TILE - 1 - x, TILE - 1 - y)), 24)
      }
      const gray = yield* Service.decode(yield* ask({ quality: "gray" }))
      const [red = 0, green = red, blue = red] = Service.pixel(gray, 17, 300)
      assert.isTrue(red === green && green === blue)
    }))
})

const [black, white, odd] = [2048, 511, 127]

/** Black, and white from the start of a tile on that every level has. */
const halves: Effect.Effect<Buffer> = Effect.promise(() =>
  sharp({ create: { width: black + white, height: odd, channels: 3, background: "black" } })
    .composite([{
      input: { create: { width: white, height: odd, channels: 3, background: "white" } },
      left: black,
      top: 0
    }])
    .png().toBuffer()
)

layer(prepared(Effect.map(halves, (bytes) => [{ id: "halves", bytes }])), { excludeTestServices: true })(
  "tiles at the edges of an odd size",
  (it) => {
    it.effect.each([1, 2, 4])(
      "start where their neighbors end, at the scale factor %i",
      (factor) =>
        Effect.gen(function*() {
          const region = `${black},0,${white},${odd}`
          const size = `${Math.ceil(white / factor)},${Math.ceil(odd / factor)}`
          const path = Service.pathOf(Service.two, "SANDBOX:halves", { region, size })
          const tile = yield* Service.decode(yield* get(path))
          assert.isAbove(Service.pixel(tile, 0, 9)[0] ?? 0, 240)
        })
    )
  }
)

/** So much noise that the tiles fill every buffer of a connection, and more than the tiles that are kept. */
const noise: Effect.Effect<Buffer> = Effect.promise(() =>
  sharp({
    create: { width: 4096, height: 4096, channels: 3, background: "gray", noise: { type: "gaussian", sigma: 60 } }
  }).jpeg({ quality: 95 }).toBuffer()
)

/** The bodies of the replies that a connection got one after the other. */
const bodiesOf = (received: Buffer): ReadonlyArray<Buffer> => {
  const bodies: Array<Buffer> = []
  for (let at = 0; at < received.length;) {
    const start = received.indexOf("\r\n\r\n", at) + 4
    const length = Number(/content-length: (\d+)/.exec(received.toString("latin1", at, start))?.[1])
    bodies.push(received.subarray(start, start + length))
    at = start + length
  }
  return bodies
}

layer(prepared(Effect.map(noise, (bytes) => [{ id: "noise", bytes }])), { excludeTestServices: true })(
  "tiles for who reads them late",
  (it) => {
    const regions = Array.from({ length: 64 }, (_, i) => regionOf({ level: 0, column: i % 8, row: Math.floor(i / 8) }))
    const paths = (service: Service.Service, size: string) =>
      regions.map((region) => Service.pathOf(service, "SANDBOX:noise", { region, size, format: "jpg" }))

    it.effect("are what they were when they were asked for", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { host, hostname, port } = new URL(sandbox.url)
        const asked = paths(Service.bare, "512,")
        const expected = yield* Effect.forEach(asked, (path) => get(path))
        const socket = connect(Number(port), hostname)
        socket.pause().write(asked.map((path) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`).join(""))
        yield* sandbox.awaitRequest(({ inFlight, op }) => op === "Image" && inFlight > asked.length / 2)
        for (const service of Service.services) yield* Effect.forEach(paths(service, "512,512"), (path) => get(path))
        const total = expected.reduce((sum, { length }) => sum + length, 0)
        const received = yield* Effect.callback<Buffer>((resume) => {
          const chunks: Array<Buffer> = []
          let length = 0
          socket.on("data", (chunk) => {
            chunks.push(chunk)
            length += chunk.length
            if (length > total && bodiesOf(Buffer.concat(chunks)).length === asked.length) socket.end()
          })
          socket.on("close", () => resume(Effect.succeed(Buffer.concat(chunks)))).resume()
        })
        const bodies = bodiesOf(received)
        assert.strictEqual(bodies.length, asked.length)
        for (const [i, body] of bodies.entries()) assert.isTrue(body.equals(expected[i] ?? Buffer.alloc(0)), asked[i])
      }))
  }
)
