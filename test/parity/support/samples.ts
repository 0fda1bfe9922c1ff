/** Real requests, and pictures like theirs. */
import { IngestRequest } from "@iiif-ingest/core"
import { Schema } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import sharp from "sharp"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(IngestRequest.IngestRequest))

export const sampleText = (name: string): string =>
  Fs.readFileSync(Path.resolve(import.meta.dirname, "../../data", name), "utf8")

export const sample = (name: string): IngestRequest.IngestRequest => decode(sampleText(name))

/** A picture of a single color. */
export const picture = (width: number, height: number, format: "tiff" | "jpeg" | "png" = "tiff"): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: "#a41034" } }).toFormat(format).toBuffer()

const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(n)
  return bytes
}

const box = (type: string, ...content: ReadonlyArray<Uint8Array>): Buffer => {
  const body = Buffer.concat(content)
  return Buffer.concat([u32(8 + body.length), Buffer.from(type, "latin1"), body])
}

/** A JP2 file with a header and an empty codestream, since sharp's libvips has no encoder. */
export const jp2 = (width: number, height: number): Buffer => {
  const siz = Buffer.concat([
    Buffer.from([0xff, 0x4f, 0xff, 0x51, 0, 47, 0, 0]),
    ...[width, height, 0, 0, width, height, 0, 0].map(u32),
    Buffer.from([0, 3, 7, 1, 1, 7, 1, 1, 7, 1, 1]),
    // SOT, SOD, EOC: one tile-part without data.
    Buffer.from([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 14, 0, 1, 0xff, 0x93, 0xff, 0xd9])
  ])
  return Buffer.concat([
    box("jP  ", Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
    box("ftyp", Buffer.from("jp2 \0\0\0\0jp2 ", "latin1")),
    box(
      "jp2h",
      box("ihdr", u32(height), u32(width), Buffer.from([0, 3, 7, 7, 0, 0])),
      box("colr", Buffer.from([1, 0, 0, 0, 0, 0, 16]))
    ),
    box("jp2c", siz)
  ])
}
