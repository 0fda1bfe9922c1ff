import { assert, describe, it } from "@effect/vitest"
import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"
import * as TileCache from "../../../src/internal/image/tileCache.ts"
import type { Asset } from "../../../src/internal/ingest/assets.ts"

const asset: Asset = {
  identifier: "NS:ID",
  width: 1,
  height: 1,
  format: "png",
  bucket: "b",
  key: "k",
  etag: "e",
  derivative: "d.tif",
  limits: undefined
}

const MEGABYTE = 1024 * 1024

const respond = () => new ServerResponse(new IncomingMessage(new Socket()))

/** A cache, and how to read a tile of certain bytes into it; counts the memory that it holds. */
const make = () => {
  const cache = TileCache.make()
  const held = new Set<ArrayBufferLike>()
  const add = (path: string, length: number, value: number, response = respond()) => {
    let body: Buffer = Buffer.alloc(0)
    cache.add(path, asset, response, (take) => {
      body = take(length).fill(value)
      held.add(body.buffer)
      return { status: 200, headers: {}, body }
    })
    return { response, body }
  }
  return { cache, add, held }
}

describe("the tile cache", () => {
  it("overwrites no body before every response that sends it is closed", () => {
    const { add, cache, held } = make()
    const first = add("first", MEGABYTE, 1)
    const second = respond()
    assert.isDefined(cache.get("first", asset, second))
    const press = () => {
      for (let i = 0; i < 200; i++) add(`other ${i}`, MEGABYTE, 2).response.emit("close")
    }
    press()
    assert.isUndefined(cache.get("first", asset, respond()), "it is evicted")
    const intact = () => first.body.every((byte) => byte === 1)
    assert.isTrue(intact())
    first.response.emit("close")
    press()
    assert.isTrue(intact())
    second.emit("close")
    press()
    assert.isFalse(intact(), "its buffer is used again")
    assert.isBelow(held.size, 40)
  })

  it("does not give back a body twice that was evicted while it was sent", () => {
    const { add } = make()
    const { response } = add("first", MEGABYTE, 1)
    for (let i = 0; i < 40; i++) add(`other ${i}`, MEGABYTE, 2)
    response.emit("close")
    response.emit("close")
    const [a, b] = [add("a", MEGABYTE, 3), add("b", MEGABYTE, 4)]
    assert.notStrictEqual(a.body.buffer, b.body.buffer)
  })

  it("replies with what was read from the record that there is now", () => {
    const { add, cache } = make()
    add("path", 10, 1)
    assert.isDefined(cache.get("path", asset, respond()))
    assert.isUndefined(cache.get("path", { ...asset }, respond()))
    assert.isUndefined(cache.get("path", asset, respond()))
  })

  it("holds no more memory for tiles of few bytes", () => {
    const { add, held } = make()
    for (let i = 0; i < 5000; i++) add(`small ${i}`, 2000, 1).response.emit("close")
    const bytes = Array.from(held, ({ byteLength }) => byteLength).reduce((sum, length) => sum + length, 0)
    assert.isBelow(bytes, 40 * MEGABYTE)
  })
})
