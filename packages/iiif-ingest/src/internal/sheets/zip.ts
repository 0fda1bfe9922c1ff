/**
 * Reads single entries of a ZIP archive within bounds. What an archive says of itself is checked before anything is
 * inflated, and holds while it is: an entry that inflates to more than it says is refused.
 */
import { crc32, inflateRawSync } from "node:zlib"
import { limits, mebibytes, type Origin, refuse, type Refused } from "./model.ts"

interface Entry {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly compressed: number
  readonly size: number
  readonly offset: number
}

const endSignature = 0x06054b50
const directorySignature = 0x02014b50
const localSignature = 0x04034b50
const endLength = 22
const longestComment = 0xffff
const inZip64 = 0xffffffff

const damaged = ({ source }: Origin, why: string): Refused =>
  refuse("sheet-damaged", { source }, `the file is damaged: ${why}`)

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const findEnd = (view: DataView, origin: Origin): number => {
  const last = view.byteLength - endLength
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) === endSignature) return at
  }
  throw damaged(origin, "it is no ZIP archive, or was cut off")
}

/** Sizes and offset of an entry whose fields are too narrow for them, as streaming writers always have it. */
const zip64 = (view: DataView, from: number, to: number, fields: ReadonlyArray<number>): ReadonlyArray<number> => {
  for (let at = from; at + 4 <= to;) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    if (id === 1) {
      let next = at + 4
      return fields.map((field) => {
        if (field !== inZip64 || next + 8 > Math.min(to, at + 4 + length)) return field
        next += 8
        return Number(view.getBigUint64(next - 8, true))
      })
    }
    at += 4 + length
  }
  return fields
}

const entryAt = (view: DataView, at: number): { readonly entry: Entry; readonly next: number } | undefined => {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== directorySignature) return undefined
  const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)]
  const extra = at + 46 + nameLength
  const next = extra + extraLength + view.getUint16(at + 32, true)
  if (next > view.byteLength) return undefined
  const fields = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)]
  const [size = 0, compressed = 0, offset = 0] = zip64(view, extra, extra + extraLength, fields)
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength))
  const [flags, method, crc] = [
    view.getUint16(at + 8, true),
    view.getUint16(at + 10, true),
    view.getUint32(at + 16, true)
  ]
  return { entry: { name, flags, method, crc, compressed, size, offset }, next }
}

/** Names of parts are compared without case. */
const keyOf = (name: string): string => name.replace(/^\/+/, "").toLowerCase()

const directoryOf = (bytes: Uint8Array, origin: Origin): ReadonlyMap<string, Entry> => {
  const view = viewOf(bytes)
  const end = findEnd(view, origin)
  const count = view.getUint16(end + 10, true)
  if (count > limits.zipEntries) {
    throw refuse("sheet-too-large", { source: origin.source }, `it has ${count.toLocaleString("en-US")} parts`)
  }
  const entries = new Map<string, Entry>()
  let at = view.getUint32(end + 16, true)
  for (let index = 0; index < count; index++) {
    const found = entryAt(view, at)
    if (found === undefined) throw damaged(origin, "its list of parts cannot be read")
    if (entries.has(keyOf(found.entry.name))) throw damaged(origin, "a part is there twice")
    entries.set(keyOf(found.entry.name), found.entry)
    at = found.next
  }
  return entries
}

/** An archive; `inflated` counts what was inflated so far. */
export class Archive {
  readonly bytes: Uint8Array
  readonly origin: Origin
  readonly entries: ReadonlyMap<string, Entry>
  inflated = 0

  constructor(bytes: Uint8Array, origin: Origin) {
    this.bytes = bytes
    this.origin = origin
    this.entries = directoryOf(bytes, origin)
  }

  /** The content of a part; undefined if there is none of this name. */
  read(name: string): Uint8Array | undefined {
    const entry = this.entries.get(keyOf(name))
    if (entry === undefined) return undefined
    this.inflated += entry.size
    if (entry.size > limits.partBytes || this.inflated > limits.inflatedBytes) {
      const message = `a part unpacks to ${mebibytes(entry.size)}, all that were read to ${mebibytes(this.inflated)}`
      throw refuse("sheet-too-large", { source: this.origin.source }, message)
    }
    if ((entry.flags & 1) !== 0) throw damaged(this.origin, "it is protected with a password")
    return this.inflate(entry)
  }

  private packed({ compressed, offset }: Entry): Uint8Array {
    const view = viewOf(this.bytes)
    if (offset + 30 > view.byteLength || view.getUint32(offset, true) !== localSignature) {
      throw damaged(this.origin, "a part is not where it should be")
    }
    const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
    if (start + compressed > view.byteLength) throw damaged(this.origin, "a part was cut off")
    return this.bytes.subarray(start, start + compressed)
  }

  private inflate(entry: Entry): Uint8Array {
    const packed = this.packed(entry)
    const content = entry.method === 0 ? packed : this.deflated(entry, packed)
    if (content.length !== entry.size) throw damaged(this.origin, "a part has another size than it says")
    if (crc32(content) !== entry.crc) throw damaged(this.origin, "the checksum of a part is wrong")
    return content
  }

  private deflated({ method, size }: Entry, packed: Uint8Array): Uint8Array {
    if (method !== 8) throw damaged(this.origin, "a part is packed in a way that is not known")
    try {
      return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
    } catch {
      throw damaged(this.origin, "a part cannot be unpacked to the size that it says")
    }
  }
}
