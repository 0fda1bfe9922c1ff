/** Requests to the ingest API: tokens, JSON and ids of jobs that are nearly right. */
import type { Json, Random } from "../../../../packages/iiif/test/support/random.ts"
import * as Client from "../../../../packages/sandbox/test/support/client.ts"
import { keys } from "../hostileKeys.ts"
import { type Generator, oddTexts, scratch, type Target, write } from "./types.ts"

const oddValues: ReadonlyArray<Json> = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  "",
  "x",
  [],
  {},
  [[]],
  [null],
  "x".repeat(5000),
  "../../x",
  "\0",
  "\ud800",
  { __proto__: null },
  ...keys.slice(0, 60)
]

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** Puts something odd in a random place. */
const spoil = (random: Random, value: unknown): unknown => {
  if (random.is(0.15) || typeof value !== "object" || value === null) return random.pick(oddValues)
  if (isList(value)) {
    if (value.length === 0 || random.is(0.2)) return [...value, random.pick(oddValues)]
    const at = random.below(value.length)
    return value.map((item, index) => index === at ? spoil(random, item) : item)
  }
  const entries = Object.entries(value)
  if (entries.length === 0 || random.is(0.1)) return { ...value, [random.pick(oddTexts)]: random.pick(oddValues) }
  const at = random.below(entries.length)
  if (random.is(0.1)) return Object.fromEntries(entries.toSpliced(at, 1))
  return Object.fromEntries(entries.map(([name, item], index) => [name, index === at ? spoil(random, item) : item]))
}

const requestOf = (random: Random, port: number): unknown => {
  const assets = random.some(0, 3, (index) => ({ id: `FUZZ${index}`, width: 10, height: 10, key: random.pick(keys) }))
  const name = random.pick(["BOOK", "book", "é", "..", "A%00", "x".repeat(300)])
  const manifest = {
    "@context": "http://iiif.io/api/presentation/3/context.json",
    id: `http://127.0.0.1:${port}/URN-3:SANDBOX:${name}:MANIFEST:3`,
    type: "Manifest",
    label: { none: ["x"] },
    items: []
  }
  return Client.ingestRequest(assets, random.is(0.3) ? manifest : {})
}

const bodyOf = (random: Random, target: Target): string => {
  let value = requestOf(random, target.port)
  for (let left = random.is(0.03) ? 0 : 1 + random.below(3); left > 0; left--) value = spoil(random, value)
  const text = JSON.stringify(value) ?? ""
  if (random.is(0.1)) return scratch(random, text)
  return random.is(0.02)
    ? random.pick(["", "[", "\ufeff{}", "{\"a\":1,\"a\":2}", `${"[".repeat(9000)}`, "\"\\u0000\"", "1", "null"])
    : text
}

const tokenOf = (random: Random, { token }: Target): string =>
  random.is(0.85)
    ? `Bearer ${token}`
    : random.pick([
      () => `Bearer ${scratch(random, token)}`,
      () => "Bearer a.b.c",
      () => "Basic eDp5",
      () => "",
      () => `Bearer ${Buffer.from("{\"alg\":\"none\"}").toString("base64url")}.e30.`,
      () => `Bearer ${"a".repeat(5000)}.b.c`
    ])().replaceAll(/[^\x20-\x7e]/g, "")

const initialize: Generator = (random, target) => {
  const bytes = Buffer.from(bodyOf(random, target))
  // Sometimes not UTF-8.
  const body = random.is(0.02) ? Buffer.concat([bytes, Buffer.from([0xff, 0xfe])]) : bytes
  return write(target, {
    kind: "ingest",
    method: random.is(0.05) ? random.pick(["PUT", "GET", "DELETE", "HEAD", "OPTIONS"]) : "POST",
    path: random.is(0.05)
      ? random.pick(["/admin/ingest/initialize/x", "/admin/ingest/", "/admin"])
      : "/admin/ingest/initialize",
    headers: {
      authorization: tokenOf(random, target),
      "content-type": random.is(0.9) ? "application/json" : random.pick(["text/plain", "", "application/json;x", "*/*"])
    },
    body
  })
}

const status: Generator = (random, target) => {
  const id = random.is(0.4)
    ? random.pick(target.jobs)
    : random.pick([...oddTexts, "0".repeat(24), ...keys.slice(0, 40)])
  return write(target, {
    kind: "ingest",
    method: random.is(0.9) ? "GET" : random.pick(["POST", "HEAD", "DELETE"]),
    path: `/admin/ingest/jobstatus/${random.is(0.8) ? encodeURIComponent(id) : id.replaceAll(/[^\x21-\x7e]/g, "x")}`
  })
}

export const ingest: Generator = (random, target) =>
  random.is(0.6) ? initialize(random, target) : status(random, target)
