/** The line that is drawn while images are uploaded. */
import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import type { Asset } from "@iiif-ingest/core/image/Asset"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import type { Event } from "@iiif-ingest/core/Progress"
import type { UploadedAsset } from "@iiif-ingest/core/upload/UploadedAsset"
import { eventLine, statusLine } from "../../src/internal/terminal/statusLine.ts"
import * as Tally from "../../src/internal/terminal/tally.ts"

const megabyte = 1_000_000

const assetOf = (id: string, size: number): Asset => ({
  id: AssetId.make(id),
  key: `images/${id}.tif`,
  source: ImageSource.file(`/scans/${id}.tif`),
  fingerprint: { size },
  width: 1,
  height: 1,
  mediaType: "image/tiff",
  warnings: []
})

type Timed = readonly [at: number, event: Event]

/** The tally after events, each at its time in seconds. */
const after = (events: ReadonlyArray<Timed>, images = 0): Tally.Tally =>
  events.reduce((tally, [at, event]) => Tally.add(tally, event, at * 1000), Tally.start(images))

const started = (at: number, id: string, size: number): Timed => [
  at,
  { _tag: "UploadStarted", id: AssetId.make(id), bytes: size }
]

const part = (at: number, id: string, bytes: number): Timed => [
  at,
  { _tag: "PartUploaded", id: AssetId.make(id), partNumber: 1, bytes }
]

const uploaded = (at: number, id: string, size: number, how: UploadedAsset["how"] = "sent"): Timed => [
  at,
  { _tag: "Uploaded", uploaded: { asset: assetOf(id, size), crc32: Crc32.empty, how } }
]

const batch = (images: number, bytes: number): Timed => [0, { _tag: "BatchStarted", manifests: 1, images, bytes }]

describe("the status line", () => {
  it("has how far, how fast, how long, and how far each file is", () => {
    const events = [
      batch(4, 100 * megabyte),
      [0, { _tag: "Probed", asset: assetOf("b", 40 * megabyte) }] as const,
      started(0, "a", 10 * megabyte),
      started(0, "b", 40 * megabyte),
      started(0, "c", 25 * megabyte),
      uploaded(5, "a", 10 * megabyte),
      part(10, "b", 10 * megabyte)
    ]
    assert.strictEqual(
      statusLine(after(events), 10_000, 100),
      "1/4 uploaded  20.0 MB of 100 MB  2.0 MB/s  40 s left  b.tif 25%, c"
    )
    const narrow = statusLine(after(events), 10_000, 60)
    assert.isAtMost(narrow.length, 59)
    assert.match(narrow, /\+\d/)
  })

  it("counts what an earlier run sent as done, but not for the rate and the time left", () => {
    const kept = Array.from({ length: 90 }, (_, n) => [
      started(0, `k${n}`, megabyte),
      uploaded(0, `k${n}`, megabyte, "identical")
    ]).flat()
    const events = [batch(100, 100 * megabyte), ...kept, started(0, "a", megabyte), uploaded(10, "a", megabyte)]
    assert.strictEqual(
      statusLine(after(events), 10_000, 100),
      "91/100 uploaded  91.0 MB of 100 MB  100 kB/s  1 min 30 s left"
    )
    const unknown = after([...kept, started(0, "a", megabyte), uploaded(10, "a", megabyte)], 100)
    assert.match(statusLine(unknown, 10_000, 100), /100 kB\/s {2}1 min 30 s left$/)
    const resumed = [started(0, "b", 50 * megabyte), part(10, "b", 5 * megabyte)]
    const rest = uploaded(10, "b", 50 * megabyte, "resumed")
    assert.match(statusLine(after([batch(2, 60 * megabyte), ...resumed, rest]), 10_000, 100), /500 kB\/s {2}20 s left$/)
  })

  it("says nothing of the time left before anything was sent", () => {
    const tally = after([batch(2, 2 * megabyte), started(0, "a", megabyte), uploaded(0, "a", megabyte, "identical")])
    assert.strictEqual(statusLine(tally, 5_000, 100), "1/2 uploaded  1.0 MB of 2.0 MB")
  })

  it("counts what failed, and sends no control code of a name to the terminal", () => {
    const id = AssetId.make("a")
    const events: ReadonlyArray<Timed> = [
      batch(2, 2 * megabyte),
      started(0, "a", megabyte),
      [1, { _tag: "UploadFailed", id, problem: "no" }],
      [1, { _tag: "ManifestStarted", id: ManifestUri.make("https://example.org/m"), name: "x\u001b[31m", images: 1 }]
    ]
    const line = statusLine(after(events), 2_000, 100)
    assert.match(line, /^1\/2 uploaded {2}1 failed {2}/)
    assert.notInclude(line, "\u001b")
    assert.strictEqual(
      eventLine({ _tag: "UploadFailed", id, problem: "n\u001bo" }, after(events))?.includes("\u001b"),
      false
    )
  })
})
