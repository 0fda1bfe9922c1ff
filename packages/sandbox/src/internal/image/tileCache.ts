/** Replies with tiles that were read lately, by the path of their request: a page of thumbnails or a viewer asks again. */
import type { ServerResponse } from "node:http"
import type { Reply } from "../http/reply.ts"
import type { Asset } from "../ingest/assets.ts"
import * as TileBuffers from "./tileBuffers.ts"

interface TileReply extends Reply {
  readonly body: Buffer
}

interface Entry {
  /** The record as it was when the tile was read; a new ingest makes a new one. */
  readonly asset: Asset
  readonly reply: TileReply
  /** Whether it was asked for again since it was last considered for removal. */
  isWanted: boolean
  /** How many responses send its body. */
  users: number
  isCached: boolean
}

export interface TileCache {
  /** A reply for this response; its body may be overwritten once the response is closed. */
  readonly get: (path: string, asset: Asset, response: ServerResponse) => Reply | undefined
  /** As `get`, for a tile that is read with `read` into a buffer that it gets from `take`. */
  readonly add: (
    path: string,
    asset: Asset,
    response: ServerResponse,
    read: (take: (length: number) => Buffer) => TileReply | undefined
  ) => Reply | undefined
}

/** Bytes of the buffers of all bodies together, which are larger than bodies of few bytes. */
const CAPACITY = 24 * 1024 * 1024

export const make = (): TileCache => {
  // Removal by second chance: a hit changes no more than a flag, where moving the entry to the end of the map, thousands
  // of times a second, keeps the garbage collector busy.
  const entries = new Map<string, Entry>()
  const buffers = TileBuffers.make()
  let size = 0

  const recycle = (entry: Entry) => {
    if (!entry.isCached && entry.users === 0) buffers.give(entry.reply.body)
  }
  const remove = (path: string, entry: Entry) => {
    entries.delete(path)
    size -= entry.reply.body.buffer.byteLength
    entry.isCached = false
    recycle(entry)
  }
  /** Ends, since an entry that gets its second chance goes to the end without the flag. */
  const makeRoom = () => {
    for (const [path, entry] of entries) {
      if (size <= CAPACITY) return
      if (entry.isWanted) {
        entry.isWanted = false
        entries.delete(path)
        entries.set(path, entry)
      } else remove(path, entry)
    }
  }
  const use = (entry: Entry, response: ServerResponse): Reply => {
    entry.users++
    response.once("close", () => {
      entry.users--
      recycle(entry)
    })
    return entry.reply
  }

  return {
    get: (path, asset, response) => {
      const entry = entries.get(path)
      if (entry === undefined) return undefined
      if (entry.asset !== asset) {
        remove(path, entry)
        return undefined
      }
      entry.isWanted = true
      return use(entry, response)
    },
    add: (path, asset, response, read) => {
      const reply = read(buffers.take)
      if (reply === undefined) return undefined
      const entry: Entry = { asset, reply, isWanted: false, users: 0, isCached: true }
      const sent = use(entry, response)
      entries.set(path, entry)
      size += reply.body.buffer.byteLength
      makeRoom()
      return sent
    }
  }
}
