/** What is not HTTP, or not quite. */
import type { Random } from "../../../../packages/iiif/test/support/random.ts"
import { type Generator, scratch } from "./types.ts"

const paths = [
  "/admin/ingest/initialize",
  "/_s3/x/y",
  "/assets/images/SANDBOX:hostile/info.json",
  "/_sandbox/faults",
  "/"
]

const lengths = ["5", "-1", "x", "5, 6", "99999999999999999999", "0x5", " 5", ""]

const shapes: ReadonlyArray<(random: Random, host: string) => string> = [
  (random, host) =>
    `POST ${random.pick(paths)} HTTP/1.1\r\n${host}\r\ncontent-length: ${random.pick(lengths)}\r\n\r\nhel`,
  (random, host) =>
    `POST ${
      random.pick(paths)
    } HTTP/1.1\r\n${host}\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  (random, host) =>
    `PUT ${random.pick(paths)} HTTP/1.1\r\n${host}\r\ntransfer-encoding: ${
      random.pick(["chunked", "gzip, chunked", "chunked, chunked", "x"])
    }\r\n\r\n${
      random.pick(["zz\r\n", "5\r\nhel", "ffffffffffffffffff\r\n", "5;x=\"\r\nhello\r\n", "-1\r\n", "0\r\nx: y\r\n"])
    }`,
  (random, host) =>
    `GET ${random.pick(paths)} HTTP/${random.pick(["0.9", "1.0", "1.2", "2.0", "9.9", "x"])}\r\n${host}\r\n\r\n`,
  (random) => `GET ${random.pick(paths)} HTTP/1.1\r\n\r\n`,
  (random) =>
    `GET ${random.pick(paths)} HTTP/1.1\r\nhost: ${random.pick(["evil.example", "a b", "", "127.0.0.1:1"])}\r\n\r\n`,
  (random, host) => `GET ${random.pick(paths)} HTTP/1.1\r\n${host}\r\nhost: other\r\n\r\n`,
  (random, host) =>
    `GET ${random.pick(["*", "x", "http://evil.example/", "//", "?", "\\", "#"])} HTTP/1.1\r\n${host}\r\n\r\n`,
  (_, host) => `CONNECT 127.0.0.1:22 HTTP/1.1\r\n${host}\r\n\r\n`,
  (random, host) =>
    `GET ${random.pick(paths)} HTTP/1.1\r\n${host}\r\nconnection: upgrade\r\nupgrade: ${
      random.pick(["websocket", "h2c", "x"])
    }\r\n\r\n`,
  (random, host) => `GET ${random.pick(paths)} HTTP/1.1\r\n${host}\r\nx: ${"y".repeat(20_000)}\r\n\r\n`,
  (random, host) => `GET ${random.pick(paths)} HTTP/1.1\r\n${host}\r\n${"a: b\r\n".repeat(3000)}\r\n`,
  (random, host) => `GET ${random.pick(paths)} HTTP/1.1\r\n${host}\r\nx\0y: z\r\n\r\n`,
  (random, host) => `GET ${random.pick(paths)} HTTP/1.1\r\n${host}\r\n folded: x\r\n\r\n`,
  (random, host) => `GET ${random.pick(paths)} HTTP/1.1\n${host}\n\n`,
  (random, host) =>
    `POST ${random.pick(paths)} HTTP/1.1\r\n${host}\r\nexpect: ${
      random.pick(["x", "100-continue"])
    }\r\ncontent-length: 5\r\n\r\n`,
  (random, host) => `GET ${random.pick(paths)} HTTP/1.1\r\n${host}\r\n\r\n`.repeat(1 + random.below(20)),
  (random, host) => `GET ${random.pick(paths)} HTTP/1.1\r\n${host}\r\n\r\nGARBAGE`,
  (random, host) => `${random.pick(["get", "G E T", "", "\0", "FROB", "PRI"])} / HTTP/1.1\r\n${host}\r\n\r\n`,
  () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  () => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  () => "\r\n\r\n\r\n",
  (random) => Array.from({ length: random.below(400) }, () => String.fromCharCode(random.below(256))).join(""),
  () => ""
]

/** The client ends its side at once, so that nobody waits for the rest. */
export const broken: Generator = (random, { port }) => {
  const text = random.pick(shapes)(random, `host: 127.0.0.1:${port}`)
  const bytes = Buffer.from(random.is(0.2) ? scratch(random, text) : text, "latin1")
  return { kind: "broken", bytes, then: "broken", hasNoBody: false }
}
