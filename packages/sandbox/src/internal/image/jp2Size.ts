/** Reads the size of a JPEG 2000 image from the image header box of a JP2 file or the SIZ marker of a codestream. */
import type { FileHandle } from "node:fs/promises"

interface PixelSize {
  readonly width: number
  readonly height: number
}

const CODESTREAM = Buffer.from([0xFF, 0x4F, 0xFF, 0x51])
const SIGNATURE = Buffer.from([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20])
const MAX_BOXES = 64

const readAt = async (file: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** Whether the file starts like a JP2 file or a raw codestream. */
export const isJpeg2000 = (head: Buffer): boolean =>
  head.subarray(0, 8).equals(SIGNATURE) || head.subarray(0, 4).equals(CODESTREAM)

/** SIZ contains the far corner of the image on the reference grid, then its offset (ISO/IEC 15444-1, A.5.1). */
const sizFromCodestream = (head: Buffer): PixelSize | undefined =>
  head.length < 24 ? undefined : {
    width: head.readUInt32BE(8) - head.readUInt32BE(16),
    height: head.readUInt32BE(12) - head.readUInt32BE(20)
  }

interface Box {
  readonly type: string
  readonly content: number
  readonly end: number
}

const boxAt = async (file: FileHandle, at: number): Promise<Box | undefined> => {
  const head = await readAt(file, at, 16)
  if (head.length < 8) return undefined
  const length32 = head.readUInt32BE(0)
  const length = length32 === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : length32
  const content = at + (length32 === 1 ? 16 : 8)
  const end = length32 === 0 ? Infinity : at + length
  return end < content ? undefined : { type: head.toString("latin1", 4, 8), content, end }
}

/** The size, or `undefined` if the file does not declare one. */
export const read = async (file: FileHandle): Promise<PixelSize | undefined> => {
  const head = await readAt(file, 0, 24)
  if (head.subarray(0, 4).equals(CODESTREAM)) return sizFromCodestream(head)
  let at = 0
  // A box may extend to the end of the file, or declare an absurd length.
  for (let count = 0; count < MAX_BOXES && Number.isSafeInteger(at); count++) {
    const box = await boxAt(file, at)
    if (box === undefined) return undefined
    if (box.type === "ihdr") {
      const header = await readAt(file, box.content, 8)
      return header.length < 8 ? undefined : { width: header.readUInt32BE(4), height: header.readUInt32BE(0) }
    }
    at = box.type === "jp2h" ? box.content : box.end
  }
  return undefined
}
