/** Replies with tiles that were read lately, by the path of their request: a page of thumbnails or a viewer asks again. */
import type { Asset } from "../assets.ts"
import type { Reply } from "../reply.ts"

interface Entry {
  /** The record as it was when the tile was read; a new ingest makes a new one. */
  readonly asset: Asset
  readonly reply: Reply
}

export interface TileCache {
  readonly get: (path: string, asset: Asset) => Reply | undefined
  readonly set: (path: string, asset: Asset, reply: Reply) => void
}

/** Bytes of all bodies together. */
const CAPACITY = 48 * 1024 * 1024

export const make = (): TileCache => {
  // A map keeps the order of insertion, so that its first entry is the least recently used.
  const entries = new Map<string, Entry>()
  let size = 0
  const remove = (path: string, { reply }: Entry) => {
    entries.delete(path)
    size -= reply.body.length
  }
  return {
    get: (path, asset) => {
      const entry = entries.get(path)
      if (entry === undefined) return undefined
      if (entry.asset !== asset) {
        remove(path, entry)
        return undefined
      }
      entries.delete(path)
      entries.set(path, entry)
      return entry.reply
    },
    set: (path, asset, reply) => {
      entries.set(path, { asset, reply })
      size += reply.body.length
      for (const [oldest, entry] of entries) {
        if (size <= CAPACITY) return
        remove(oldest, entry)
      }
    }
  }
}
