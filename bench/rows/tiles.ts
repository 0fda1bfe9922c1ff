/** The sandbox's delivery of images: making pyramids, tiles as they lie in them, all other requests, start-up. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { Random } from "../../packages/iiif/test/support/random.ts"
import { measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { onNode } from "../support/node.ts"
import * as Scene from "../support/scene.ts"
import * as Servers from "../support/servers.ts"

const secondsOfLoad = 6

const thousands = (value: number): string => Math.round(value).toLocaleString("en")

const range = (values: ReadonlyArray<number>, digits: number): string =>
  `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`

const pyramid = async ({ folder, rounds }: Bench): Promise<Section> => {
  const source = Path.join(folder, "map.tif")
  const target = Path.join(folder, "map-pyramid.tif")
  Scene.writeScene(source, { width: 20_000, height: 15_000 }, 1)
  const costs = []
  for (let round = 0; round < rounds; round++) {
    costs.push(await measure(process.execPath, onNode("pyramid", [Servers.deriveModule, source, target])))
  }
  const mebibytes = Fs.statSync(target).size / 2 ** 20
  for (const file of [source, target]) Fs.rmSync(file)
  const walls = costs.map(({ wallSeconds }) => wallSeconds)
  const cpus = costs.map(({ cpuSeconds }) => cpuSeconds)
  return {
    title: "300 megapixels to a pyramid",
    text:
      "A TIFF file of 20,000 x 15,000 pixels in uncompressed strips (858 MiB), as the sandbox derives the pyramid " +
      "that it serves: a process of its own, start-up included. Targets: 10 s, 300 MiB.",
    columns: ["wall s", "min–max", "CPU s", "peak RSS MiB", "pyramid MiB"],
    rows: [{
      name: "the sandbox's pyramid",
      cells: [
        median(walls).toFixed(1),
        range(walls, 1),
        median(cpus).toFixed(1),
        Math.max(...costs.map(({ peakMebibytes }) => peakMebibytes)).toFixed(0),
        mebibytes.toFixed(0)
      ]
    }]
  }
}

/** A server, what it is asked for, and what came of it in each round. */
interface Case {
  readonly name: string
  readonly server: Servers.Server
  readonly targets: ReadonlyArray<string>
  readonly loads: Array<Servers.Load>
}

/** Runs the cases in turns; a failed request is an error. */
const inTurns = async (
  { folder, rounds }: Bench,
  connections: number,
  cases: ReadonlyArray<Omit<Case, "loads">>
): Promise<ReadonlyArray<Case>> => {
  const measured = cases.map((one): Case => ({ ...one, loads: [] }))
  for (let round = 0; round < rounds; round++) {
    for (const { loads, name, server, targets } of measured) {
      const load = await Servers.load(server, targets, { folder, connections, seconds: secondsOfLoad })
      const failures = Object.entries(load.failures).map(([status, count]) => `${count} x ${status}`)
      if (failures.length > 0) console.error(`${name}: ${failures.join(", ")}`)
      loads.push(load)
    }
  }
  return measured
}

const figure = ({ loads }: Case, of: (load: Servers.Load) => number): number => median(loads.map(of))

const columns = ["requests/s", "min–max", "p50 ms", "p99 ms", "MiB/s", "peak RSS MiB"]

const cells = (one: Case): ReadonlyArray<string> => [
  thousands(figure(one, ({ perSecond }) => perSecond)),
  range(one.loads.map(({ perSecond }) => perSecond), 0),
  figure(one, ({ p50 }) => p50).toFixed(2),
  figure(one, ({ p99 }) => p99).toFixed(2),
  figure(one, ({ mebibytesPerSecond }) => mebibytesPerSecond).toFixed(0),
  Servers.peakMebibytes(one.server).toFixed(0)
]

const scene: Scene.Extent = { width: 8192, height: 6144 }

/** What a plain server has in memory: the replies of another. Returns their bytes. */
const copyReplies = async (
  folder: string,
  server: Servers.Server,
  targets: ReadonlyArray<string>
): Promise<number> => {
  let bytes = 0
  Fs.mkdirSync(folder)
  Fs.writeFileSync(Path.join(folder, "paths.json"), JSON.stringify(targets))
  for (const [index, target] of targets.entries()) {
    const response = await fetch(`http://127.0.0.1:${server.ports[0]}${target}`)
    if (!response.ok) throw new Error(`${target}: ${response.status}`)
    const body = Buffer.from(await response.arrayBuffer())
    bytes += body.length
    Fs.writeFileSync(Path.join(folder, String(index)), body)
  }
  return bytes
}

const shuffled = <A>(list: ReadonlyArray<A>, random: Random): ReadonlyArray<A> =>
  list.map((value) => ({ value, at: random.next() })).toSorted((a, b) => a.at - b.at).map(({ value }) => value)

const bothKindsOfTiles = async (bench: Bench): Promise<ReadonlyArray<Section>> => {
  const source = Path.join(bench.folder, "scene.tif")
  const replies = Path.join(bench.folder, "replies")
  const data = Path.join(bench.folder, "sandbox")
  Scene.writeScene(source, scene, 2)
  const random = new Random(3)
  const prefix = "/assets/images/SANDBOX:scene/"
  const aligned = Scene.factorsOf(scene).flatMap((factor) => Scene.tilesOf(scene, factor, true).flat())
    .map((rest) => prefix + rest)
  // Drawn anew each time: an order that repeats would be the worst case of every cache.
  const drawn = Array.from({ length: 20_000 }, () => random.pick(aligned))
  const atScale = Array.from({ length: 2000 }, () => prefix + Scene.shifted(scene, random))
  const others = Array.from({ length: 2000 }, () => prefix + Scene.unaligned(scene, random))
  const servers: Array<Servers.Server> = []
  try {
    const maker = await Servers.startSandbox(data)
    await maker.ingest("scene", source, scene.width, scene.height).finally(maker.stop)
    Fs.rmSync(source)
    // Another process serves, so that its memory is that of serving.
    const sandbox = await Servers.startSandbox(data)
    servers.push(sandbox)
    const kilobytes = Math.round(await copyReplies(replies, sandbox, aligned) / aligned.length / 1000)
    const plain = await Servers.startProgram("plainTiles", [replies])
    servers.push(plain)
    const tiles = await inTurns(bench, 8, [
      { name: "plain `node:http`, the same bytes from memory", server: plain, targets: drawn },
      { name: "the sandbox", server: sandbox, targets: drawn }
    ])
    const [floor = Number.NaN] = tiles.map((one) => figure(one, ({ perSecond }) => perSecond))
    const tileRows = tiles.map((one) => ({
      name: one.name,
      cells: [...cells(one), (figure(one, ({ perSecond }) => perSecond) / floor).toFixed(2)]
    }))
    const rendered = await inTurns(bench, 4, [
      { name: "at the scale of a level", server: sandbox, targets: atScale },
      { name: "at any scale", server: sandbox, targets: others }
    ])
    return [
      {
        title: "Aligned tiles of 512 pixels",
        text: `All ${aligned.length} whole tiles of a picture of 8192 x 6144 pixels, ${kilobytes} KB each, drawn at ` +
          `random, 8 connections, ${secondsOfLoad} s a round, the load from a process of its own. The sandbox was started ` +
          "on a folder that has the picture. Targets: 0.8 of the plain server, p99 10 ms, 200 MiB.",
        columns: [...columns, "÷ plain"],
        rows: tileRows
      },
      {
        title: "Other requests of 512 pixels",
        text:
          "Regions anywhere in the same picture, of 512 to 4,096 pixels, scaled to 512; 4 connections. Target: 150 a " +
          "second.",
        columns,
        rows: rendered.map((one) => ({ name: one.name, cells: cells(one) }))
      }
    ]
  } finally {
    for (const server of servers) await server.stop()
    for (const folder of [replies, data]) Fs.rmSync(folder, { recursive: true, force: true })
  }
}

const pages: ReadonlyArray<{ readonly id: string; readonly extent: Scene.Extent }> = [
  { id: "page1", extent: { width: 4096, height: 3072 } },
  { id: "page2", extent: { width: 3000, height: 4000 } },
  { id: "page3", extent: { width: 5000, height: 3500 } },
  { id: "page4", extent: { width: 2400, height: 3600 } },
  { id: "page5", extent: { width: 4500, height: 3000 } }
]

/** The same pages for all servers: the sandbox's own pyramids, and copies made by the same module. */
const mix = async (bench: Bench): Promise<Section> => {
  const folder = Path.join(bench.folder, "pages")
  Fs.mkdirSync(folder)
  const random = new Random(4)
  const visits = Array.from({ length: 400 }, () => {
    const { extent, id } = random.pick(pages)
    return Scene.visit(extent, random).map((rest) => ({ id, rest }))
  })
  const requests = shuffled(visits.flat(), random)
  const servers: Array<Servers.Server> = []
  const started = async <S extends Servers.Server>(server: Promise<S>): Promise<S> => {
    const running = await server
    servers.push(running)
    return running
  }
  try {
    const sandbox = await started(Servers.startSandbox())
    for (const [index, { extent, id }] of pages.entries()) {
      const source = Path.join(bench.folder, `${id}.tif`)
      Scene.writeScene(source, extent, 10 + index)
      await sandbox.ingest(id, source, extent.width, extent.height)
      const target = Path.join(folder, `${id}.tif`)
      await measure(process.execPath, onNode("pyramid", [Servers.deriveModule, source, target]))
      Fs.rmSync(source)
    }
    const processor = await started(Servers.startProgram("iiifProcessor", [folder]))
    const cases = [
      {
        name: "the sandbox",
        server: sandbox,
        targets: requests.map(({ id, rest }) => `/assets/images/SANDBOX:${id}/${rest}`)
      },
      {
        name: "iiif-processor 7.0.0 behind `node:http`",
        server: processor,
        targets: requests.map(({ id, rest }) => `/iiif/2/${id}/${rest}`)
      },
      ...(Servers.hasIipsrv()
        ? [{
          name: "iipsrv 1.1, two processes, FastCGI",
          server: await started(Servers.startIipsrv(folder)),
          targets: requests.map(({ id, rest }) => `IIIF=${id}.tif/${rest}`)
        }]
        : [])
    ]
    const measured = await inTurns(bench, 4, cases)
    const [ours = Number.NaN] = measured.map((one) => figure(one, ({ perSecond }) => perSecond))
    const missing = Servers.hasIipsrv() ? "" : " iipsrv is not installed here (Debian: iipimage-server)."
    return {
      title: "A mix of requests, beside other servers",
      text: "Thumbnails, zooms, whole levels, regions and downloads in the shares of the load test " +
        `glenrobson/iiif-loadtest, on five pages of 9 to 18 megapixels: ${
          thousands(requests.length)
        } requests in random ` +
        `order, as many as are answered in ${secondsOfLoad} s a round, 4 connections, the same pyramids for all. ` +
        "iiif-processor gets the sizes of all levels from memory, and encodes with quality 80 where the others have 90; " +
        `iipsrv is asked without a web server in front.${missing}`,
      columns: [...columns, "÷ the sandbox"],
      rows: measured.map((one) => ({
        name: one.name,
        cells: [...cells(one), (figure(one, ({ perSecond }) => perSecond) / ours).toFixed(2)]
      }))
    }
  } finally {
    for (const server of servers) await server.stop()
    Fs.rmSync(folder, { recursive: true, force: true })
  }
}

const ready = async ({ rounds }: Bench): Promise<Section> => {
  const seconds: Array<number> = []
  for (let round = 0; round < Math.max(5, rounds); round++) seconds.push(await Servers.secondsUntilReady())
  return {
    title: "The sandbox's start",
    text: "From starting `iiif-ingest-sandbox start` as published, on an empty folder, to the first reply over HTTP. " +
      "Target: 1 s.",
    columns: ["s", "min–max"],
    rows: [{ name: "until ready", cells: [median(seconds).toFixed(2), range(seconds, 2)] }]
  }
}

export const tiles = async (bench: Bench): Promise<ReadonlyArray<Section>> => [
  await pyramid(bench),
  ...await bothKindsOfTiles(bench),
  await mix(bench),
  await ready(bench)
]
